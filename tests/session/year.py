"""A household that lives through arbitrary days with its box, and does everything it can think of.

`tests/session/body.py` judges at the body; the limits are numbers of its own.
"""

from collections.abc import Callable
from datetime import timedelta, timezone
from pathlib import Path

from appliance.journal.recorder import Recorder
from appliance.journal.reopening import Source
from appliance.session.events import Button, StopLevel
from appliance.session.machine.pages import name
from appliance.session.notes import (
    Note,
    Sample,
    SessionBegan,
    SessionEnded,
    StageBegan,
    StageEnded,
)
from appliance.session.state import State
from tests.session.body import A_LOT_OF_CHARGE_MC, CHARGE_MC, Body
from tests.session.lived_box import BEGAN, Household, LivedBox

ALONE = (("Me",), ("me",), ("Other",))
TWO = (("Me", "Other"), ("me", "Other"), ("Other", "Me"))
OLD_SESSIONS = 5
OLD_STAGE_S = 600.0


def household_of(seed: int) -> Household:
    """One person under many names, or two of them; one session a day, or two."""
    people = TWO if seed % 3 == 2 else ALONE
    other = "second" if people is TWO else "first"
    bodies = (("Me", "first"), ("me", "first"), ("Other", other))
    return Household(seed, people, bodies, sessions_per_day=2 if seed % 5 in (1, 3) else 1)


