"""The scope of the front panel: current of each channel over 30 s, and the last pulse."""

from collections import deque
from dataclasses import dataclass

from PIL import Image, ImageDraw

from appliance.simulator.boards.reference.board import Board
from appliance.simulator.pulses import Change, Pulse

SPAN_S = 30.0
_STEP_MA = 10.0
_JITTER_S = 0.001


@dataclass(slots=True)
class Stretch:
    """Pulses of one height that follow each other without a rest."""

    start: float
    end: float
    ma: float


class Scope:
    """The current that flowed in the last 30 s, as the board's output stage measured it.

    A pulse stands for the whole of its period, so that a train of pulses is one area.
    """

    def __init__(self, board: Board) -> None:
        self.last_pulse: Pulse | None = None
        self._stretches: tuple[deque[Stretch], deque[Stretch]] = (deque(), deque())
        board.output.on_pulse.append(self._see_pulse)
        board.output.on_change.append(self._see_change)

    def scale_ma(self) -> float:
        """The current at full height: never less than what is on show, in steps of 10 mA."""
        highest = max((one.ma for both in self._stretches for one in both), default=0.0)
        return max(_STEP_MA, -(-highest // _STEP_MA) * _STEP_MA)

    def columns_ma(self, channel: int, count: int, now: float) -> list[float]:
        """The highest current in each of so many columns of the last 30 s, the newest last."""
        self._forget(now - SPAN_S)
        columns, width_s = [0.0] * count, SPAN_S / count
        for one in self._stretches[channel]:
            first = max(0, int((one.start - now + SPAN_S) / width_s))
            last = min(count - 1, int((min(one.end, now) - now + SPAN_S) / width_s))
            for index in range(first, last + 1):
                columns[index] = max(columns[index], one.ma)
        return columns

    def pulse_picture(self, size: tuple[int, int]) -> Image.Image:
        """The last pulse: one phase up, a gap, and as long down again."""
        width, height = size
        image = Image.new("1", size)
        pen, middle = ImageDraw.Draw(image), height // 2
        pulse = self.last_pulse
        if pulse is None:
            pen.line((0, middle, width - 1, middle), fill=1)
            return image
        us = width / (2 * pulse.width_us + 3 * pulse.gap_us)
        swing = round(pulse.measured_ma / self.scale_ma() * (middle - 1))
        down_from = 2 * pulse.gap_us + pulse.width_us
        pen.line((0, middle, width - 1, middle), fill=1)
        for start, top, bottom in ((pulse.gap_us, -swing, 0), (down_from, 0, swing)):
            left, right = round(start * us), round((start + pulse.width_us) * us) - 1
            pen.rectangle((left, middle + top, right, middle + bottom), fill=1)
        return image

    def _see_pulse(self, pulse: Pulse) -> None:
        self.last_pulse = pulse
        end = pulse.at + 1 / pulse.frequency_hz
        stretches = self._stretches[pulse.channel]
        last = stretches[-1] if stretches else None
        if last and last.ma == pulse.measured_ma and pulse.at <= last.end + _JITTER_S:
            last.end = end
            return
        if last:
            last.end = min(last.end, pulse.at)
        stretches.append(Stretch(pulse.at, end, pulse.measured_ma))

    def _see_change(self, change: Change) -> None:
        """Cut the last pulse's period off at the moment at which the current ends."""
        stretches = self._stretches[change.channel]
        if not change.amplitude_ma and stretches:
            stretches[-1].end = min(stretches[-1].end, change.at)

    def _forget(self, before: float) -> None:
        for stretches in self._stretches:
            while stretches and stretches[0].end < before:
                stretches.popleft()
