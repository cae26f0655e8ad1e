"""What a step does once its frame is out, and STOP cannot wait for it any more.

Lamp, enable line and sound; the journal and the log; switching the box off.
"""

from contextlib import suppress

from appliance.log import ERROR, INFO, WARNING
from appliance.service.ports import Ports
from appliance.session.barring import detail_of_bar
from appliance.session.board import Output
from appliance.session.cues import Cue
from appliance.session.faults import off_now
from appliance.session.notes import StateEntered
from appliance.session.record import Record
from appliance.session.state import State

LAMP_DIM = 0.15


def indicate(ports: Ports, record: Record, now: float) -> None:
    """Lamp, enable line, sound and a blink of the screen, from the record of this step."""
    indicators = ports.indicators
    if record.set_point is not None:
        indicators.enable_edge(now)
    flows = max(record.report.in_force) > 0.0 or record.report.output is Output.UNKNOWN
    indicators.lamp(1.0 if flows else LAMP_DIM * (record.state is State.STIMULATING))
    indicators.set_volume(record.volume)
    if record.cues:
        indicators.play(record.cues, now)
    if any(cue is not Cue.DETENT for cue in record.cues):
        # A person who cannot hear the cue sees it.
        ports.screen.blink()
    indicators.tick(now)


def write_down(ports: Ports, before: Record, record: Record, now: float) -> None:
    """Write the step's notes to the journal and its changes to the log."""
    if record.notes:
        ports.journal.put(record.notes)
    came_from = before.state.value
    for note in record.notes:
        # One step can pass through more than one state.
        if isinstance(note, StateEntered):
            text = f"state {came_from} -> {note.state}"
            log(ports, now, "state", text, state=note.state, came_from=came_from)
            came_from = note.state
    for name in sorted(record.seen - before.seen):
        detail = details_of(ports, record).get(name, "")
        where = f" {detail}" if detail else ""
        text = f"fault {name}{where}: {' '.join(ports.words.fault(name))}"
        priority = ERROR if off_now(frozenset({name})) else WARNING
        state = record.state.value
        log(ports, now, "fault", text, priority=priority, fault=name, detail=detail, state=state)
    for pair in record.ignored:
        log(ports, now, "ignored", f"ignored {pair}")


def details_of(ports: Ports, record: Record) -> dict[str, str]:
    """The exact words of each error that has any, by the fault that it belongs to."""
    return {
        **ports.board.details,
        **dict.fromkeys(ports.standing_faults, ports.detail),
        **detail_of_bar(record),
    }


def switch_off(ports: Ports, now: float) -> None:
    """Ask systemd to switch the box off, which is `locked`; SIGTERM then ends the loop as usual."""
    try:
        ports.power.switch_off()
    except OSError as error:
        text = f"switching off cannot be asked for: {error}"
        log(ports, now, "switch_off", text, priority=ERROR)
    else:
        log(ports, now, "switch_off", "switching off, asked for at the box")


def log(
    ports: Ports, now: float, event: str, text: str, *, priority: int = INFO, **fields: str
) -> None:
    """One line; systemd's journal keeps `event` and `fields` beside it, as EMS_EVENT and so on."""
    # A full disk or a closed pipe must not end the loop that guards a person.
    with suppress(OSError, ValueError):
        fields = {"event": event, "at": f"{now:.3f}", **fields}
        ports.log.write(f"{now:.3f} {text}\n", priority=priority, fields=fields)
