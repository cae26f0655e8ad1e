"""`say` without a loudspeaker: one line, which names the way that needs none."""

import sys
from pathlib import Path

import pytest

from appliance.cli import main

WRITES = "import sys; open(sys.argv[sys.argv.index('-w') + 1], 'w').close()"
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
    program(tmp_path, "espeak-ng", WRITES)
    if there:
        program(tmp_path, "aplay", f"import sys; sys.exit({ERROR!r})")
    assert main(["say", "ready.start"]) == 1
    why = "audio open error: No such file or directory"
    why = f"aplay: {why}" if there else "aplay is not there; apt install alsa-utils"
    said = capsys.readouterr().err
    assert said == f"ems-appliance: say: {why}; or write it to a file: --out FILE.wav\n"


def test_a_file_that_the_speech_did_not_write_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("EMS_APPLIANCE_CONFIG", "")
    program(tmp_path, "espeak-ng", "")
    out = tmp_path / "text.wav"
    assert main(["say", "ready.start", "--out", str(out)]) == 2
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert f"{out}: it cannot be written there" in said.err
