"""The end: what changes, as a diff, and the one moment at which it is written."""

import shlex

from appliance.errors import ApplianceError, JournalError
from appliance.service.box_choices import CHOSEN_AT_THE_BOX, let_the_file_count
from appliance.setup.draft import Draft
from appliance.setup.machine import Machine
from appliance.setup.questions import (
    ON,
    SKIPPED,
    Choose,
    Conversation,
    Option,
    SystemChange,
    Work,
)

_BACK = Option("back", "Not yet: back to the list")


def ask(draft: Draft, machine: Machine) -> Conversation:
    changes = bool(draft.values or draft.system)
    write = (Option(ON, "Write it, once and whole"),) if changes else ()
    leave = Option("leave", "Leave, and change nothing")
    answer = yield Choose("\n".join(_shown(draft)), (*write, _BACK, leave))
    if answer == ON:
        written = yield Work("Writing ...", lambda tell: _write(draft, machine))
        if isinstance(written, list):
            draft.told, draft.is_finished = written, True
        else:
            yield Choose(f"{written}", (_BACK,))
    elif answer == leave.id:
        draft.is_finished = True
    return SKIPPED


def _shown(draft: Draft) -> list[str]:
    lines = draft.diff() or ["The settings stay as they are."]
    lines += [f"* {change.words}" for change in draft.system]
    if draft.to_do:
        lines += ["", "To be put right by hand:", *(f"* {line}" for line in draft.to_do)]
    return [f"{draft.path}:", "", *lines]


def _write(draft: Draft, machine: Machine) -> list[str]:
    """Write everything, and return what was done. Raises ApplianceError if nothing was written."""
    machine.may_write()
    told = []
    if draft.write():
        told.append(f"{draft.path}: written; `ems-appliance config undo` takes it back")
    told += _let_count(draft)
    for change in draft.system:
        told += _set(change, machine)
    return told


def _let_count(draft: Draft) -> list[str]:
    """Remove the choices made on the box for what was just written; return what failed."""
    try:
        for name in CHOSEN_AT_THE_BOX:
            if name in draft.values:
                let_the_file_count(draft.settings, name)
    except JournalError as error:
        return [f"{error}; what was chosen on the box may still count"]
    return []


def _set(change: SystemChange, machine: Machine) -> list[str]:
    commands = change.commands()
    if not machine.is_root:
        return [f"to do: sudo {shlex.join(command)}" for command in commands]
    try:
        for command in commands:
            machine.command(command)
    except ApplianceError as error:
        return [f"not done: {change.words}: {error}"]
    return [change.words]
