"""The card of openEMSstim, which attenuates another stimulator, in percent. Bench only."""

from appliance.stimulator.card import Banner, BoardCard, Probe, Use
from appliance.therapy.units import Unit

CARD = BoardCard(
    name="openemsstim",
    boards="openEMSstim",
    maker="openEMSstim",
    opens="appliance.stimulator.openemsstim.driver:OpenEmsStimStimulator",
    models={"openemsstim": "appliance.simulator.boards.openemsstim.board:OpenEmsStim"},
    # The driver opens the port once more, which resets the board: it starts from the beginning.
    probe=Probe(patience_s=20.0, banner=Banner(b"SETUP DONE", 19_200, within_s=15.0)),
    unit=Unit.PERCENT,
    amplitude_step=1.0,
    maximum=100.0,
    # 40 percent a second, over the 0.3 s that count at most between two commands.
    rise_at_once=12.0,
    senses_contact=False,
    measuring="nothing: the board repeats each command, and knows no current",
    silence_off_s=1.0,
    # It reads an all-stop, then opens one relay after the other.
    last_pulse_s=0.4,
    # Its safety text, rule 8, forbids electrodes near "chest, back, neck, face", and the wiki
    # of its ancestor calls it "designed for research".
    use=Use.BENCH,
    makers_say="its authors forbid the back, and it knows neither current nor zero: bench only, "
    "in percent, into a load",
)
