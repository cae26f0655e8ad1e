"""A non-blocking serial port with a queue of one frame. Every failure is a BoardError.

A port that was unplugged can raise SerialException, OSError or termios.error, and which
one depends on the verb; here each becomes a BoardError with a line that says what to do.
"""

import contextlib
import errno
import fcntl
import os
import select
import struct
import sys
import termios

import serial

from appliance.errors import BoardError
from appliance.records import Fixed

_READ_BYTES = 4096
_LAST_FRAME_MS = 20
"""How long a last frame may take to leave before the port closes. At 19200 baud, 38 bytes do."""
_SERIAL_STRUCT_BYTES = 72
_CLOSING_WAIT_AT, _CLOSING_WAIT_NONE = 40, 0xFFFF
"""Of the kernel's struct serial_struct, the same on 32 and 64 bits: what close() waits for."""
_TROUBLE = (serial.SerialException, OSError, termios.error, ValueError)


class PortMissingError(BoardError):
    """Error raised when a port does not exist or may not be opened."""


class PortBusyError(BoardError):
    """Error raised when another program holds the port."""


class PortLostError(BoardError):
    """Error raised when a port that was open does not work any more."""


class Line(Fixed, frozen=True):
    """How bytes go over the wire. Pseudo-terminals ignore all of it."""

    baud_rate: int
    parity: str = serial.PARITY_NONE
    stop_bits: float = serial.STOPBITS_ONE
    rts_cts: bool = False


