"""The film of a session: the moments that matter, each once, as an animated GIF of 20 seconds."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PIL import Image

from appliance.records import Fixed
from appliance.screen.draw import draw
from appliance.session.board import Output
from appliance.session.state import State
from appliance.session.view import View
from appliance.settings.words import Words
from appliance.therapy.units import NEVER

ZOOM = 3
DARK, LIT = (10, 16, 20), (150, 220, 255)
LONGEST_MS = 20_000


class Moment(Fixed, frozen=True):
    """One picture of the film: the first view of a state that fits."""

    state: State
    shown_ms: int
    fits: Callable[[View], bool] = lambda view: True


def _page(name: str) -> Callable[[View], bool]:
    return lambda view: view.page_name == name


def _part(name: str, at_least: float) -> Callable[[View], bool]:
    """A part of a contraction, at a level that shows."""
    return lambda view: (
        view.stage is not None
        and view.stage.part == name
        and view.hint is None
        and min(channel.level for channel in view.channels) >= at_least
    )


MOMENTS = (
    Moment(State.LOCKED, 1400, lambda view: view.due is not None),
    Moment(State.CHECKLIST, 1800),
    Moment(State.CHECKLIST, 400, lambda view: view.hold is not None and view.hold.fraction > 0.5),
    Moment(State.CHOOSING, 1100, _page("choice")),
    Moment(State.PREPARING, 1000, _page("skin")),
    Moment(State.PREPARING, 1000, _page("stop_test")),
    Moment(State.PREPARING, 700, lambda view: view.page_name == "stop_test" and view.stop_pressed),
    Moment(State.PLACING, 1200, _page("body")),
    Moment(State.PLACING, 1500, _page("pads")),
    Moment(State.READY, 1200),
    Moment(State.STIMULATING, 900),
    Moment(State.STIMULATING, 1100, _part("hold", 10.0)),
    Moment(State.STIMULATING, 1100, _part("off", 10.0)),
    Moment(State.CONTACT_LOST, 1300),
    Moment(State.STOPPED, 1300, lambda view: view.output is Output.OFF),
    Moment(State.STAGE_DONE, 900, lambda view: view.output is Output.OFF),
    Moment(State.AFTERCARE, 1100, _page("stretch_1")),
)
"""The moments of the film, in the order in which a session reaches them."""


class Taken(Fixed, frozen=True):
    """A moment that has come: its view, when it came, and when its screen was left, seconds."""

    moment: Moment
    view: View
    at: float
    until: float = NEVER


class Film:
    """Looks at every view of a session and keeps the moments that matter, one after the other."""

    def __init__(self, language: str = "en") -> None:
        self._words = Words.load(language)
        self.taken: list[Taken] = []

    def look(self, view: View, now: float) -> None:
        last = self.taken[-1:]
        if last and last[0].until == NEVER and _screen(view) != _screen(last[0].view):
            self.taken[-1] = last[0].but(until=now)
        next_one = self.missing[:1]
        if next_one and next_one[0].state is view.state and next_one[0].fits(view):
            self.taken.append(Taken(next_one[0], view, now))

    @property
    def missing(self) -> tuple[Moment, ...]:
        """The moments that have not come."""
        return MOMENTS[len(self.taken) :]

    def save(self, path: Path, shown_ms: Sequence[int] = ()) -> None:
        """Write the GIF, which needs at least one moment. Raises OSError.

        `shown_ms` is how long each picture is shown, if not as long as its moment says.
        """
        first, *others = (self._frame(one.view) for one in self.taken)
        first.save(
            path,
            save_all=True,
            append_images=others,
            duration=list(shown_ms) or [one.moment.shown_ms for one in self.taken],
            loop=0,
            optimize=True,
        )

    def _frame(self, view: View) -> Image.Image:
        picture = draw(view, self._words).convert("L").convert("P")
        picture.putpalette([*DARK, *(LIT * 255)])
        size = (picture.width * ZOOM, picture.height * ZOOM)
        return picture.resize(size, Image.Resampling.NEAREST)


def _screen(view: View) -> tuple[object, ...]:
    return (view.state, view.page_name, view.statement)
