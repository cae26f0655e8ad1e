"""The front panel: a Textual app that shows the virtual box and operates it by keyboard and mouse.

The box runs on the same thread: a timer runs it up to the present time, and keys move its
contacts in between.
"""

import io
import re
import textwrap
from collections import deque
from functools import cache
from typing import ClassVar

from PIL import Image
from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal, Vertical
from textual.events import MouseScrollDown, MouseScrollUp, Resize

from appliance.front_panel.keyboard import Keyboard
from appliance.front_panel.menu import Help, TroubleMenu
from appliance.front_panel.output_pins import OutputPins
from appliance.front_panel.pace import Pace
from appliance.front_panel.scope import Scope
from appliance.front_panel.troubles import Trouble, Troubles
from appliance.front_panel.widgets import (
    Knob,
    Lines,
    Oled,
    PushButton,
    ScopeFace,
    StopSwitch,
)
from appliance.screen.draw import draw
from appliance.screen.drawing.canvas import HEIGHT, WIDTH
from appliance.session.board import Output
from appliance.session.events import Button
from appliance.session.state import State
from appliance.session.view import View
from appliance.settings.words import Words
from appliance.virtual_box.box import VirtualBox

TICKS_A_SECOND = 30
SMALLEST, ROOMY = (80, 24), (104, 34)
LOG_LINES = 200
KEYS = "b/B back c/C confirm ←/→ knob k press SPACE stop f trouble n day < > speed h q"
BESIDE, BELOW = 24, 10
"""Columns and rows that everything but the OLED and the buttons needs."""
MOST_SCALE = 4
DAY_S = 24 * 3600.0
OUTPUT = {Output.OFF: "OUTPUT OFF", Output.ON: "OUTPUT ON", Output.UNKNOWN: "OUTPUT NOT KNOWN"}
LAMP = {"off": ("○", "#7b868c"), "dim": ("◐", "#b98a2c"), "full": ("●", "bold #ffc94d")}


