"""A real session, drawn as it happens: every view that it makes has a picture that fits."""

import pytest

from appliance.screen.draw import draw, measure
from appliance.session.events import Button, Event
from appliance.session.machine import pages
from appliance.session.record import Record
from appliance.session.state import State
from appliance.session.view_of_record import view_of
from appliance.settings.words import Words, languages
from tests.session.core import EXPERIENCED, NEW, SHORT, STEP_S, Core

EVERY_S = 0.4
"""Between two pictures while nothing happens that has a cue."""


class ShownCore(Core):
    """A session whose every new picture is measured in every language."""

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.words = [Words.load(language) for language in languages()]
        self.pictures: set[bytes] = set()
        self.shown: set[tuple[State, str | None]] = set()
        self.problems: list[str] = []
        self._draw_at = 0.0

    def step(self, *events: Event, dt: float = STEP_S) -> Record:
        record = super().step(*events, dt=dt)
        if record.now < self._draw_at and not record.cues:
            return record
        self._draw_at = record.now + EVERY_S
        view = view_of(record)
        self.shown.add((view.state, view.page_name))
        picture = draw(view, self.words[0]).tobytes()
        if picture not in self.pictures:
            self.pictures.add(picture)
            for words in self.words:
                self.problems += measure(view, words)
        return record


def assert_all_fit(core: ShownCore) -> None:
    assert core.problems == []


def test_every_phase_of_a_stage_fits_on_the_screen() -> None:
    core = ShownCore(EXPERIENCED, plan=SHORT)
    core.to_stimulating(6)
    for phase in ("work", "cool_down"):
        core.skip_to(phase)
        core.wait(14.0, dt=0.19)
        core.turn(3)
    assert_all_fit(core)


def go_through_locked(core: ShownCore) -> None:
    core.to_locked()
    for _ in pages.LOCKED:
        core.turn(2, every_s=0.1)
        core.back()


def test_the_pages_before_a_session_fit_on_the_screen() -> None:
    core = ShownCore(NEW)
    go_through_locked(core)
    core.confirm()
    while core.record.state is State.CHECKLIST:
        core.back()
        core.wait(1.2)
        core.back()
        core.wait(1.2)
        core.agree()
    core.turn(12, every_s=0.1)
    core.turn(-12, every_s=0.1)
    assert {state for state, _ in core.shown} >= {State.REFUSED, State.CHOOSING}
    assert {step for state, step in core.shown if state is State.LOCKED} == {
        "plan",
        "record",
        "sound",
        "language",
        "date",
        "exercise",
    }
    assert_all_fit(core)


def test_every_break_in_a_session_fits_on_the_screen() -> None:
    core = ShownCore(EXPERIENCED, plan=SHORT)
    core.to_ready()
    core.turn(1)
    core.turn(-1)
    core.start()
    core.turn(5)
    core.back()
    core.turn(2)
    core.confirm()
    assert core.record.state is State.PAUSED
    core.confirm()
    core.start()
    core.turn(4)
    core.open_channels = {1}
    core.wait(3.0)
    assert core.record.state is State.CONTACT_LOST
    core.open_channels = set()
    core.wait(3.5)
    core.confirm()
    core.stop()
    assert core.record.state is State.STOPPED
    core.let_go_of_stop()
    core.wait(1.2)
    core.hold(Button.BACK, 1.2)
    assert core.record.state is State.STAGE_DONE
    core.wait(1.2)
    core.hold(Button.BACK, 1.2)
    for _ in range(7):
        core.turn(2, every_s=0.1)
        core.confirm()
    assert core.record.state is State.LOCKED
    core.faults("journal_dead", "pins_failed")
    assert core.record.state is State.FAULT
    assert_all_fit(core)


@pytest.mark.parametrize("option", range(3, 8))
def test_every_option_fits_on_the_screen(option: int) -> None:
    core = ShownCore(EXPERIENCED, plan=SHORT)
    core.to_choosing()
    core.confirm()
    core.turn(option, every_s=0.1)
    if option >= len(core.record.options):
        return
    core.confirm()
    if core.record.state is State.PREPARING:
        core.confirm()
        core.confirm()
        core.stop()
        core.let_go_of_stop()
        core.wait(1.2)
        core.turn(1)
        core.confirm()
        core.start()
        core.turn(4)
        core.wait(6.0)
    assert_all_fit(core)
