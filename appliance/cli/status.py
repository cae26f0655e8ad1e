"""`status` and `stop`: show the running service, and switch its output off."""

import argparse
import json
import os
import sys
import time
from contextlib import suppress
from typing import Any

from appliance.cli.arguments import Verbs, add_config

WATCH_S = 0.5


def register(verbs: Verbs) -> None:
    status = verbs.add_parser("status", help="what the running service is doing")
    status.add_argument("--json", action="store_true", help="the whole answer, for scripts")
    status.add_argument("--watch", action="store_true", help="again and again, until Ctrl-C")
    add_config(status)
    status.set_defaults(run=_status)
    stop = verbs.add_parser("stop", help="output off now")
    add_config(stop)
    stop.set_defaults(run=_stop)


def _status(arguments: argparse.Namespace) -> int:
    with _client(arguments) as client:
        while True:
            answer = client.ask("status")
            print(json.dumps(answer, ensure_ascii=False) if arguments.json else in_words(answer))
            if not arguments.watch:
                return 0
            sys.stdout.flush()
            time.sleep(WATCH_S)


def _stop(arguments: argparse.Namespace) -> int:
    with _client(arguments) as client:
        answer = client.ask("stop")
    print(f"Stop asked for. The box is now: {answer['state']}.")
    return 0


def _client(arguments: argparse.Namespace) -> Any:
    """The service of these settings. Where they name none that runs, any on this machine will do,
    unless a file that can be read was named: then it is that box which is asked for."""
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


def in_words(answer: dict[str, Any]) -> str:
    """The answer as a few lines for a person."""
    lines = [f"{answer['state']}  {answer['person']}  output {answer['output']}"]
    if answer["stage"]:
        left_s = answer["stage_remaining_s"]
        lines.append(
            f"stage {answer['stage_index'] + 1}/{answer['stages']} {answer['stage']}, "
            f"{int(left_s // 60)}:{int(left_s % 60):02d} left, "
            f"{answer['phase'] or '-'} {answer['step'] or ''}".rstrip()
        )
    for channel in answer["channels"]:
        lines.append(
            f"{channel['name']}  level {channel['level']:g} {answer['unit']}, "
            f"in force {channel['in_force']:g}{_measured(channel)}, limit {answer['limit']:g}, "
            f"contact {channel['contact']}"
        )
    board = answer["board"]
    lines.append(f"board {board['driver']} {board['firmware'] or '-'}, link {board['link']}")
    if answer["stop_pressed"]:
        lines.append("STOP is pressed")
    for fault in answer["faults"]:
        lines.append(f"fault {fault['id']}: {fault['text']} {fault['next']}")
    return "\n".join(lines)


def _measured(channel: dict[str, Any]) -> str:
    measured = channel["measured"]
    return "" if measured is None else f", measured {measured:g}"
