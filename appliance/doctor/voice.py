"""Checks the voice: its programs, a sound card, and the pins of an I2S amplifier.

It plays nothing, because the service may have the device.
"""

import shutil
from collections.abc import Iterator

from appliance.doctor.finding import Finding, bad, good
from appliance.doctor.host import Host
from appliance.settings.keys import pins_of
from appliance.settings.model import Settings

PROGRAMS = {"espeak-ng": "espeak-ng", "aplay": "alsa-utils"}
"""What renders and plays, and the package of each."""
I2S_PINS = frozenset({18, 19, 20, 21})


def voice(host: Host, settings: Settings) -> Iterator[Finding]:
    """Nothing where the box has no voice."""
    device = settings.voice.device
    if device == "none":
        return
    wrong = [*_missing_programs(), *_no_card(host), *_taken_pins(host, settings)]
    yield from wrong or [good("voice", f"espeak-ng and aplay, on {device}")]


def _missing_programs() -> Iterator[Finding]:
    for program, package in PROGRAMS.items():
        if shutil.which(program) is None:
            yield bad("voice", f"{program} is not there", f"sudo apt install {package}")


def _no_card(host: Host) -> Iterator[Finding]:
    if "[" not in host.read("/proc/asound/cards"):
        yield bad(
            "voice", "no sound card",
            "plug the loudspeaker in, or dtoverlay=max98357a,no-sdmode in config.txt, and reboot",
        )  # fmt: skip


def _taken_pins(host: Host, settings: Settings) -> Iterator[Finding]:
    """While the Pi's I2S is on, no other part can be on its pins."""
    if not i2s_is_on(host):
        return
    for key, pin in pins_of(settings):
        if pin in I2S_PINS:
            yield bad(
                "voice", f"GPIO {pin} ({key.name}) is the amplifier's",
                f"wire it to another pin, and set [{key.section}] {key.name}",
            )  # fmt: skip


def i2s_is_on(host: Host) -> bool:
    """Whether the kernel drives I2S_PINS for a sound card."""
    soc = "/proc/device-tree/soc"
    nodes = [node.name for node in host.at(soc).glob("i2s@*")]
    return any(host.read(f"{soc}/{node}/status") == "okay" for node in nodes)
