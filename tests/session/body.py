"""An oracle that counts at the simulated body: pulses, charge and seconds of each site.

Its limits are numbers of its own. It imports nothing of the program that it checks.
"""

from dataclasses import dataclass, field

SITE_S = 90.0
DAY_S = 180.0
BETWEEN_S = 8 * 3600.0
FINISH_S = 3 * 3600.0
A_DAY_S = 24 * 3600.0
GENTLE_MOST = 30.0
GENTLE_WORK_S = 40 * 60.0
CONTRACTS_UC = 6.5
"""From this charge of a phase a pulse may contract a large muscle, whatever it is called."""
FUSED_HZ = 12.0
WORK_MOST_S = 26.0
"""Fused pulses in any minute: no program here works for more than that."""
TOO_STRONG_S = 0.6
"""So long a board that delivers more than it is told may go on after it was seen."""
VERY_SORE = 7
REST_GAP_S = 40.0
"""Pulses that are no further apart belong to one delivery: the rests of a program are shorter."""
NEARLY_S = 3.0
"""What ramps and the length of a step can hide from a count of pulses."""


@dataclass(frozen=True)
class Pulses:
    """What the board delivers in a step, and what it was told."""

    told: tuple[float, float]
    delivered: tuple[float, float]
    width_us: float
    hz: float
    is_comfort: bool


@dataclass
class Body:
    """What has reached the body, in true time, which no clock of the box shows."""

    pulses: list[tuple[float, str, str, float, float]] = field(default_factory=list)
    """Start, label of the person, site, seconds, and the largest current, of each delivery."""
    cut_at: float = float("-inf")
    """When a session was last interrupted by something other than a hand."""
    last_at: float = float("-inf")
    zeroed_at: float = float("-inf")
    """When the hand last took the level to zero: the gap that follows is no program's rest."""
    felt_s: float = 0.0
    sore_at: float = float("-inf")
    """When the box was told of muscles so sore that only rest is left."""
    work: list[tuple[float, float]] = field(default_factory=list)
    """Time and seconds of fused pulses of the last minute."""
    strong_since: float | None = None
    """Since when a board has delivered more than it was told."""
    uneven: int = 0
    """Moments at which A and B differed."""
    broken: list[str] = field(default_factory=list)

    def feel(self, at: float, label: str, site: str, passed_s: float, pulses: Pulses) -> None:
        ma = max(pulses.delivered)
        if ma <= 0.0:
            return
        self.uneven += pulses.delivered[0] != pulses.delivered[1]
        self._check_pulses(at, passed_s, pulses)
        if ma * pulses.width_us / 1000.0 < CONTRACTS_UC and pulses.is_comfort:
            return
        since = at - self.last_at
        self.last_at = at
        same = bool(self.pulses) and self.pulses[-1][1:3] == (label, site)
        rested = self.zeroed_at < at - since
        if same and since <= REST_GAP_S:
            start, _, _, seconds, most = self.pulses[-1]
            passed_s = since if rested else passed_s
            self.pulses[-1] = (start, label, site, seconds + passed_s, max(most, ma))
        else:
            self._check_start(at, label, since)
            self.pulses.append((at, label, site, passed_s, ma))
        self.felt_s += passed_s
        self._check_sums(at)
        ma = max(pulses.told)
        if self.felt_s < GENTLE_WORK_S and ma > GENTLE_MOST + 0.5:
            self.broken.append(f"{at:.0f} s: {ma} mA to a person in the first sessions")

    def _check_pulses(self, at: float, passed_s: float, pulses: Pulses) -> None:
        """What holds of every pulse, and of the pulses of a minute."""
        ma = max(pulses.delivered)
        if at - self.sore_at < A_DAY_S - 600.0:
            self.broken.append(f"{at:.0f} s: pulses {at - self.sore_at:.0f} s after very sore")
        if pulses.is_comfort and max(pulses.told) * pulses.width_us / 1000.0 >= CONTRACTS_UC:
            self.broken.append(f"{at:.0f} s: a comfort program contracts with {ma} mA")
        told = max(pulses.told) * 1.2 + 1.0
        if ma <= told:
            self.strong_since = None
        elif self.strong_since is None:
            self.strong_since = at
        elif at - self.strong_since > TOO_STRONG_S:
            self.broken.append(f"{at:.0f} s: {ma} mA where {told} were told")
        if pulses.hz > FUSED_HZ:
            self.work = [one for one in self.work if at - one[0] < 60.0] + [(at, passed_s)]
            worked_s = sum(seconds for _, seconds in self.work)
            if worked_s > WORK_MOST_S and not pulses.is_comfort:
                self.broken.append(f"{at:.0f} s: {worked_s:.1f} s of work in a minute")

    def _check_start(self, at: float, label: str, since: float) -> None:
        """A session begins hours after the last one, unless it finishes one that was cut."""
        own = [one for one in self.pulses if one[1] == label]
        used = sum(one[3] for one in own if at - one[0] < BETWEEN_S) >= 60.0 + NEARLY_S
        ended = max((one[0] + one[3] for one in own), default=float("-inf"))
        finishes = at - self.cut_at < FINISH_S
        if used and 600.0 < at - ended < BETWEEN_S - 60.0 and not finishes:
            self.broken.append(f"{at:.0f} s: {label} begins {at - ended:.0f} s after the last")

    def _check_sums(self, at: float) -> None:
        for window_s, days in ((BETWEEN_S - 600.0, 1), (A_DAY_S - 600.0, 2)):
            recent = [one for one in self.pulses if at - one[0] < window_s]
            total_s = sum(one[3] for one in recent)
            if total_s > days * DAY_S + NEARLY_S:
                self.broken.append(f"{at:.0f} s: {total_s:.0f} s in {window_s / 3600:.0f} h")
            for site in {one[2] for one in recent}:
                site_s = sum(one[3] for one in recent if one[2] == site)
                if site_s > days * SITE_S + NEARLY_S:
                    self.broken.append(f"{at:.0f} s: {site} {site_s:.0f} s")
