"""`say` without a loudspeaker, or into a file: one line for whatever cannot be done."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from appliance.cli import main
from appliance.voice.clips import Clip
from tests.full_disk import full_disk, let_espeak_meet_it

SPEAKS = """
import sys, wave
with wave.open(sys.stdout.buffer, "wb") as sound:
    sound.setnchannels(1), sound.setsampwidth(2), sound.setframerate(22050)
    sound.writeframes(bytes(1000))
"""
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
    program(tmp_path, "espeak-ng", SPEAKS)
    if there:
        program(tmp_path, "aplay", f"import sys; sys.exit({ERROR!r})")
    assert main(["say", "ready.start"]) == 1
    why = "audio open error: No such file or directory"
    why = f"aplay: {why}" if there else "aplay is not there; apt install alsa-utils"
    said = capsys.readouterr().err
    assert said == f"ems-appliance: say: {why}; or write it to a file: --out FILE.wav\n"


@pytest.mark.skipif(not shutil.which("espeak-ng"), reason="NOT TESTED: espeak-ng is not installed")
def test_a_text_is_written_whole_in_place_of_an_older_file(tmp_path: Path) -> None:
    out = tmp_path / "text.wav"
    out.write_bytes(b"older")
    assert main(["say", "ready.start", "--out", str(out)]) == 0
    assert Clip(out).seconds > 1.0
    assert [path.name for path in tmp_path.iterdir()] == ["text.wav"]


@pytest.mark.skipif(not shutil.which("espeak-ng"), reason="NOT TESTED: espeak-ng is not installed")
def test_a_file_that_a_full_disk_cuts_is_told_and_the_older_one_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    let_espeak_meet_it(tmp_path, monkeypatch)
    out = tmp_path / "text.wav"
    out.write_bytes(b"older")
    with full_disk(os.getpid()):
        assert main(["say", "ready.start", "--out", str(out)]) == 1
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert f"say --out {out}: it cannot be written there (" in said.err
    assert out.read_bytes() == b"older"
    assert [path.name for path in tmp_path.glob("*.wav")] == ["text.wav"]


def test_speech_that_says_nothing_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("EMS_APPLIANCE_CONFIG", "")
    program(tmp_path, "espeak-ng", "")
    out = tmp_path / "text.wav"
    assert main(["say", "ready.start", "--out", str(out)]) == 1
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert not out.exists()
