"""The notifier, on a real datagram socket."""

import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.service.systemd_notify import Notifier
from tests.journeys.journey import Home


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.bind(str(tmp_path / "notify"))
    listener.setblocking(False)
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    monkeypatch.setenv("WATCHDOG_USEC", "3000000")
    yield listener
    listener.close()


def heard(listener: socket.socket) -> list[str]:
    messages = []
    while True:
        try:
            messages.append(listener.recv(1024).decode())
        except BlockingIOError:
            return messages


def test_the_loop_says_ready_alive_and_stopping(systemd: socket.socket, home: Home) -> None:
    box = home.boot()
    assert sorted(heard(systemd)) == ["READY=1", "WATCHDOG=1"]
    box.wait(9.0)
    # Three times as often as it asks: every second.
    fed = heard(systemd)
    assert set(fed) == {"WATCHDOG=1"}
    assert len(fed) in (8, 9)
    box.close()
    assert heard(systemd)[-1] == "STOPPING=1"


def test_an_end_for_new_settings_is_alive_and_does_not_stop(
    systemd: socket.socket, home: Home
) -> None:
    box = home.boot()
    heard(systemd)
    box.service.renews = True
    box.close()
    assert heard(systemd) == ["WATCHDOG=1"]


def test_a_loop_that_hangs_says_nothing(systemd: socket.socket, home: Home) -> None:
    threads = threading.active_count()
    box = home.boot()
    heard(systemd)
    box.clock.freeze(10.0)
    assert heard(systemd) == []
    assert threading.active_count() == threads, "a thread could speak for the loop that hangs"
    box.close()


def test_an_abstract_address(monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"ems-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind("\0" + name)
        monkeypatch.setenv("NOTIFY_SOCKET", "@" + name)
        notifier = Notifier()
        notifier.ready()
        assert listener.recv(100) == b"READY=1"
        notifier.close()


def test_without_systemd_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    Notifier().ready()


def test_a_systemd_that_does_not_listen_stops_nobody(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))
    notifier = Notifier()
    notifier.ready()
    notifier.alive(0.0)
    notifier.close()
