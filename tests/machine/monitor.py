"""What is said to qemu itself, over its monitor: plug something in, keep the machine as it is."""

import json
import socket
from pathlib import Path
from typing import Any

DEADLINE_S = 300.0


class Monitor:
    """One connection to a running qemu, by its JSON protocol."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(DEADLINE_S)
        self._socket.connect(str(path))
        self._lines = self._socket.makefile("r")
        self._lines.readline()
        self.do("qmp_capabilities")

    def do(self, command: str, **arguments: object) -> Any:
        """Raises AssertionError if qemu refuses."""
        line = json.dumps({"execute": command, "arguments": arguments})
        self._socket.sendall(line.encode() + b"\n")
        while "return" not in (answer := json.loads(self._lines.readline())):
            # Everything else is news.
            assert "error" not in answer, answer
        return answer["return"]

    def plug_in(self, **device: object) -> None:
        self.do("device_add", **device)

    def keep(self, name: str) -> None:
        """Keep memory and disk of the machine under a name."""
        line = {"command-line": f"savevm {name}"}
        said = self.do("human-monitor-command", **line)
        assert not said, said

    def close(self) -> None:
        self._lines.close()
        self._socket.close()
