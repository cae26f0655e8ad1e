"""The board: on which serial port, and which one it is. Finding out energises none."""

from functools import partial
from pathlib import Path

from appliance.setup.draft import Draft
from appliance.setup.machine import Machine, Port
from appliance.setup.questions import (
    AGAIN,
    LEAVE_IT,
    ON,
    SKIP,
    SKIPPED,
    Choose,
    Conversation,
    Option,
    Outcome,
    Talk,
    Work,
    Write,
)
from appliance.stimulator.boards import CARDS
from appliance.stimulator.probing import Found

_OTHER, _NONE = "other", "none"
_SIMULATED = next(card.name for card in CARDS.values() if card.runs_model is not None)
_ASK_PORT = """\
Which serial port is the stimulator board on?

Switch the board on and plug it in. It is asked what it is; nothing \
that it is asked energises it."""


def ask(draft: Draft, machine: Machine) -> Conversation:
    while True:
        path = yield from _port(draft, machine)
        if path == SKIP:
            return SKIPPED
        if path == _NONE:
            return Outcome({"stimulator.driver": _SIMULATED})
        if path == AGAIN:
            continue
        found = yield Work(
            f"Asking which board is on {path}. This may take 20 seconds.",
            partial(machine.probe, path),
        )
        if isinstance(found, Found):
            return (yield from _use(found, path))
        answer = yield Choose(f"{found}", (Option(AGAIN, "Choose the port again"), LEAVE_IT))
        if answer != AGAIN:
            return Outcome(to_do=(f"board: {found}",), is_good=False)


def _port(draft: Draft, machine: Machine) -> Talk[str]:
    """The path of a port, or what else was answered."""
    set_now = draft.settings.stimulator.port
    ports = machine.serial_ports()
    first = ports[0].path if ports else ""
    if all(port.path != set_now for port in ports):
        ports = [*ports, Port(set_now, f"{set_now}  as it is set now")]
    answer = yield Choose(
        _ASK_PORT,
        (
            *(Option(port.path, port.label) for port in ports),
            Option(_OTHER, "Another port: write its path"),
            Option(AGAIN, "Look again: it is plugged in now"),
            Option(_NONE, "No board yet: a simulated one"),
            LEAVE_IT,
        ),
        first=set_now if Path(set_now).exists() else first,
    )
    if answer == _OTHER:
        answer = yield Write("The path of the port, such as /dev/ttyUSB0:", set_now, _is_path)
    return str(answer)


def _is_path(text: str) -> str:
    return "" if text.startswith("/") else "allowed is a path that begins with /"


def _use(found: Found, path: str) -> Conversation:
    """The board has said what it is: use it?"""
    told = "\n".join(found.lines())
    if found.identity.research_only:
        told += "\n\nUse it all the same? With yes you say that you accept what its makers say."
    else:
        told += "\n\nUse this board?"
    if (yield Choose(f"On {path}:\n\n{told}", (Option(ON, "Yes"), LEAVE_IT))) != ON:
        return SKIPPED
    values: dict[str, object] = {
        "stimulator.driver": found.identity.driver,
        "stimulator.port": path,
    }
    if found.identity.research_only:
        values["stimulator.accept_research_board"] = True
    return Outcome(values)
