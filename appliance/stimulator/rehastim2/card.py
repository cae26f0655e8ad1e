"""The card of HASOMED's RehaStim2."""

from appliance.stimulator.card import BoardCard, Probe, Use

CARD = BoardCard(
    name="rehastim2",
    boards="HASOMED RehaStim2",
    maker="HASOMED",
    opens="appliance.stimulator.rehastim2.driver:RehaStim2Stimulator",
    models={"rehastim2": "appliance.simulator.boards.rehastim2.device:RehaStim2Device"},
    probe=Probe(speaks_first=True),
    amplitude_step=1.0,
    rise_at_once=1.0,
    measuring="nothing: the device agrees to each command, and reports a lead that is off",
    silence_off_s=1.2,
    # Another frequency is another list, which begins from nothing.
    sweeps_frequency=False,
    use=Use.BODY,
    makers_say="a medical product, but not for the lower back",
    faults=frozenset({"emergency_stop", "board_defect", "board_stopped_itself"}),
)
