"""The card of HASOMED's P24 and RehaMove3."""

from appliance.stimulator.card import BoardCard, Probe, Use

CARD = BoardCard(
    name="sciencemode",
    boards="HASOMED P24, RehaMove3",
    maker="HASOMED",
    opens="appliance.stimulator.sciencemode.driver:ScienceModeStimulator",
    models={
        "p24": "appliance.simulator.boards.sciencemode.device:p24",
        "rehamove3": "appliance.simulator.boards.sciencemode.device:rehamove3",
    },
    probe=Probe(),
    amplitude_step=0.5,
    rise_at_once=0.5,
    measuring="nothing: the device agrees to each command, and reports a lead that is off",
    silence_off_s=2.0,
    # The P24's instructions allow research only, not medical purposes on people; ScienceMode
    # on a RehaMove3 is published for research as well.
    use=Use.RESEARCH,
    makers_say="the P24's makers: for research only, not for medical purposes on human beings",
    faults=frozenset(
        {
            "board_high_voltage",
            "board_defect",
            "board_stopped_itself",
            "supply_low",
            "supply_empty",
        }
    ),
)
