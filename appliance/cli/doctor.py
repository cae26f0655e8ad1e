"""`doctor`: every part on the real thing, and what to do about each."""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from appliance import __version__
from appliance.cli.arguments import add_config
from appliance.errors import UsageError

if TYPE_CHECKING:
    from appliance.doctor.finding import Finding

_NOBODY = ("root", "pi", "box", "Me", "raspberrypi", "localhost", "ems-appliance")


def register(parser: argparse.ArgumentParser) -> None:
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="a JSON list, for scripts")
    form.add_argument(
        "--report", action="store_true", help="to paste into an issue: nothing personal is in it"
    )
    parser.add_argument(
        "--knob", action="store_true", help="asks for ten clicks, and finds out the knob's kind"
    )
    add_config(parser)
    parser.set_defaults(run=_doctor)


def _doctor(arguments: argparse.Namespace) -> int:
    from appliance.doctor.finding import Verdict
    from appliance.doctor.report import as_line, as_report, told_as

    findings = list(_knob(arguments) if arguments.knob else _findings(arguments))
    if arguments.json:
        print(json.dumps([told_as(finding) for finding in findings], ensure_ascii=False))
    elif arguments.report:
        print(as_report(findings, __version__, _names(arguments)))
    else:
        print("\n".join(map(as_line, findings)))
    return int(any(finding.verdict is Verdict.BAD for finding in findings))


def _names(arguments: argparse.Namespace) -> "Iterator[str]":
    """What must not be in a report: people of the box, the user, the machine."""
    import platform

    from appliance.settings import reading

    try:
        people = reading.load(arguments.config, os.environ).plan.people
    except UsageError:
        # The report leaves out what a mistake in [plan] quotes.
        people = ()
    user = os.environ.get("SUDO_USER") or os.environ.get("USER") or ""
    for name in (*people, user, platform.node()):
        if len(name) > 1 and name not in _NOBODY:
            yield name


def _knob(arguments: argparse.Namespace) -> "Iterator[Finding]":
    """Only the knob, by hand. The service has to be stopped: the pins are its own."""
    from appliance.clock import SystemClock
    from appliance.controls.pins import open_pins
    from appliance.doctor.finding import bad
    from appliance.doctor.knob import knob
    from appliance.errors import ControlsError
    from appliance.settings import reading

    settings = reading.load(arguments.config, os.environ)
    try:
        factory = open_pins(settings.controls, settings.service.runtime_dir)
        yield knob(settings.controls, factory, SystemClock(), _tell)
    except ControlsError as error:
        yield bad("knob", str(error), "sudo systemctl stop ems-appliance, while it is tried")


def _tell(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def _findings(arguments: argparse.Namespace) -> "Iterator[Finding]":
    from datetime import datetime

    from appliance.clock import SystemClock
    from appliance.doctor import system
    from appliance.doctor.finding import bad, good
    from appliance.doctor.host import Host
    from appliance.doctor.parts import Parts
    from appliance.settings import library, reading

    path = reading.settings_path(arguments.config, os.environ)
    try:
        library.validate(arguments.config, os.environ)
        settings = reading.load(arguments.config, os.environ)
        yield good("settings", str(path))
    except UsageError as error:
        settings = reading.salvage(path)
        yield bad("settings", str(error).splitlines()[0], "ems-appliance config validate")
    host = Host()
    yield from system.all_of(host, settings, datetime.now().astimezone())
    yield from Parts(host, settings, SystemClock()).all()
