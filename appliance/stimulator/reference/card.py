"""The cards of the reference board, and of the simulated one, which speaks the same protocol."""

from appliance.session.lease import LEASE_S
from appliance.stimulator.card import BoardCard, Probe, Use

CARD = BoardCard(
    name="reference",
    boards="the reference board",
    maker="the reference board",
    opens="appliance.stimulator.reference.driver:open_reference",
    models={"reference": "appliance.simulator.boards.reference.board:Board"},
    probe=Probe(),
    amplitude_step=0.025,
    rise_at_once=0.025,
    measures_current=True,
    delivers_bursts=True,
    measuring="the peak of each pulse, per channel",
    silence_off_s=LEASE_S,
    use=Use.BODY,
    makers_say="no output stage is here, none is certified; nobody may be connected to an "
    "untested one",
    faults=frozenset(
        {
            "over_current",
            "supply_low",
            "supply_empty",
            "emergency_stop",
            "board_watchdog",
            "board_brown_out",
            "board_stopped_itself",
        }
    ),
)

SIMULATED = CARD.but(
    name="simulated",
    boards="the same, simulated",
    opens="appliance.stimulator.reference.driver:open_simulated",
    models={},
    runs_model="reference",
    probe=None,
    makers_say="there is nobody",
)
