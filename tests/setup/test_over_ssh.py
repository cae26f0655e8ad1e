"""`setup` over a real SSH login, in a tmux pane of 80 x 24, on terminals old and new.

The sshd is this test's own: its keys, its port and its settings lie in a folder of the test.
"""

import contextlib
import getpass
import os
import select
import shutil
import socket
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.settings import reading
from tests.tmux_pane import PATIENCE_S, ROOT, TMUX, Pane

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
SSH, KEYGEN = shutil.which("ssh"), shutil.which("ssh-keygen")
CONFIG = """\
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/user_key.pub
PidFile none
UsePAM no
StrictModes no
PermitRootLogin yes
PasswordAuthentication no
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def ssh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The beginning of a command that logs in on this machine."""
    if not (SSHD and SSH and KEYGEN and TMUX):
        warnings.warn(
            "sshd or tmux is not installed: NOBODY HAS TRIED setup OVER SSH", stacklevel=1
        )
        pytest.skip("sshd, ssh or tmux is not installed")
    folder, port = tmp_path_factory.mktemp("sshd"), free_port()
    for name in ("host_key", "user_key"):
        key = [str(KEYGEN), "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
        subprocess.run(key, check=True)
    (folder / "config").write_text(CONFIG.format(port=port, folder=folder))
    if os.geteuid() == 0:
        # Where sshd separates its privileges; systemd makes it for the real one.
        Path("/run/sshd").mkdir(exist_ok=True)
    with subprocess.Popen(
        [str(SSHD), "-D", "-e", "-f", str(folder / "config")], stderr=subprocess.PIPE, text=True
    ) as server:
        assert server.stderr is not None
        for line in server.stderr:
            if "listening on" in line:
                break
        else:
            pytest.fail("sshd ended before it listened")
        yield (
            f"{SSH} -t -F none -p {port} -i {folder}/user_key -o StrictHostKeyChecking=no"
            f" -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR {getpass.getuser()}@127.0.0.1"
        )
        server.terminate()


@contextlib.contextmanager
def logged_in(ssh: str, folder: Path, term: str, variables: str = "") -> Iterator[Pane]:
    """`setup` in a login shell of this terminal, on mock pins."""
    remote = (
        f"env PYTHONPATH={ROOT} GPIOZERO_PIN_FACTORY=mock {variables}"
        f" EMS_APPLIANCE_CONFIG={folder}/config.toml {sys.executable} -m appliance setup"
    )
    terminal = Pane(folder, f"env TERM={term} {ssh} '{remote}; echo ended with $?; cat'")
    try:
        yield terminal
    finally:
        terminal.close()


def settings_in(folder: Path) -> Path:
    path = folder / "config.toml"
    path.write_text(f'[service]\nruntime_dir = "{folder}"\n')
    return path


@pytest.mark.parametrize("term", ["linux", "vt100", "xterm-256color"])
def test_a_file_is_set_up_over_ssh(ssh: str, tmp_path: Path, term: str) -> None:
    path = settings_in(tmp_path)
    with logged_in(ssh, tmp_path, term, variables="NO_COLOR=1" if term == "vt100" else "") as pane:
        text = pane.wait(lambda text: "> [ ] Board" in text and "Ctrl+Q" in text)
        lines = text.splitlines()
        assert lines[0].startswith("ems-appliance setup")
        assert lines[1] == "-" * 80
        assert lines[2].startswith("> [ ] Board")
        assert "| Choose a chapter and press Enter" in lines[2]
        assert lines[11].startswith("  [ ] Look, and write")
        pane.key("Down", "Down", "Down", "Down", "Enter")
        pane.wait(lambda text: "The language of the box" in text and "> English" in text)
        pane.key("Up", "Enter")
        pane.wait(lambda text: "[x] Language" in text and "> Me" in text)
        pane.key("C-u")
        pane.wait(lambda text: "> Me" not in text)
        pane.key("Anna")
        pane.wait(lambda text: "> Anna" in text)
        pane.key("Enter")
        pane.wait(lambda text: "[x] mon" in text)
        pane.key("Escape")
        pane.wait(lambda text: "> [ ] Limits" in text)
        pane.key("C-q")
        pane.wait(lambda text: '+people = ["Anna"]' in text and "> Write it, once" in text)
        assert '+language = "de"' in pane.text()
        pane.key("Enter")
        text = pane.wait(lambda text: "ended with 0" in text)
        assert "config undo` takes it back" in " ".join(text.split())
    settings = reading.load(path, {})
    assert (settings.language, settings.plan.people) == ("de", ("Anna",))


def test_a_connection_that_breaks_ends_setup(ssh: str, tmp_path: Path) -> None:
    """And with it the hold on the service, which comes back."""
    path = settings_in(tmp_path)
    before = path.read_text()
    with logged_in(ssh, tmp_path, "linux") as pane:
        pane.wait(lambda text: "> [ ] Board" in text)
        running = [os.pidfd_open(pid) for pid in pids_with(str(path))]
        assert running
    for process in running:
        ended, _, _ = select.select([process], [], [], PATIENCE_S)
        os.close(process)
        assert ended
    assert path.read_text() == before


def pids_with(path: str) -> Iterator[int]:
    """Processes that were started with this settings file."""
    wanted = f"EMS_APPLIANCE_CONFIG={path}".encode()
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if wanted in (process / "environ").read_bytes().split(b"\0"):
                yield int(process.name)
