"""The demo's report: what was delivered, and whether every rule held at the board's end."""

from collections.abc import Iterator

from appliance.cli.demo_script import Played
from appliance.session.state import State
from appliance.simulator.pulse_witness import RULES
from appliance.virtual_box.observer import SCREEN_RULE

WHOLE = 0.995
"""A stage counts as delivered from this share of its time on."""


def verdict(played: Played) -> bool:
    """Whether every stage was delivered and every rule held at the board's end."""
    stages = played.stages.values()
    all_there = len(stages) == played.planned_stages > 0
    whole = all(stage.delivered_s >= WHOLE * stage.planned_s for stage in stages)
    ended = played.ended_in is State.LOCKED
    return all_there and whole and ended and not played.witness.broken


def report(played: Played) -> str:
    return "\n".join(_lines(played)) + "\n"


def _lines(played: Played) -> Iterator[str]:
    witness = played.witness
    yield "Delivered"
    for index, stage in sorted(played.stages.items()):
        yield (
            f"  {index + 1} {stage.placement:<12} {stage.delivered_s / 60:5.1f} of "
            f"{stage.planned_s / 60:.1f} min"
        )
    yield (
        f"  {witness.pulses} pulses, the strongest {witness.highest_ma:.1f} mA; "
        f"{witness.charge_uc / 1000:.1f} mC one way and as much back"
    )
    yield ""
    yield "At the board's end of the wire"
    for words in (*RULES.values(), SCREEN_RULE):
        times = sum(words in line for line in witness.broken)
        yield f"  {'held  ' if not times else f'BROKEN {times} times'}  {words}"
    yield from (f"    {line}" for line in witness.broken[:20])
    yield ""
    yield f"{played.virtual_s / 60:.1f} minutes of virtual time."
    yield "Every stage delivered, every rule held." if verdict(played) else "THE DEMO FAILED."
