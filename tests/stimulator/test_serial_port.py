"""The adapter for serial ports, on real pseudo-terminals."""

import fcntl
import os
import termios
import tty
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import serial

from appliance.stimulator.serial_port import (
    Line,
    PortBusyError,
    PortLostError,
    PortMissingError,
    SerialPort,
)


class Far:
    """The other end of a pseudo-terminal."""

    def __init__(self) -> None:
        self.near, self.held = os.openpty()
        tty.setraw(self.held)
        self.path = os.ttyname(self.held)

    def hang_up(self) -> None:
        for descriptor in (self.near, self.held):
            os.close(descriptor)
        self.near = self.held = -1

    def read_until(self, end: bytes) -> bytes:
        """Everything up to `end`, however long the kernel takes to bring it."""
        data = b""
        while not data.endswith(end):
            data += os.read(self.near, 4096)
        return data


@pytest.fixture
def far() -> Iterator[Far]:
    far = Far()
    yield far
    if far.near >= 0:
        far.hang_up()


@pytest.fixture
def port(far: Far) -> Iterator[SerialPort]:
    port = SerialPort(far.path, Line(250_000))
    port.open()
    yield port
    port.close()


def fill(port: SerialPort) -> int:
    """Write until the other end, which does not read, takes no more; the frames begun."""
    frame, count = b"\x55" * 41, 0
    while not port.unsent[0]:
        port.send(frame)
        count += 1
    return count


def test_bytes_go_both_ways_and_are_counted(far: Far, port: SerialPort) -> None:
    port.send(b"down")
    assert far.read_until(b"down") == b"down"
    os.write(far.near, b"upwards")
    data = b""
    while len(data) < 7:
        data += port.receive()
    assert data == b"upwards"
    assert (port.written, port.read) == (4, 7)


def test_a_pseudo_terminal_can_be_opened_again_with_a_parity(far: Far) -> None:
    port = SerialPort(far.path, Line(460_800, parity="E"))
    for _ in range(3):
        port.open()
        port.close()
    assert port.openings == 3


def test_nothing_to_read_is_no_error(port: SerialPort) -> None:
    assert port.receive() == b""


def test_the_port_is_ours_alone(far: Far, port: SerialPort) -> None:
    with pytest.raises(PortBusyError, match=f"{far.path}: in use by another program"):
        SerialPort(far.path, Line(250_000)).open()


