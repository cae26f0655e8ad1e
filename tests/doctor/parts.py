"""Parts of a box for the checks of `doctor`, every one in order until a test puts another in."""

import errno
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from appliance.clock import SystemClock
from appliance.controls.gpio_lines import Chip
from appliance.doctor.finding import Finding, Verdict
from appliance.doctor.host import Host
from appliance.doctor.parts import Parts
from appliance.settings.model import Screen, Service, Settings, StimulatorSettings

JOURNAL = Path("/var/lib/ems-appliance/journal.sqlite3")


def verdicts(findings: Any) -> list[Verdict]:
    return [finding.verdict for finding in findings]


def only(findings: Any) -> Finding:
    (finding,) = findings
    assert isinstance(finding, Finding)
    assert (finding.verdict is Verdict.GOOD) == (finding.to_do == "")
    return finding


def answering(*addresses: int) -> Any:
    def read_byte(port: int, address: int) -> int:
        if address not in addresses:
            raise OSError(errno.EREMOTEIO, "Remote I/O error")
        return 0x03

    return read_byte


def make_parts(host: Host, tmp_path: Path, **changed: Any) -> Parts:
    settings = Settings(
        service=Service(runtime_dir=tmp_path / "run"),
        stimulator=StimulatorSettings(driver="reference", port="/dev/ems-stimulator"),
        screen=Screen(driver="ssd1309"),
    )
    usual = {
        "read_chip": lambda path, lines: Chip("pinctrl-bcm2711", {}),
        "read_byte": answering(0x3C),
        "is_low": lambda settings, clock, pin, purpose: True,
        "find_board": lambda port, clock, tell: SimpleNamespace(
            card=SimpleNamespace(maker="this project"),
            identity=SimpleNamespace(driver="reference", firmware="1.0"),
        ),
    }
    return Parts(host, settings, SystemClock(), **(usual | changed))


def raising(error: Exception) -> Any:
    def act(*_: Any) -> Any:
        raise error

    return act
