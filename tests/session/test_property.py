"""Arbitrary hands, boards, faults, histories and time: the witness sees no rule broken."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from appliance.session.board import Contact, Identity, Link
from appliance.session.events import (
    Button,
    Down,
    Event,
    FaultsChanged,
    HistoryRead,
    StopCommand,
    StopLevel,
    Turn,
    Up,
)
from appliance.session.faults import FAULTS
from appliance.session.machine import pages
from appliance.session.machine.machine import Session
from appliance.session.record import Rules
from appliance.session.state import State
from appliance.session.view_of_record import view_of
from appliance.therapy.catalogue import Catalogue
from appliance.therapy.history import History, StageLeft, Unfinished
from appliance.therapy.limits import Limits
from appliance.therapy.plan import Plan, Rest
from appliance.therapy.programs import Program
from appliance.therapy.units import Unit
from tests.ledgers import ledger_of
from tests.session.core import shipped
from tests.session.world import IDENTITY, World, new_world
from tests.therapy.program_grammar import programs

SITES = ("hip_flexors", "lower_back", "glutes")
HISTORIES = st.builds(
    History,
    sessions_counted=st.integers(0, 9),
    sessions_today=st.sampled_from((0, 0, 0, 1, 2)),
    contracting_minutes_today=st.floats(0, 75),
    comfort_minutes_today=st.floats(0, 60),
    ledger=st.lists(
        st.tuples(st.sampled_from(SITES), st.floats(0, 25)), unique_by=lambda pair: pair[0]
    ).map(lambda sites: ledger_of(*sites)),
    days_since_full_list=st.none() | st.floats(0, 40),
    doctor_refusal=st.booleans(),
    had_last_time=st.booleans(),
    unfinished=st.none()
    | st.builds(
        Unfinished,
        session_id=st.just(1),
        routine=st.just("lower_back_session"),
        gentle=st.booleans(),
        stages=st.tuples(
            st.builds(StageLeft, st.sampled_from(SITES), st.just("gentle"), st.just(9.0))
        ),
    ),
    clock_trusted=st.booleans(),
    readable=st.booleans(),
)
LIMITS = st.builds(
    Limits,
    current_ma=st.floats(1, 80),
    gentle_current_ma=st.floats(1, 80),
    minutes_per_day=st.floats(60, 90),
    minutes_per_site=st.floats(10, 30),
    sessions_per_day=st.integers(1, 2),
)
PLANS = st.builds(
    Plan,
    routine=st.just("lower_back_session"),
    stage_minutes=st.floats(2, 30),
    rest=st.sampled_from(Rest),
)
STARTS = st.sampled_from((State.LOCKED, State.PREPARING, State.READY, *[State.STIMULATING] * 5))
IDENTITIES = st.builds(
    IDENTITY.but,
    unit=st.sampled_from(Unit),
    maximum=st.sampled_from((80.0, 100.0, 12.5, 0.0)),
    max_pulse_width_us=st.sampled_from((400, 250, 1000)),
    max_frequency_hz=st.sampled_from((120.0, 35.0, 500.0)),
    delivers_bursts=st.sampled_from((True, True, False)),
    on_body=st.sampled_from((True, True, True, False)),
)
BOARDS = ("mute", "off", "fault", "unknown", "armed", "strong", "restless")
DISTURBANCES = st.one_of(
    st.tuples(st.just("contact"), st.tuples(st.sampled_from(Contact), st.sampled_from(Contact))),
    st.tuples(st.just("link"), st.sampled_from(Link)),
    st.tuples(st.just("board"), st.sampled_from(BOARDS)),
    st.tuples(
        st.just("present"), st.frozensets(st.sampled_from([*FAULTS, "nobody_knows"]), max_size=2)
    ),
)
SHORT_S = st.floats(0.0, 0.2)
LONG_S = st.sampled_from((0.201, 0.3, 0.65, 1.05, 1.6, 3.1, 61.0, 181.0, 301.0, 601.0, 1801.0))


def everywhere(program: Program) -> Catalogue:
    """The shipped catalogue with this program in each stage, gentle versions included."""
    catalogue = shipped()
    routine = catalogue.routines["lower_back_session"]
    stages = tuple(stage.but(program=program) for stage in routine.stages)
    routines = {**catalogue.routines, routine.id: routine.but(stages=stages)}
    programs = {**catalogue.programs, "gentle": program}
    return catalogue.but(programs=programs, routines=routines)


class Anything(RuleBasedStateMachine):
    @initialize(
        history=HISTORIES,
        limits=LIMITS,
        plan=PLANS,
        identity=IDENTITIES,
        state=STARTS,
        detents=st.integers(0, 20),
        phases=st.integers(0, 2),
        program=st.none() | programs("contracting"),
    )
    def begin(
        self,
        history: History,
        limits: Limits,
        plan: Plan,
        identity: Identity,
        state: State,
        detents: int,
        phases: int,
        program: Program | None,
    ) -> None:
        """Somewhere on the way, as a person comes there who does everything right."""
        catalogue = shipped() if program is None else everywhere(program)
        self.world: World = new_world(Session(), Rules(plan, limits, catalogue))
        self.world.histories = (("Me", history),)
        self.world.identity = identity
        self.world.wait(1.2)
        for _ in range(50):
            if self.world.record.state in (state, State.REFUSED):
                break
            self.go_one_screen_on()
        if state is self.world.record.state is State.STIMULATING:
            self.go_on(detents)
            for _ in range(phases):
                self.near_the_end_of_a_phase(1.0)
                self.world.wait(1.5)

    def happen(self, event: type[Event], *values: object, dt: float = 0.05) -> None:
        self.world.step(dt, event(self.world.now + dt, *values))

    # What a sensible person does, so that far places are reached

    @rule(times=st.integers(1, 12))
    def go_on(self, times: int) -> None:
        for _ in range(times):
            self.go_one_screen_on()

    def go_one_screen_on(self) -> None:
        state = self.world.record.state
        if state is State.STIMULATING:
            self.turn(1, 1, 0.05)
            self.world.wait(1.0)
        elif pages.name(self.world.record) == pages.STOP_TEST:
            self.stop(True)
            self.stop(False)
        else:
            self.world.wait(1.6)
            self.happen(Down, Button.CONFIRM)
            self.world.wait({State.CHECKLIST: 0.65, State.READY: 1.05}.get(state, 0.05))
            self.happen(Up, Button.CONFIRM)

    @precondition(lambda self: self.world.record.state is State.STIMULATING)
    @rule(seconds=st.floats(1, 40), left_s=st.none() | st.floats(1, 30))
    def let_it_run(self, seconds: float, left_s: float | None) -> None:
        if left_s is not None:
            self.near_the_end_of_a_phase(left_s)
        self.world.wait(seconds)

    def near_the_end_of_a_phase(self, left_s: float) -> None:
        """As if all of it but this had been delivered; the change itself is lived through."""
        record = self.world.record
        run, place = record.run, record.position
        if run is None or place is None or run.levels.zero:
            return
        elapsed_s = max(run.elapsed_s, run.spans[place.span].end_s - left_s)
        self.world.record = record.but(run=run.but(elapsed_s=elapsed_s, booked_s=run.planned_s))

    # What a hand does

    @rule(button=st.sampled_from(Button), dt=SHORT_S)
    def down(self, button: Button, dt: float) -> None:
        self.happen(Down, button, dt=dt)

    @rule(button=st.sampled_from(Button), dt=SHORT_S)
    def up(self, button: Button, dt: float) -> None:
        self.happen(Up, button, dt=dt)

    @rule(step=st.sampled_from((1, 1, 1, -1)), times=st.integers(1, 12), dt=SHORT_S)
    def turn(self, step: int, times: int, dt: float) -> None:
        for _ in range(times):
            self.happen(Turn, step, dt=dt / times)

    @rule(is_open=st.booleans() | st.none())
    def stop(self, is_open: bool | None) -> None:
        if is_open is None:
            self.happen(StopCommand)
        else:
            self.happen(StopLevel, is_open)

    # What the world does

    @rule(dt=SHORT_S)
    def a_moment(self, dt: float) -> None:
        self.world.step(dt)

    @rule(seconds=LONG_S)
    def a_late_step(self, seconds: float) -> None:
        self.world.step(seconds)

    @rule(name_and_value=DISTURBANCES)
    def disturb(self, name_and_value: tuple[str, object]) -> None:
        setattr(self.world, *name_and_value)
        self.happen(FaultsChanged, self.world.present)

    @rule()
    def all_is_well(self) -> None:
        world = self.world
        world.link, world.board, world.present = Link.UP, "follows", frozenset()
        world.contact = (Contact.UNKNOWN, Contact.UNKNOWN)
        self.happen(FaultsChanged, frozenset())
        self.happen(StopLevel, False)
        world.wait(1.1)

    @rule(history=HISTORIES)
    def another_history(self, history: History) -> None:
        self.world.histories = (("Me", history),)
        self.happen(HistoryRead, {"Me": history})

    @invariant()
    def the_view_makes_sense(self) -> None:
        record = self.world.record
        view = view_of(record)
        assert view.state is record.state
        assert view.output is record.report.output
        assert view.page < view.pages


TestAnything = Anything.TestCase
TestAnything.settings = settings(
    max_examples=60,
    stateful_step_count=40,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