class SerialPort:
    """A serial port with a queue of one frame.

    It may be opened and closed any number of times. Pseudo-terminals work too.
    """

    def __init__(self, path: str, line: Line) -> None:
        self.path = path
        self.written = 0
        """Bytes that the system took from us, so far."""
        self.read = 0
        """Bytes that came in, so far."""
        self.discards = 0
        """How often written bytes may have been thrown away, so far."""
        self.openings = 0
        """How often the port was opened. What came in before is thrown away each time."""
        self._line = line
        self._serial: serial.Serial | None = None
        self._descriptor = -1
        self._hang_up = select.poll()
        self._begun = b""
        self._next = b""

    @property
    def is_open(self) -> bool:
        return self._serial is not None

    @property
    def unsent(self) -> tuple[bytes, bytes]:
        """What the system has not taken yet: the rest of the frame that was begun, and the next."""
        return self._begun, self._next

    def fileno(self) -> int | None:
        """The descriptor to wait on; None while closed."""
        return self._descriptor if self._serial else None

    def open(self) -> None:
        """Open for this process alone. Raises PortMissingError or PortBusyError."""
        if self._serial:
            return
        try:
            port = serial.Serial(
                self.path,
                self._line.baud_rate,
                parity=_parity(self.path, self._line.parity),
                stopbits=self._line.stop_bits,
                rtscts=self._line.rts_cts,
                timeout=0,
                write_timeout=0,
                exclusive=True,
            )
        except _TROUBLE as error:
            raise self._cannot_open(error) from error
        with contextlib.suppress(NotImplementedError, AttributeError, *_TROUBLE):
            # An FTDI chip otherwise keeps what it has read for up to 16 ms.
            port.set_low_latency_mode(True)
        self._serial, self._descriptor = port, port.fileno()
        _close_at_once(self._descriptor)
        self._hang_up = select.poll()
        self._hang_up.register(self._descriptor, select.POLLIN)
        self._begun = self._next = b""
        self.openings += 1

    def receive(self) -> bytes:
        """What has come in, b"" if nothing. Raises PortLostError."""
        if not self._serial:
            return b""
        try:
            data = os.read(self._descriptor, _READ_BYTES)
            if not data:
                self._check_hang_up()
        except BlockingIOError:
            return b""
        except _TROUBLE as error:
            raise self._lost() from error
        self.read += len(data)
        return data

    def send(self, frame: bytes) -> None:
        """Write, or keep for `resume` in place of a frame not begun. Raises PortLostError."""
        self._next = frame
        self.resume()

    def send_first(self, frame: bytes, mend: bytes = b"", *, late: bool = False) -> None:
        """Throw away what is unsent, then send. Raises PortLostError.

        A frame may have been cut in two by this: then `mend`, which ends it, goes before.
        `late`: the other end is behind with its reading, whatever the system says of it.
        """
        self.send(mend + frame if self._discard(late) else frame)

    def resume(self) -> None:
        """Go on with what could not be written yet. Raises PortLostError."""
        while self._serial and (self._begun or self._next):
            if not self._begun:
                self._begun, self._next = self._next, b""
            count = self._write(self._begun)
            self._begun = self._begun[count:]
            if self._begun:
                return

    def close(self, last_frame: bytes = b"", mend: bytes = b"") -> None:
        """Throw away what is unsent, try a last frame if the port still works, and close.

        Takes 20 ms at most. A line that still holds bytes when it is closed would keep the
        system waiting for up to 30 s: what a stalled board did not take by then is thrown
        away as well.
        """
        if self._serial:
            with contextlib.suppress(BoardError):
                self.send_first(last_frame, mend)
                self._let_leave()
                self._discard()
            with contextlib.suppress(*_TROUBLE):
                self._serial.close()
        self._serial, self._descriptor = None, -1

    def _let_leave(self) -> None:
        """Give the last frame the time that the wire needs."""
        sleep = select.poll()
        for _ in range(_LAST_FRAME_MS):
            if not self._is_unsent():
                return
            sleep.poll(1)
            self.resume()

    def _is_unsent(self) -> bool:
        try:
            return bool(self._serial and (self._begun or self._serial.out_waiting))
        except _TROUBLE as error:
            raise self._lost() from error

    def _discard(self, late: bool = False) -> bool:
        """Throw away what is unsent; whether there was, or may have been, anything."""
        try:
            # Asked first: on a pseudo-terminal a flush also takes what the system still carries.
            if not self._serial or not (late or self._is_unsent()):
                return False
            self._serial.reset_output_buffer()
            self.discards += 1
            return True
        except _TROUBLE as error:
            raise self._lost() from error
        finally:
            self._begun = self._next = b""

    def _write(self, data: bytes) -> int:
        try:
            count = os.write(self._descriptor, data)
        except BlockingIOError:
            return 0
        except _TROUBLE as error:
            raise self._lost() from error
        self.written += count
        return count

    def _check_hang_up(self) -> None:
        """Nothing to read means a quiet line, or one that hung up."""
        for _, happened in self._hang_up.poll(0):
            if happened & (select.POLLHUP | select.POLLERR | select.POLLNVAL):
                raise OSError(errno.EIO, "hung up")

    def _lost(self) -> PortLostError:
        return PortLostError(f"{self.path}: connection lost; check the cable to the board")

    def _cannot_open(self, error: BaseException) -> BoardError:
        number = getattr(error, "errno", None)
        if number in (errno.EAGAIN, errno.EBUSY):
            return PortBusyError(f"{self.path}: in use by another program; stop that program")
        if number in (errno.EACCES, errno.EPERM):
            return PortMissingError(
                f"{self.path}: permission denied; add this user to group dialout"
            )
        if number in (errno.ENOENT, errno.ENODEV, errno.ENXIO):
            return PortMissingError(
                f"{self.path}: no such port; plug the board in or correct the path"
            )
        return PortMissingError(
            f"{self.path}: not usable as a serial port ({error}); check the path"
        )


def _parity(path: str, wanted: str) -> str:
    """A pseudo-terminal has none, and its second opening with one fails."""
    is_pseudo_terminal = os.path.realpath(path).startswith(("/dev/pts/", "/dev/ttys"))
    return serial.PARITY_NONE if is_pseudo_terminal else wanted


def _close_at_once(descriptor: int) -> None:
    """Tell the system not to wait for unsent bytes when it closes this port, where it can be told.

    Not every driver knows this setting, and some let only root change it: what is left unsent
    is thrown away before each closing all the same.
    """
    if not sys.platform.startswith("linux"):
        return
    with contextlib.suppress(*_TROUBLE):
        settings = bytearray(_SERIAL_STRUCT_BYTES)
        fcntl.ioctl(descriptor, termios.TIOCGSERIAL, settings)
        struct.pack_into("@H", settings, _CLOSING_WAIT_AT, _CLOSING_WAIT_NONE)
        fcntl.ioctl(descriptor, termios.TIOCSSERIAL, settings)
