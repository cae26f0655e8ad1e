"""The widgets of the front panel: OLED, buttons, knob, STOP switch and scope."""

import math
from collections.abc import Callable

from PIL import Image, ImageDraw
from rich.text import Text
from textual.events import MouseDown, MouseUp
from textual.reactive import reactive
from textual.widget import Widget

from appliance.front_panel.dots import BLANK, bars, braille, half_blocks
from appliance.front_panel.keyboard import Keyboard
from appliance.front_panel.scope import SPAN_S, Scope
from appliance.screen.drawing.canvas import HEIGHT, WIDTH
from appliance.session.events import Button

DETENTS_A_TURN = 20
KNOB = 10
"""Its width and height, in half blocks."""
PULSE_COLUMNS = 22
PULSE_FROM_COLUMNS = 84
A_STYLE, B_STYLE, DIM_STYLE = "#7fd1e8", "#e8c17f", "#7b868c"


class Oled(Widget):
    """The OLED: braille where there is little room, half blocks where there is more."""

    picture: reactive[Image.Image] = reactive(lambda: Image.new("1", (WIDTH, HEIGHT)))

    def show(self, picture: Image.Image) -> None:
        if picture.tobytes() != self.picture.tobytes():
            self.picture = picture

    def render(self) -> Text:
        scale = min(self.size.width // WIDTH, self.size.height // (HEIGHT // 2))
        if scale < 1:
            return Text("\n".join(braille(self.picture)), no_wrap=True)
        size = (WIDTH * scale, HEIGHT * scale)
        picture = self.picture.resize(size, Image.Resampling.NEAREST)
        return Text("\n".join(half_blocks(picture)), no_wrap=True)


class Lines(Widget):
    """A few lines of text that change."""

    words: reactive[Text] = reactive(Text)

    def say(self, words: Text) -> None:
        if words != self.words or words.spans != self.words.spans:
            self.words = words

    def render(self) -> Text:
        return self.words


class PushButton(Lines):
    """CONFIRM, BACK or the knob's own: a mouse holds it for as long as its button is down."""

    def __init__(self, button: Button, keyboard: Keyboard, id: str) -> None:
        super().__init__(id=id)
        self._button = button
        self._keyboard = keyboard

    def on_mouse_down(self, event: MouseDown) -> None:
        event.stop()
        self.capture_mouse()
        self._keyboard.push(self._button)

    def on_mouse_up(self, event: MouseUp) -> None:
        event.stop()
        self.release_mouse()
        self._keyboard.let_go(self._button)

    def update(self) -> None:
        self.set_class(self._keyboard.is_down(self._button), "down")


class StopSwitch(Lines):
    """STOP: pressed by one click or key, let go by the next."""

    def __init__(self, pressed: Callable[[], None], id: str) -> None:
        super().__init__(id=id)
        self._pressed = pressed

    def on_mouse_down(self, event: MouseDown) -> None:
        event.stop()
        self._pressed()

    def update(self, keyboard: Keyboard) -> None:
        down = keyboard.stop_pressed or keyboard.stop_wire_broken
        self.set_class(down, "down")
        what = "PRESSED" if keyboard.stop_pressed else "let go"
        if keyboard.stop_wire_broken:
            what = "WIRE BROKEN"
        self.say(Text.assemble("in the hand\n", ("S T O P", "bold"), f"\n{what}\n", "[space]"))


class Knob(PushButton):
    """The knob, with a mark where it points."""

    def update(self) -> None:
        super().update()
        face = "\n".join(half_blocks(self._face()))
        self.say(Text(f"{face}\n< KNOB >"))

    def _face(self) -> Image.Image:
        image = Image.new("1", (KNOB, KNOB))
        pen, middle = ImageDraw.Draw(image), (KNOB - 1) / 2
        pen.ellipse((0, 0, KNOB - 1, KNOB - 1), fill=1)
        angle = self._keyboard.detents / DETENTS_A_TURN * math.tau
        across, down = math.sin(angle), -math.cos(angle)
        start = (middle + across, middle + down)
        pen.line((*start, middle + middle * across, middle + middle * down), fill=0, width=2)
        return image


class ScopeFace(Widget):
    """Both channels over the last 30 s, and where there is room a single pulse."""

    def __init__(self, scope: Scope, now: Callable[[], float], id: str) -> None:
        super().__init__(id=id)
        self._scope = scope
        self._now = now

    def render(self) -> Text:
        columns, rows = self.size
        if columns < 20 or rows < 3:
            return Text("")
        with_pulse = columns >= PULSE_FROM_COLUMNS
        traces = columns - PULSE_COLUMNS - 2 if with_pulse else columns
        pulse = self._pulse(rows) if with_pulse else []
        text = Text(no_wrap=True)
        for number, (line, style) in enumerate(self._lines(traces, rows)):
            text.append(line.ljust(traces, BLANK), style)
            if number < len(pulse):
                text.append(f"  {pulse[number]}", DIM_STYLE)
            text.append("\n" if number + 1 < rows else "")
        return text

    def _lines(self, columns: int, rows: int) -> list[tuple[str, str]]:
        each = (rows - 1) // 2
        scale = self._scope.scale_ma()
        lines = [(f"CURRENT, last {SPAN_S:g} s, full height {scale:g} mA", DIM_STYLE)]
        for channel, style in enumerate((A_STYLE, B_STYLE)):
            currents = self._scope.columns_ma(channel, columns - 2, self._now())
            trace = bars([ma / scale for ma in currents], each)
            names = "AB"[channel].ljust(each, BLANK)
            lines += [(f"{n}{BLANK}{line}", style) for n, line in zip(names, trace, strict=True)]
        return lines

    def _pulse(self, rows: int) -> list[str]:
        pulse = self._scope.last_pulse
        says = ["ONE PULSE", "none yet", ""]
        if pulse is not None:
            side = "AB"[pulse.channel]
            says = [f"ONE PULSE, channel {side}"]
            says += [f"{pulse.measured_ma:.1f} mA, {pulse.width_us} us each"]
            says += [f"{pulse.frequency_hz:g} Hz, {pulse.charge_uc:.2f} uC"]
        height = max(1, rows - len(says))
        picture = half_blocks(self._scope.pulse_picture((PULSE_COLUMNS, 2 * height)))
        return [says[0], *picture, *says[1:]]