class Year(LivedBox):
    """A box whose days are made by chance."""

    def __init__(self, folder: Path, seed: int) -> None:
        household = household_of(seed)
        body = Body(
            between_s=(4.0 if household.sessions_per_day == 2 else 8.0) * 3600.0,
            charge_mc=CHARGE_MC if seed % 2 else A_LOT_OF_CHARGE_MC,
            bodies=tuple({body for _, body in household.bodies}),
        )
        if seed % 4 in (1, 2):
            body.felt_s["Me"] = _with_old_sessions(folder / f"journal-{seed}.sqlite3", "Me")
        super().__init__(folder, household, body)

    def live(self, steps: int) -> None:
        """Live for so many steps of the session, or until the oracle objects."""
        while self.steps < steps and not self.body.broken:
            self.chance.choice(self._happenings())()
        self.off()

    def _happenings(self) -> tuple[Callable[[], None], ...]:
        return (
            self.a_session,
            self.a_session,
            self.a_session,
            self.a_session,
            self.a_power_cut,
            self.some_hours,
            self.some_minutes,
            self.another_clock,
            self.a_clock_that_was_wrong,
            self.another_zone,
            self.a_damaged_journal,
            self.a_journal_that_cannot_be_written,
        )

    # Sessions

    def a_session(self) -> None:
        if self.to_ready():
            self.deliver(self.chance.choice((20.0, 50.0, 59.0, 70.0, 100.0)))
        told = self.chance.random()
        if told < 0.3 and self.record.state is State.STIMULATING:
            self.end_and_tell()
        elif told < 0.8:
            self.end_by_hand()

    def to_ready(self) -> bool:
        """Lead a person as far as `ready`, whatever is offered; whether that was possible."""
        self.step(3.0)
        if self.record.state is not State.LOCKED:
            return False
        self.step(70.0)
        self.turn(1, self.chance.randrange(3))
        self.press(Button.CONFIRM)
        for _ in range(40):
            if self.record.state is not State.CHECKLIST:
                break
            self.step(1.7)
            if self.chance.random() < 0.01:
                self.press(Button.BACK)
                return False
            self.press(Button.CONFIRM, 0.8)
        if name(self.record) == "soreness_before":
            self.turn(1, self.chance.choice((0, 0, 0, 3, 3, 5, 8)))
            self.press(Button.CONFIRM)
        self.turn(1, self.chance.randrange(7))
        for _ in range(12):
            if self.record.state in (State.READY, State.LOCKED, State.REFUSED):
                break
            self._towards_ready()
        return self.record.state is State.READY

    def _towards_ready(self) -> None:
        if self.record.state is State.PREPARING and self.record.page == 2:
            self.step(1.2, StopLevel(self.now + 1.2, True))
            self.step(0.3, StopLevel(self.now + 0.3, False))
            self.step(1.2)
            return
        self.press(Button.CONFIRM)

    def deliver(self, seconds: float) -> None:
        """Start, climb, and go on for so long of true time, with turns by chance."""
        self.step(1.2)
        self.press(Button.CONFIRM, 1.2)
        until = self.true_s + seconds
        while self.true_s < until and self.record.state is State.STIMULATING:
            self.hand_of_a_moment()

    def let_it_run(self, seconds: float) -> None:
        until = self.true_s + seconds
        while self.true_s < until and self.record.state is State.STIMULATING:
            self.step(0.19)

    def end_by_hand(self) -> None:
        """Back to `locked`, wherever it is."""
        for _ in range(8):
            if self.record.state is State.LOCKED:
                return
            if self.record.state is State.STIMULATING:
                self.press(Button.CONFIRM)
            self.step(1.2)
            self.press(Button.BACK, 1.2)
            if self.record.state in (State.REFUSED, State.FAULT):
                self.press(Button.CONFIRM)

    def end_and_tell(self) -> None:
        """End the session, and say how the skin and the muscles are, true or not, or only turn."""
        self.press(Button.CONFIRM)
        for _ in range(2):
            self.step(1.2)
            self.press(Button.BACK, 1.2)
        for answer in (self.chance.choice((0, 0, 1, 2)), self.chance.choice((0, 3, 5, 8))):
            if self.record.state is not State.AFTERCARE:
                return
            self.turn(1, answer)
            if self.chance.random() < 0.2:
                return
            self.press(Button.CONFIRM)

    # What else can happen

    def a_power_cut(self) -> None:
        self.off()
        self.true_s += self.chance.choice((10.0, 600.0, 3600.0, 30000.0, 100000.0))
        self.boot()

    def some_hours(self) -> None:
        self.end_by_hand()
        self.step(3600.0 * self.chance.choice((1.0, 4.2, 4.2, 7.5, 9.0, 25.0)))

    def some_minutes(self) -> None:
        self.end_by_hand()
        self.step(self.chance.uniform(60.0, 1200.0))

    def another_clock(self) -> None:
        """The time is set, by a hand or by the network, on the couch too; a trusted one jumps."""
        if not self.trusted and self.chance.random() < 0.2:
            self.trusted, self.wrong_by = True, timedelta()
        else:
            self.wrong_by += timedelta(hours=self.chance.choice((-30, -5, -1, 1, 5, 24, 48)))

    def a_clock_that_was_wrong(self) -> None:
        """A chip's clock was slow, and is set right while the box is on."""
        self.a_power_cut()
        self.trusted = True
        self.wrong_by = timedelta(hours=self.chance.choice((-40, -20, -3)))
        self.a_session()
        self.wrong_by = timedelta()
        self.some_minutes()
        self.a_power_cut()

    def another_zone(self) -> None:
        self.zone = timezone(timedelta(hours=self.chance.choice((-10, -1, 0, 5, 14))))

    def a_damaged_journal(self) -> None:
        if self.chance.random() < 0.8:
            return
        self.off()
        self.path.write_bytes(b"this was a journal" * 300)
        for end in ("-wal", "-shm"):
            Path(f"{self.path}{end}").unlink(missing_ok=True)
        self.body.lose_the_record()
        self.true_s += self.chance.choice((10.0, 3600.0))
        self.boot()

    def a_journal_that_cannot_be_written(self) -> None:
        """Before a session or in the middle of one, until it can be again or the power is cut."""
        before = self.chance.random() < 0.2
        if before:
            self.write_protect(True)
        if not self.to_ready():
            self.write_protect(False)
            return
        self.deliver(self.chance.choice((5.0, 30.0)))
        self.write_protect(True)
        self.let_it_run(self.chance.choice((10.0, 100.0)))
        if self.chance.random() < 0.3:
            self.write_protect(False)
            self.let_it_run(30.0)
        else:
            self.a_power_cut()


def _with_old_sessions(path: Path, person: str) -> float:
    """Write sessions of the week before into a new record; how long they delivered, seconds."""
    wall = BEGAN - timedelta(days=3)
    source = Source(path, wall_clock=lambda: wall, trust=lambda *_: True, boot_id="before")
    recorder = Recorder(source, threaded=False)
    for number in range(OLD_SESSIONS):
        at = 100_000.0 * number
        told: list[Note] = [SessionBegan(at, person, "lower_back_session", True, 3 * OLD_STAGE_S)]
        for index, place in enumerate(("hip_flexors", "lower_back", "glutes")):
            told.append(StageBegan(at, index, place, "gentle", "contracting", OLD_STAGE_S))
            told.append(Sample(at, OLD_STAGE_S, (12.0, 9.0), (12.0, 9.0)))
            told.append(StageEnded(at, OLD_STAGE_S, "delivered"))
        recorder.put([*told, SessionEnded(at, "delivered")])
    recorder.close()
    return 3.0 * OLD_STAGE_S * OLD_SESSIONS
