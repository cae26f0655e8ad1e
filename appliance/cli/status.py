"""`status`: show what the running service is doing."""

import argparse
import json
import os
import sys
import time
from contextlib import suppress
from typing import Any

from appliance.cli.arguments import add_config

WATCH_S = 0.5


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="the whole answer, for scripts")
    parser.add_argument(
        "--watch",
        action="store_true",
        help="live on a terminal, until q: the picture, the current, faults, the log;"
        " else a line for each change",
    )
    add_config(parser)
    parser.set_defaults(run=_status)


def _status(arguments: argparse.Namespace) -> int:
    from appliance.cli.status_words import in_words

    refuse_missing_file(arguments)
    with client_of(arguments) as client:
        if arguments.watch:
            return _watch(arguments, client)
        answer = client.ask("status")
    print(json.dumps(answer, ensure_ascii=False) if arguments.json else in_words(answer))
    return 0


def _watch(arguments: argparse.Namespace, client: Any) -> int:
    """On a terminal a live page, else a line for each change; with `--json` one object a line."""
    from appliance.cli.status_words import in_a_line

    if not arguments.json and sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb":
        from appliance.cli.live.watch import watch

        watch(client, lambda: client_of(arguments))
        return 0
    told = ""
    while True:
        answer = client.ask("status")
        line = json.dumps(answer, ensure_ascii=False) if arguments.json else in_a_line(answer)
        if arguments.json or line != told:
            print(line, flush=True)
        told = line
        time.sleep(WATCH_S)


def refuse_missing_file(arguments: argparse.Namespace) -> None:
    """Raise SettingsError where a file was named that is not there.

    Without it the default socket would be asked, which belongs to another box.
    """
    from appliance.errors import SettingsError
    from appliance.settings.reading import DEFAULT_PATH

    named = arguments.config
    if named in (None, DEFAULT_PATH):
        return
    # If the folder cannot be read, it is not known whether the file exists.
    with suppress(PermissionError):
        if not named.exists():
            raise SettingsError(f"{named}: there is no such file; name one that exists")


def client_of(arguments: argparse.Namespace) -> Any:
    """The service of these settings; if it does not run, any other on this machine. If a settings
    file that can be read was named, only the service of that file."""
    from appliance.errors import SettingsError
    from appliance.service.control_socket import ControlClient
    from appliance.service.finding import find_service
    from appliance.settings import reading
    from appliance.settings.keys import DEFAULTS

    path = reading.settings_path(arguments.config, os.environ)
    runtime_dir = reading.salvage(path).service.runtime_dir
    if arguments.config is not None:
        with suppress(SettingsError):
            reading.load(arguments.config, os.environ)
            return ControlClient(runtime_dir)
    return find_service(runtime_dir, DEFAULTS.service.runtime_dir)
