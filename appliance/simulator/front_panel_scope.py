"""The scope: what the board delivered to each channel lately, and one pulse of it."""

from collections import deque
from dataclasses import dataclass

from PIL import Image, ImageDraw

from appliance.simulator.board import Board
from appliance.simulator.board_output import Change, Pulse

SPAN_S = 30.0
_STEP_MA = 10.0
_GAP_US = 50
"""Between the two phases of a pulse."""
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

    def picture(self, channel: int, size: tuple[int, int], now: float) -> Image.Image:
        """The last 30 s of a channel, the newest at the right edge."""
        width, height = size
        self._forget(now - SPAN_S)
        image, scale = Image.new("1", size), self.scale_ma()
        pen = ImageDraw.Draw(image)
        pen.line((0, height - 1, width - 1, height - 1), fill=1)
        for one in self._stretches[channel]:
            left = max(0, round((one.start - now + SPAN_S) / SPAN_S * width))
            right = min(width, round((min(one.end, now) - now + SPAN_S) / SPAN_S * width))
            top = height - 1 - round(one.ma / scale * (height - 1))
            if left < width:
                pen.rectangle((left, top, max(left, right - 1), height - 1), fill=1)
        return image

    def pulse_picture(self, size: tuple[int, int]) -> Image.Image:
        """The last pulse: one phase up, a gap, and as long down again."""
        width, height = size
        image = Image.new("1", size)
        pen, middle = ImageDraw.Draw(image), height // 2
        pulse = self.last_pulse
        if pulse is None:
            pen.line((0, middle, width - 1, middle), fill=1)
            return image
        us = (width - 1) / (2 * pulse.width_us + _GAP_US + 200)
        swing = round(pulse.measured_ma / self.scale_ma() * (middle - 1))
        x = [round(at * us) for at in (100, 100 + pulse.width_us, 150 + pulse.width_us)]
        x.append(round((150 + 2 * pulse.width_us) * us))
        up, down = middle - swing, middle + swing
        flanks = [(0, middle), (x[0], middle), (x[0], up), (x[1], up), (x[1], middle)]
        flanks += [(x[2], middle), (x[2], down), (x[3], down), (x[3], middle), (width, middle)]
        pen.line(flanks, fill=1)
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
        """Where the current ends, the last pulse's period is not shown to its end."""
        stretches = self._stretches[change.channel]
        if not change.amplitude_ma and stretches:
            stretches[-1].end = min(stretches[-1].end, change.at)

    def _forget(self, before: float) -> None:
        for stretches in self._stretches:
            while stretches and stretches[0].end < before:
                stretches.popleft()
