"""The check of the voice: programs, sound card, and the pins that an I2S amplifier has."""

from pathlib import Path

import pytest

from appliance.doctor import voice
from appliance.doctor.host import Host
from appliance.settings.model import Indicators, Settings, VoiceSettings

SPEAKS = Settings(voice=VoiceSettings(device="default"), indicators=Indicators(buzzer=12))
CARDS = " 0 [MAX98357A      ]: simple-card - MAX98357A\n                      MAX98357A\n"


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Host:
    """A Pi with the programs and an I2S amplifier."""
    monkeypatch.setattr(voice.shutil, "which", lambda program: f"/usr/bin/{program}")
    for name, text in (
        ("proc/asound/cards", CARDS),
        ("proc/device-tree/soc/i2s@7e203000/status", "okay\0"),
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return Host(tmp_path, is_root_user=False, groups=frozenset())


def seen(host: Host, settings: Settings) -> list[str]:
    return [f"{found.verdict.value}: {found.seen}" for found in voice.voice(host, settings)]


def test_a_box_without_a_voice_is_not_checked(host: Host) -> None:
    assert seen(host, Settings()) == []


def test_a_box_that_speaks_is_good(host: Host) -> None:
    assert seen(host, SPEAKS) == ["good: espeak-ng and aplay, on default"]


def test_a_program_that_is_missing_is_named(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voice.shutil, "which", lambda program: None)
    assert seen(host, SPEAKS) == ["bad: espeak-ng is not there", "bad: aplay is not there"]


def test_a_machine_without_a_sound_card_is_told(host: Host) -> None:
    host.at("/proc/asound/cards").write_text("--- no soundcards ---\n")
    assert seen(host, SPEAKS) == ["bad: no sound card"]


def test_a_part_on_a_pin_of_the_amplifier_is_named_while_i2s_is_on(host: Host) -> None:
    crossed = SPEAKS.but(indicators=Indicators(buzzer=18))
    assert seen(host, crossed) == ["bad: GPIO 18 (buzzer) is the amplifier's"]
    host.at("/proc/device-tree/soc/i2s@7e203000/status").write_text("disabled\0")
    assert seen(host, crossed) == ["good: espeak-ng and aplay, on default"]
