"""What the fault campaign found, as `python -m tests.campaign --record` wrote it."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

RESULT = Path(__file__).parent / "campaign.json"
_RULES = """{faults:,} faults in {count:,} trials at `{commit}`, seed {seed}: {broken} broke a rule.
{remark}In a fifth of the trials two faults come at once. The rules are those of every pulse, of
every byte to the board and of the screen; that current has ended in time; that the knob brings
none back; and that no target rises without a hand. Times are from the fault, or from the first
pulse by which the host can tell it, to the last pulse through the simulated body; they stand
where current has to end. The other boards are P24, RehaMove3 and RehaStim2, with the relay in
their leads: to them no zero goes out before they have answered or are given up. Where no current
flows, as in `ready` or in a pause, none may begin.
`python -m tests.campaign --count N --seed {seed}` makes N of them again, a hundred a second on two
cores, and goes on where it was stopped; each CI run makes 20,000.
"""


def read_campaign(path: Path = RESULT) -> dict[str, Any]:
    """The newest result; empty where there is none."""
    said: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return said


def section(campaign: Mapping[str, Any]) -> Iterator[str]:
    """Its part of SAFETY.md, in lines."""
    if not campaign:
        return
    yield "## Faults by chance"
    yield ""
    remark = campaign.get("remark", "")
    yield _RULES.format(**{**campaign, "remark": f"{remark}\n" if remark else ""})
    yield f"| {' | '.join(campaign['head'])} |"
    yield "|" + "---|" * len(campaign["head"])
    yield from (f"| {' | '.join(line)} |" for line in campaign["lines"])
    yield ""
