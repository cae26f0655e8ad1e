"""Time zone and clock: both are the machine's own, and are set when everything is written."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from appliance.errors import ApplianceError
from appliance.journal.clock_trust import BUILT, LATEST, is_plausible
from appliance.setup.draft import Draft
from appliance.setup.machine import Machine
from appliance.setup.questions import (
    LEAVE_IT,
    SKIP,
    SKIPPED,
    Choose,
    Conversation,
    Option,
    Outcome,
    SystemChange,
    Talk,
    Work,
    Write,
)

_FORM = "%Y-%m-%d %H:%M"


def ask(draft: Draft, machine: Machine) -> Conversation:
    told = yield Work("Asking the machine for its time.", lambda tell: _now(machine))
    if isinstance(told, ApplianceError):
        yield Choose(f"{told}\n\nThis machine's time cannot be set from here.", (LEAVE_IT,))
        return SKIPPED
    zone, by_network = told
    changes = []
    fresh = yield from _zone(zone, machine)
    if fresh != zone:
        command = ("timedatectl", "set-timezone", fresh)
        changes.append(SystemChange(f"time zone: {fresh}, was {zone}", lambda: (command,)))
    changes += yield from _clock(machine, fresh, by_network)
    return Outcome(system=tuple(changes))


def _now(machine: Machine) -> tuple[str, bool]:
    """The zone, and whether a network sets the clock. Raises ApplianceError."""
    shown = machine.command(("timedatectl", "show", "-p", "Timezone", "-p", "NTPSynchronized"))
    facts = dict(line.partition("=")[::2] for line in shown.splitlines())
    return facts.get("Timezone", "UTC"), facts.get("NTPSynchronized") == "yes"


def _zone(zone: str, machine: Machine) -> Talk[str]:
    known = machine.zones()

    def mistake(text: str) -> str:
        return "" if text in known else f"{text}: not known; write it as in Europe/Berlin"

    written = yield Write(
        "The time zone decides when a day ends. Area and city, such as Europe/Berlin:",
        zone,
        mistake,
        tuple(sorted(known)),
    )
    return str(written)


def _clock(machine: Machine, zone: str, by_network: bool) -> Talk[list[SystemChange]]:
    """The change of the clock, if it is wrong. The box will have this zone when it is set."""
    now = machine.wall_clock().astimezone(ZoneInfo(zone))
    by = "A network sets it." if by_network else "No network sets it."
    answer = yield Choose(
        f"The clock of the box: {now:{_FORM}} in {zone}. {by}\n\nIs it right?",
        (Option("right", "Yes"), Option("wrong", "No: set it"), LEAVE_IT),
    )
    if answer in ("right", SKIP):
        return []

    def mistake(text: str) -> str:
        try:
            time = datetime.strptime(text, _FORM).replace(tzinfo=ZoneInfo(zone))
        except ValueError:
            return "write it as 2030-01-31 12:00"
        if is_plausible(time):
            return ""
        return f"allowed is a time from {BUILT:%Y-%m-%d} to {LATEST:%Y-%m-%d}"

    words = f"Date and time now in {zone}, as 2030-01-31 12:00:"
    written = yield Write(words, f"{now:{_FORM}}", mistake)
    begun = machine.clock.now()
    wanted = datetime.strptime(str(written), _FORM)  # noqa: DTZ007

    def commands() -> tuple[tuple[str, ...], ...]:
        passed = timedelta(seconds=machine.clock.now() - begun)
        return (
            ("timedatectl", "set-ntp", "false"),
            ("timedatectl", "set-time", f"{wanted + passed:%Y-%m-%d %H:%M:%S}"),
        )

    return [SystemChange(f"clock: {written}; no network sets it any more", commands)]
