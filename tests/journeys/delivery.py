"""A box that delivers any program from any moment of it, and the pulses that come of it.

The box is led to `stimulating` as a person would. Then the stage is exchanged for one of the
program in question: loop, gate, driver, wire, board and body are the real ones.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite

from appliance.session.levels import Levels
from appliance.session.record import Run
from appliance.session.state import State
from appliance.simulator.pulses import Pulse
from appliance.therapy.programs import Program
from appliance.therapy.units import Pair
from tests.journeys.journey import Box

LIMIT_MA = 60.0


@dataclass(frozen=True)
class Train:
    """Pulses of one channel without a break: a contraction, or twitches."""

    pulses: tuple[Pulse, ...]

    @property
    def begins(self) -> float:
        return self.pulses[0].at

    @property
    def lasts_s(self) -> float:
        """To the end of the last pulse's period."""
        return self.pulses[-1].at - self.begins + 1.0 / self.pulses[-1].frequency_hz

    @property
    def highest_ma(self) -> float:
        return max(pulse.amplitude_ma for pulse in self.pulses)

    @property
    def steady(self) -> tuple[Pulse, ...]:
        """The pulses at full amplitude: the hold."""
        return tuple(p for p in self.pulses if p.amplitude_ma > self.highest_ma - 0.05)

    @property
    def frequency_hz(self) -> float:
        """Counted, not as the pulses say."""
        steady = self.steady
        return (len(steady) - 1) / (steady[-1].at - steady[0].at)

    @property
    def widths_us(self) -> set[int]:
        return {pulse.width_us for pulse in self.pulses}


class Delivery:
    """Pulses of both channels from `begin` on, with times of the stage."""

    def __init__(self, box: Box) -> None:
        self.box = box
        self.pulses: list[Pulse] = []
        self._began = 0.0
        box.board.output.on_pulse.append(self._see)

    def _see(self, pulse: Pulse) -> None:
        self.pulses.append(pulse._replace(at=pulse.at - self._began))

    def begin(
        self,
        program: Program,
        at_s: float = 0.0,
        foot_s: float | None = None,
        level: float | Pair = 16.0,
    ) -> "Delivery":
        """Be at this moment of a stage of `program`, with the levels set: one for both, or a pair.

        The cycle began at `foot_s`, or begins now.
        """
        minutes = program.longest_s / 60.0 if isfinite(program.longest_s) else 20.0
        foot_s = at_s if foot_s is None else foot_s
        box = self.box
        if box.state is State.STIMULATING:
            box.confirm()
        box.wait(0.3)
        visit = box.record.visit
        assert visit is not None
        stage = visit.stage.but(program=program, minutes=minutes)
        option = visit.option.but(stages=(stage,), gentle=False)
        planned_s = minutes * 60.0
        run = Run(planned_s, program.lay_out(minutes), LIMIT_MA, "settings", elapsed_s=at_s)
        run = run.but(
            began=True, booking_s=planned_s, booked_s=planned_s, started_at=box.now, noted_s=at_s
        )
        # Paused before each phase that waits, as if the person had gone on.
        run = run.but(cycle_start_s=foot_s, waited_span=len(run.spans))
        visit = visit.but(option=option, index=0, delivered_s=(0.0,), charge_mc=(0.0,))
        self.rewrite(state=State.STIMULATING, visit=visit, run=run, position=None)
        box.wait(0.3)
        pair = level if isinstance(level, tuple) else (level, level)
        levels = Levels(level=pair, target=pair)
        now_run = box.record.run
        assert now_run is not None and now_run.live, box.record.latched
        self.pulses.clear()
        self.rewrite(run=now_run.but(levels=levels, elapsed_s=at_s, cycle_start_s=foot_s))
        self._began = box.now - at_s
        return self

    def rewrite(self, **changes: object) -> None:
        """Have the box go on with another record."""
        self.box.service.record = self.box.service.record.but(**changes)

    def wait(self, seconds: float) -> "Delivery":
        self.box.wait(seconds)
        assert not self.box.record.latched
        return self

    def trains(self, channel: int = 0, break_s: float | None = None) -> list[Train]:
        """The pulses of a channel, apart where nothing came for `break_s`, or for two periods."""
        return [Train(tuple(one)) for one in self._apart(channel, break_s) if len(one) > 1]

    def _apart(self, channel: int, break_s: float | None) -> Iterator[list[Pulse]]:
        mine = [pulse for pulse in self.pulses if pulse.channel == channel]
        if not mine:
            return
        current = [mine[0]]
        for before, pulse in pairwise(mine):
            longest_s = break_s or 1.5 / min(before.frequency_hz, pulse.frequency_hz)
            if pulse.at - before.at > longest_s or pulse.frequency_hz != before.frequency_hz:
                yield current
                current = []
            current.append(pulse)
        yield current