def test_a_lock_by_another_program_is_a_port_in_use(far: Far) -> None:
    descriptor = os.open(far.path, os.O_RDWR | os.O_NOCTTY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    with pytest.raises(PortBusyError):
        SerialPort(far.path, Line(250_000)).open()
    os.close(descriptor)


def test_a_missing_port_says_so(tmp_path: Path) -> None:
    with pytest.raises(PortMissingError, match="no such port; plug the board in"):
        SerialPort(str(tmp_path / "none"), Line(250_000)).open()


def test_a_file_is_no_port(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(PortMissingError, match="not usable as a serial port"):
        SerialPort(str(tmp_path / "file"), Line(250_000)).open()


def test_a_port_without_permission_says_which_group(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # The suite may run as root, who may open anything.
    def refuse(*arguments: object, **options: object) -> None:
        raise serial.SerialException(13, "could not open port: Permission denied")

    monkeypatch.setattr(serial, "Serial", refuse)
    with pytest.raises(PortMissingError, match="permission denied; add this user to group dialout"):
        SerialPort("/dev/ttyUSB0", Line(250_000)).open()


@pytest.mark.parametrize(
    "verb",
    [
        lambda port: port.send(b"x"),
        lambda port: port.send_first(b"x"),
        lambda port: port.receive(),
    ],
    ids=["send", "send_first", "receive"],
)
def test_every_verb_names_a_lost_connection(far: Far, port: SerialPort, verb: object) -> None:
    far.hang_up()
    with pytest.raises(PortLostError, match="connection lost; check the cable"):
        verb(port)


def test_closing_a_lost_port_is_no_error(far: Far, port: SerialPort) -> None:
    far.hang_up()
    port.close(b"last")
    assert port.fileno() is None


def test_closed_it_sends_and_hears_nothing(far: Far, port: SerialPort) -> None:
    port.close()
    port.send(b"x")
    port.send_first(b"x")
    port.resume()
    assert port.receive() == b""
    assert port.written == 0


def test_a_partial_frame_keeps_its_rest_and_a_newer_one_replaces_what_was_not_begun(
    far: Far, port: SerialPort
) -> None:
    fill(port)
    rest, _ = port.unsent
    port.send(b"older")
    port.send(b"newer")
    assert port.unsent == (rest, b"newer")
    heard = b""
    while not heard.endswith(b"newer"):
        heard += os.read(far.near, 4096)
        port.resume()
    assert b"older" not in heard
    assert heard[:-5] == b"\x55" * (len(heard) - 5)
    assert (len(heard) - 5) % 41 == 0


def test_what_goes_first_throws_away_what_is_unsent(far: Far, port: SerialPort) -> None:
    fill(port)
    port.send(b"older")
    port.send_first(b"\0off\0")
    heard = far.read_until(b"\0off\0")
    assert b"older" not in heard
    assert port.unsent == (b"", b"")
    assert port.discards == 1
    assert len(heard) < port.written


def test_what_goes_first_leaves_alone_what_has_arrived(far: Far, port: SerialPort) -> None:
    for _ in range(200):
        port.send(b"hello\0")
        port.send_first(b"\0off\0")
        assert far.read_until(b"off\0") == b"hello\0\0off\0"
    assert port.discards == 0


def test_the_last_frame_is_written_before_the_port_closes(far: Far, port: SerialPort) -> None:
    port.close(b"\0off\0")
    assert far.read_until(b"off\0") == b"\0off\0"


def test_the_system_is_told_not_to_wait_for_unsent_bytes_when_the_port_closes(
    far: Far, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pseudo-terminal has no such setting: this answers like the driver of a real port."""
    ioctl, told = fcntl.ioctl, []
    settings = bytes(range(72))

    def answer(descriptor: int, request: int, *arguments: Any) -> Any:
        if request == termios.TIOCGSERIAL:
            memoryview(arguments[0]).cast("B")[: len(settings)] = settings
            return 0
        if request == termios.TIOCSSERIAL:
            told.append(bytes(arguments[0]))
            return 0
        return ioctl(descriptor, request, *arguments)

    monkeypatch.setattr(fcntl, "ioctl", answer)
    port = SerialPort(far.path, Line(250_000))
    port.open()
    port.close()
    # Of struct serial_struct: `closing_wait` is ASYNC_CLOSING_WAIT_NONE, and the rest as it was.
    assert told[-1] == settings[:40] + b"\xff\xff" + settings[42:]


def test_the_chip_is_told_to_pass_on_at_once_what_it_has_read(
    far: Far, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []
    monkeypatch.setattr(
        serial.Serial, "set_low_latency_mode", lambda _, is_low: asked.append(is_low)
    )
    port = SerialPort(far.path, Line(250_000))
    port.open()
    port.close()
    assert asked == [True]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (Line(250_000), (250_000, "N", 1, False)),
        (Line(3_000_000, stop_bits=2, rts_cts=True), (3_000_000, "N", 2, True)),
        (Line(460_800, parity="E"), (460_800, "E", 1, False)),
    ],
)
def test_a_port_is_opened_as_its_board_needs_it_and_never_waits(
    monkeypatch: pytest.MonkeyPatch, line: Line, told: tuple[object, ...]
) -> None:
    asked: dict[str, object] = {}

    def refuse(path: str, baud_rate: int, **options: object) -> None:
        asked.update(options, path=path, baud_rate=baud_rate)
        raise serial.SerialException(2, "no such port")

    monkeypatch.setattr(serial, "Serial", refuse)
    with pytest.raises(PortMissingError):
        SerialPort("/dev/ttyUSB0", line).open()
    names = ("baud_rate", "parity", "stopbits", "rtscts")
    assert tuple(asked[name] for name in names) == told
    assert (asked["path"], asked["exclusive"]) == ("/dev/ttyUSB0", True)
    assert (asked["timeout"], asked["write_timeout"]) == (0, 0)


def test_it_is_open_from_its_opening_to_its_closing_and_opens_once(far: Far) -> None:
    port = SerialPort(far.path, Line(250_000))
    assert (port.is_open, port.fileno(), port.openings) == (False, None, 0)
    for _ in range(2):
        port.open()
        assert port.is_open
        assert port.fileno() is not None
        assert port.openings == 1
    for _ in range(2):
        port.close(b"\0off\0")
        assert (port.is_open, port.fileno()) == (False, None)


def test_what_ends_a_cut_frame_goes_before_only_where_one_may_have_been_cut(
    far: Far, port: SerialPort
) -> None:
    port.send_first(b"off\n", b"end\n")
    assert far.read_until(b"off\n") == b"off\n"
    fill(port)
    port.send_first(b"off\n", b"end\n")
    assert far.read_until(b"off\n").endswith(b"end\noff\n")
    assert port.discards == 1


def test_with_an_end_that_is_late_a_frame_may_have_been_cut_whatever_the_system_says(
    far: Far, port: SerialPort
) -> None:
    port.send_first(b"off\n", b"end\n", late=True)
    assert far.read_until(b"off\n") == b"end\noff\n"
    assert port.discards == 1


def test_the_last_frame_of_a_full_line_does_not_wait_and_is_thrown_away(
    far: Far, port: SerialPort
) -> None:
    fill(port)
    port.close(b"off\n", b"end\n")
    assert port.discards >= 1
    assert port.unsent == (b"", b"")


def test_it_opens_again_without_what_came_in_meanwhile(far: Far, port: SerialPort) -> None:
    port.close()
    os.write(far.near, b"stale")
    port.open()
    assert port.openings == 2
    assert port.receive() == b""


def test_a_symlink_is_followed_anew_at_each_opening(far: Far, tmp_path: Path) -> None:
    link = tmp_path / "board"
    link.symlink_to(far.path)
    port = SerialPort(str(link), Line(250_000))
    port.open()
    port.close()
    other = Far()
    link.unlink()
    link.symlink_to(other.path)
    port.open()
    port.send(b"here")
    assert other.read_until(b"here") == b"here"
    port.close()
    other.hang_up()
