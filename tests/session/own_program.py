"""A session whose first stage runs phases that a test has written itself."""

from appliance.therapy.limits import Limits
from appliance.therapy.plan import Plan
from appliance.therapy.programs import Phase
from appliance.therapy.routines import Routine
from tests.session.core import Core, shipped


def running(
    *phases: Phase,
    placement: str = "hip_flexors",
    plan: Plan | None = None,
    limits: Limits | None = None,
) -> Core:
    """In `stimulating` at level zero, in the only stage of its routine."""
    program = shipped().programs["gentle"].but(phases=phases)
    stage = shipped().routines["lower_back_session"].stages[0]
    stage = stage.but(program=program, placement=shipped().placements[placement])
    catalogue = shipped().but(
        programs={**shipped().programs, program.id: program},
        routines={"lower_back_session": Routine("lower_back_session", (stage,))},
    )
    return Core(catalogue=catalogue, plan=plan, limits=limits).to_stimulating()
