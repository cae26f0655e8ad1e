"""The state diagram, drawn from the transition table. README holds it; a test compares them."""

from collections.abc import Iterator

from appliance.session.machine.transition_table import TRANSITIONS, Transition, Trigger
from appliance.session.state import State

_WORDS = {
    Trigger.STOP: "STOP",
    Trigger.STOP_RELEASED: "STOP let go",
    Trigger.CONTACT_OPEN: "pad off",
    Trigger.CONFIRM: "CONFIRM",
    Trigger.CONFIRM_HELD: "hold CONFIRM",
    Trigger.BACK: "BACK",
    Trigger.BACK_HELD: "hold BACK",
}
_FROM_EVERYWHERE = {
    State.FAULT: "From every state a fault that blocks leads to `fault`.",
    State.LOCKED: "From every state but `stimulating`, `fault` and `self_test`, "
    "time without a hand leads to `locked`.",
}


def mermaid() -> str:
    """The diagram as Mermaid text. Faults and idleness are a note: they would hide the rest."""
    lines = ["stateDiagram-v2", "    [*] --> self_test"]
    lines.extend(_arrows())
    lines.append("    note right of fault")
    lines.extend(f"        {words}" for words in _FROM_EVERYWHERE.values())
    lines.append("    end note")
    return "\n".join(lines) + "\n"


def _arrows() -> Iterator[str]:
    labels: dict[tuple[State, State], list[str]] = {}
    for transition in TRANSITIONS:
        if transition.destination is None or _for_the_note(transition):
            continue
        said = labels.setdefault((transition.source, transition.destination), [])
        label = _WORDS.get(transition.trigger) or transition.guard.__name__.replace("_", " ")
        if label not in said:
            said.append(label)
    for (source, dest), said in labels.items():
        yield f"    {source.value} --> {dest.value}: {', '.join(said)}"


def _for_the_note(transition: Transition) -> bool:
    return transition.trigger is Trigger.FAULT or transition.guard.__name__ == "idle"
