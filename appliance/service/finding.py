"""Finds the running service, also where the settings cannot tell its runtime folder.

`stop` must reach a box whatever has become of its settings file. The kernel lists the Unix
sockets of every process; the service runs in a network of its own, so the list of each
process that looks like a service is read, not only the caller's.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from appliance.service.control_socket import NAME, ControlClient, NotRunningError

PROC = Path("/proc")
_PROGRAM = b"appliance"
_ANSWERS_WITHIN_S = 1.0
"""Timeout for a socket of the same name that another program has opened."""


def find_service(runtime_dir: Path, default_dir: Path) -> ControlClient:
    """A client of the service at `runtime_dir`, else of any that runs on this machine.

    Raises NotRunningError, about `runtime_dir`, where there is none.
    """
    try:
        return ControlClient(runtime_dir)
    except NotRunningError as error:
        not_there = error
    for folder in dict.fromkeys((default_dir, *_listening())):
        if folder != runtime_dir and (client := _ours(folder)) is not None:
            return client
    raise not_there


def _ours(folder: Path) -> ControlClient | None:
    """A client of the socket in this folder, if it answers `status` as the service does."""
    # A socket of another program can answer anything.
    with suppress(NotRunningError):
        client = ControlClient(folder, _ANSWERS_WITHIN_S)
        with suppress(NotRunningError):
            answer = client.ask("status")
            if {"state", "channels", "checklist"} <= answer.keys():
                client.patient()
                return client
        client.close()
    return None


def _listening() -> Iterator[Path]:
    """The folders of all sockets of this name that the kernel knows of."""
    for table in (PROC / "net" / "unix", *_tables_of_services()):
        with suppress(OSError):
            for line in table.read_text("utf-8", errors="surrogateescape").splitlines():
                # Num RefCount Protocol Flags Type St Inode Path; the path may hold blanks.
                fields = line.split(maxsplit=7)
                if len(fields) == 8 and fields[7].endswith(f"/{NAME}"):
                    yield Path(fields[7]).parent


def _tables_of_services() -> Iterator[Path]:
    for process in PROC.glob("[0-9]*"):
        with suppress(OSError):
            if _PROGRAM in (process / "cmdline").read_bytes():
                yield process / "net" / "unix"
