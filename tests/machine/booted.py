"""A machine that has been booted, of whatever kind: asked by shell commands."""

import json
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

DEADLINE_S = 120.0
"""Longer than any wait on an idle machine, so that a busy one fails no test."""
_NEWEST_OF_LOG = "journalctl -b --no-pager -n 40"


def until(true: Callable[[], Any], what: str, now: Callable[[], float] = time.monotonic) -> Any:
    """Ask until the answer is true, and return it. Raises AssertionError at the deadline."""
    ends = now() + DEADLINE_S
    while not (answer := true()):
        assert now() < ends, f"not within {DEADLINE_S:g} s: {what}"
        # Another machine's processes have no descriptor to wait on here.
        time.sleep(0.05)
    return answer


class Booted(ABC):
    """What can be asked of any machine."""

    @abstractmethod
    def tried(self, command: str) -> tuple[int, str]:
        """Run a shell command as root: its exit code, and what it said."""

    def run(self, command: str) -> str:
        """Run a shell command. Raises AssertionError, with the newest of the log, if it fails."""
        code, said = self.tried(command)
        assert code == 0, f"{command}: {said}\n{self.tried(_NEWEST_OF_LOG)[1]}"
        return said

    def status(self) -> dict[str, Any]:
        """What the service answers; empty while none does."""
        code, said = self.tried("ems-appliance status --json")
        answer: dict[str, Any] = json.loads(said) if code == 0 else {}
        return answer

    def now(self) -> float:
        """Seconds of its monotonic clock."""
        return time.monotonic()

    def until(self, true: Callable[[], Any], what: str) -> Any:
        """Ask until the answer is true, and return it. The deadline is one of its own clock."""
        return until(true, what, self.now)

    def until_state(self, *states: str) -> dict[str, Any]:
        def there() -> dict[str, Any] | None:
            status = self.status()
            return status if status.get("state") in states else None

        answer: dict[str, Any] = self.until(there, f"state {states}")
        return answer

    def faults(self) -> set[str]:
        return {str(fault["id"]) for fault in self.status().get("faults", [])}

    def main_pid(self) -> int:
        return int(self.shown("MainPID"))

    def shown(self, name: str, unit: str = "ems-appliance.service") -> str:
        return self.run(f"systemctl show -P {name} {unit}").strip()

    def log(self) -> str:
        return self.run("journalctl -b --no-pager -o cat -u 'ems-appliance*'")
