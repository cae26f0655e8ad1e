"""`say` without a loudspeaker: one line, which names the way that needs none."""

import sys
from pathlib import Path

import pytest

from appliance.cli import main

ERROR = "aplay: main:831: audio open error: No such file or directory"


def program(folder: Path, name: str, body: str) -> None:
    path = folder / name
    path.write_text(f"#!{sys.executable}\n{body}\n")
    path.chmod(0o755)


@pytest.mark.parametrize("there", [True, False])
def test_without_a_sound_card_a_file_is_offered(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    there: bool,
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("EMS_APPLIANCE_CONFIG", "")
    program(tmp_path, "espeak-ng", "")
    if there:
        program(tmp_path, "aplay", f"import sys; sys.exit({ERROR!r})")
    assert main(["say", "ready.start"]) == 1
    why = "audio open error: No such file or directory"
    why = f"aplay: {why}" if there else "aplay is not there; apt install alsa-utils"
    said = capsys.readouterr().err
    assert said == f"ems-appliance: say: {why}; or write it to a file: --out FILE.wav\n"
