"""The front panel's dialogs: the menu of troubles and the help."""

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from appliance.front_panel.troubles import TROUBLES, Trouble, Troubles

ALL_RIGHT = "all_right"

HELP = """\
Nothing here is real: mock pins, a simulated board, pads on nobody.
The program is the one that runs in the box.

 c        CONFIRM, short       C    hold it
 b        BACK, short          B    hold it
 left -   knob down            right +   knob up
 k        press the knob       K    hold it
 space    STOP: press it; once more: let go of it
 f        cause a trouble      q    switch off and quit
 < >      virtual time slower, faster: the last line but one says
          how fast this computer can
 n        a day later, in `locked`
 h ?      this help            escape    back

Mouse: click or hold the buttons; the wheel is the knob; a click on
STOP presses it, the next one lets go.

A whole session: c begins the check. Read each statement, then C.
Then c, step by step; press STOP and let go where you are asked to.
At "hold: START" C. Turn up while it tightens: up counts only while
current flows. The scope shows what the board delivered.
LAMP dim: a session runs; full: current flows, or nobody knows.
RELAY: closed only while the enable line is fed with edges.
"""


class Help(ModalScreen[None]):
    """Every key, and the way through a session."""

    BINDINGS = [Binding("escape,h,question_mark,q,enter", "app.pop_screen", "back")]  # noqa: RUF012

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="help") as frame:
            frame.border_title = "the box in a terminal"
            yield Static(Text(HELP.rstrip()))


class TroubleMenu(ModalScreen[Trouble | str | None]):
    """Every trouble, marked where it holds. Time goes on meanwhile."""

    BINDINGS = [Binding("escape,f,q", "dismiss", "back")]  # noqa: RUF012

    def __init__(self, troubles: Troubles) -> None:
        super().__init__()
        self._troubles = troubles

    def compose(self) -> ComposeResult:
        lines = [Option("put everything right", id=ALL_RIGHT)]
        lines += [Option(self._line(trouble), id=trouble.id) for trouble in TROUBLES]
        menu = OptionList(*lines, id="troubles")
        menu.border_title = "cause a trouble, or put it right"
        yield menu

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        chosen = next((t for t in TROUBLES if t.id == event.option.id), None)
        self.dismiss(chosen or ALL_RIGHT)

    def _line(self, trouble: Trouble) -> Text:
        holds = trouble.id in self._troubles.active
        return Text(f"{'[x]' if holds else '[ ]' if trouble.put_right else ' ! '} {trouble.label}")