class Log(io.StringIO):
    """The box's log; keeps the newest lines."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: deque[str] = deque(maxlen=LOG_LINES)
        self._begun = ""

    def write(self, text: str) -> int:
        *lines, self._begun = (self._begun + text).split("\n")
        self.lines.extend(lines)
        return len(text)

    def newest(self, rows: int, columns: int) -> list[str]:
        """The last lines as far as they fit, whole: a long one goes on in the next row."""
        if rows <= 0 or columns <= 0:
            return []
        shown: list[str] = []
        for line in [*self.lines][-rows:]:
            short = re.sub(r"^(\d+)\.\d+ ", r"\1 ", line)
            shown += textwrap.wrap(short, columns, subsequent_indent="  ") or [""]
        return shown[-rows:]


class Case(Container):
    """The whole front panel; the mouse wheel turns the knob anywhere on it."""

    def __init__(self, keyboard: Keyboard) -> None:
        super().__init__(id="panel")
        self._keyboard = keyboard

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        event.stop()
        self._keyboard.turn(1)

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        event.stop()
        self._keyboard.turn(-1)


class FrontPanel(App[None]):
    """The whole box in a terminal. `log` receives the box's log."""

    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "press('confirm')", "CONFIRM"),
        Binding("C", "hold('confirm')", "hold CONFIRM"),
        Binding("b", "press('back')", "BACK"),
        Binding("B", "hold('back')", "hold BACK"),
        Binding("k", "press('knob')", "press the knob"),
        Binding("K", "hold('knob')", "hold the knob"),
        Binding("right,plus,equals_sign,full_stop", "turn(1)", "knob up"),
        Binding("left,minus,comma", "turn(-1)", "knob down"),
        # STOP works under every dialog.
        Binding("space", "stop", "STOP", priority=True),
        Binding("less_than_sign", "speed(0.5)", "slower"),
        Binding("greater_than_sign", "speed(2.0)", "faster"),
        Binding("n", "new_day", "a day later"),
        Binding("f", "troubles", "cause a trouble"),
        Binding("h,question_mark", "help", "help"),
        Binding("q,ctrl+c", "quit", "quit"),
    ]

    def __init__(self, box: VirtualBox, pace: Pace, log: Log) -> None:
        super().__init__()
        self.box = box
        self.pace = pace
        self.keyboard = Keyboard(box)
        self.troubles = Troubles(box, self.keyboard)
        self.pins = OutputPins(box)
        self.scope = Scope(box.board)
        self.box_log = log
        self._shown: View | None = None
        """The view that is drawn; the loop makes a new one at least ten times a second."""
        self._oled = Oled(id="oled")
        self._back = PushButton(Button.BACK, self.keyboard, id="back")
        self._confirm = PushButton(Button.CONFIRM, self.keyboard, id="confirm")
        self._lights = Lines(id="lights")
        self._stop_switch = StopSwitch(self.action_stop, id="stop")
        self._knob = Knob(Button.KNOB, self.keyboard, id="knob")
        self._scope_face = ScopeFace(self.scope, lambda: self.box.now, id="scope")
        self._log_tail = Lines(id="log")
        self._status = Lines(id="status")
        self._keys = Lines(id="keys")

    def compose(self) -> ComposeResult:
        with Case(self.keyboard):
            with Horizontal(id="case") as case:
                case.border_title = "ems-appliance, simulated"
                with Vertical(id="face"):
                    yield self._oled
                    with Horizontal(id="buttons"):
                        yield self._back
                        yield self._confirm
                with Vertical(id="side"):
                    yield self._lights
                    yield self._stop_switch
                    yield self._knob
            with Horizontal(id="below"):
                yield self._scope_face
                yield self._log_tail
            yield self._status
            yield self._keys

    def on_mount(self) -> None:
        self.title = "ems-appliance simulate"
        self._back.say(Text("[b]  BACK"))
        self._confirm.say(Text("CONFIRM  [c]"))
        self._keys.say(Text(KEYS))
        self.show_box()
        self.set_interval(1 / TICKS_A_SECOND, self.tick)

    def on_resize(self, event: Resize) -> None:
        """The OLED as large as the terminal allows: braille, else half blocks, else larger ones."""
        width, height = event.size
        scale = min((width - BESIDE) // WIDTH, (height - BELOW) // (HEIGHT // 2), MOST_SCALE)
        columns = max(WIDTH // 2, WIDTH * scale)
        self._oled.styles.width = columns
        self._oled.styles.height = HEIGHT // 2 * scale if scale else HEIGHT // 4
        self.query_one("#buttons").styles.width = columns
        self.query_one("#panel").set_class(width >= ROOMY[0] and height >= ROOMY[1], "roomy")
        self.query_one("#panel").set_class(scale > 0, "large")

    def tick(self) -> None:
        """Run the box until now, and show it. Exit if it was switched off at the box."""
        if self.pace.tick():
            self.show_box()
        if self.box.record.switch_off:
            self.exit()

    # Keys

    def action_press(self, name: str) -> None:
        self.keyboard.press(Button(name))

    def action_hold(self, name: str) -> None:
        self.keyboard.hold(Button(name))

    def action_turn(self, detents: int) -> None:
        self.keyboard.turn(detents)

    def action_stop(self) -> None:
        self.keyboard.toggle_stop()

    def action_speed(self, factor: float) -> None:
        self.pace.change(factor)

    def action_new_day(self) -> None:
        """Let the box stand idle until the same time tomorrow, unless somebody is in a session."""
        if self.box.state is not State.LOCKED:
            told = f"a day later: only in locked, and this is {self.box.state.value}"
        else:
            self.box.freeze(DAY_S)
            told = f"a day later: {self.box.wall_clock():%A, %Y-%m-%d %H:%M}"
        self.box_log.write(f"{self.box.now:.3f} {told}\n")

    def action_help(self) -> None:
        self.push_screen(Help())

    def action_troubles(self) -> None:
        self.push_screen(TroubleMenu(self.troubles), self._chosen)

    def _chosen(self, choice: Trouble | str | None) -> None:
        if isinstance(choice, Trouble):
            self.box_log.write(f"{self.box.now:.3f} {self.troubles.cause(choice)}\n")
        elif choice is not None:
            self.troubles.put_all_right()
            self.box_log.write(f"{self.box.now:.3f} everything put right\n")

    # Looking

    def show_box(self) -> None:
        """Show the box as it is now."""
        view = self.box.view
        if view is not self._shown:
            self._shown = view
            self._oled.show(self._picture(view))
            self._scope_face.refresh()
        self._lights.say(self._lights_words())
        self._stop_switch.update(self.keyboard)
        for button in (self._back, self._confirm, self._knob):
            button.update()
        room = self._log_tail.content_size
        self._log_tail.say(Text("\n".join(self.box_log.newest(room.height, room.width))))
        self._status.set_class(view.output is Output.ON, "flows")
        self._status.set_class(view.output is Output.UNKNOWN, "unknown")
        self._status.say(Text(self._status_words(view)))

    def _picture(self, view: View) -> Image.Image:
        if self.box.screen.present:
            return Image.new("1", (WIDTH, HEIGHT))
        return draw(view, _language(view.language))

    def _lights_words(self) -> Text:
        pins = self.pins
        sign, style = LAMP[pins.lamp]
        pitch = f"{pins.pitch_hz} Hz" if pins.pitch_hz else "silent"
        return Text.assemble(
            (f"{sign} LAMP {pins.lamp}\n", style),
            (f"♪ {pitch}\n", "bold" if pins.pitch_hz else "#7b868c"),
            f"{pins.cue}\n" if pins.cue else "\n",
            f"RELAY {pins.relay}",
        )

    def _status_words(self, view: View) -> str:
        words = [OUTPUT[view.output], view.state.value.replace("_", " ")]
        words += [view.faults[0].replace("_", " ")] if view.faults else []
        levels = " ".join(f"{one.name} {one.level:.1f}" for one in view.channels)
        words += [f"{levels} {view.unit.value}, limit {view.limit:g}"] if levels else []
        words += ["STOP pressed"] if view.stop_pressed else []
        words += [self._wrong()] if self.troubles.active else []
        words.append(f"{self.box.wall_clock():%H:%M:%S}")
        words.append(self._speed_words())
        if self.size.width < SMALLEST[0] or self.size.height < SMALLEST[1]:
            words.insert(0, "made for 80x24 and more")
        return " | ".join(words)

    def _speed_words(self) -> str:
        """The speed of virtual time as it was set, and the speed reached if that is less."""
        pace = self.pace
        reached = f", reached x{pace.reached:.2g}" if pace.falls_behind else ""
        return f"x{pace.speed:g}{reached}"

    def _wrong(self) -> str:
        labels = [trouble.label for trouble in self.troubles.active.values()]
        return labels[0] if len(labels) == 1 else f"{len(labels)} troubles"


@cache
def _language(name: str) -> Words:
    return Words.load(name)
