"""`status` and `stop`: show the running service, and switch its output off."""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
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
            if arguments.json:
                print(json.dumps(answer, ensure_ascii=False))
            elif arguments.watch and sys.stdout.isatty():
                print(redrawn(in_words(answer)), end="")
            else:
                print(in_words(answer))
            if not arguments.watch:
                return 0
            sys.stdout.flush()
            time.sleep(WATCH_S)


def redrawn(text: str) -> str:
    """The text in the place of the one before it, on a terminal.

    From the top, each line cleared to its end, and then all that is below: nothing flickers.
    """
    lines = "".join(f"{line}\x1b[K\n" for line in text.split("\n"))
    return f"\x1b[H{lines}\x1b[J"


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


RINGS = {"A": "○ ", "B": "○○"}
"""The signs of the leads, as they are on the cables and on the screen."""
_SIDE = {"A": "left", "B": "right"}
_KNOB = {"both": "both sides", "A": "the left side, ○", "B": "the right side, ○○"}


def in_words(answer: dict[str, Any]) -> str:
    """The answer as a few lines for a person."""
    return "\n".join(
        [
            f"{answer['state']}  {answer['person']}  output {answer['output']}",
            *_stop_switch(answer),
            *_faults(answer),
            *_stage(answer),
            *_channels(answer),
            *_board(answer["board"]),
        ]
    )


def _stop_switch(answer: dict[str, Any]) -> Iterator[str]:
    if answer["stop_pressed"]:
        stuck = ", for long: check its lead and its plug" if answer["stop_stuck"] else ""
        yield f"STOP is pressed{stuck}"


def _faults(answer: dict[str, Any]) -> Iterator[str]:
    for kind in ("faults", "tells"):
        for fault in answer[kind]:
            name = "fault" if kind == "faults" else "note"
            yield f"{name} {fault['id']}: {fault['text']} {fault['next']}"
            if fault["detail"]:
                yield f"  {fault['detail']}"


def _stage(answer: dict[str, Any]) -> Iterator[str]:
    if answer["stage"]:
        left_s = answer["stage_remaining_s"]
        yield (
            f"stage {answer['stage_index'] + 1}/{answer['stages']} {answer['stage']}, "
            f"{int(left_s // 60)}:{int(left_s % 60):02d} left, "
            f"{answer['phase'] or '-'} {answer['step'] or ''}".rstrip()
        )
    elif answer["step"]:
        yield f"page {answer['step']}"
    if answer["checklist"]["item"]:
        yield f"statement {answer['checklist']['item']}"
    if answer["hint"]:
        yield f"hint: {answer['hint']['text']}"


def _channels(answer: dict[str, Any]) -> Iterator[str]:
    if not answer["stage"]:
        return
    why = f" ({answer['limit_reason']})" if answer["limit_reason"] else ""
    knob = _KNOB[answer["knob_side"]]
    yield f"limit {answer['limit']:g} {answer['unit']}{why}, knob moves {knob}"
    for channel in answer["channels"]:
        name = channel["name"]
        yield (
            f"{RINGS[name]} {name} {_SIDE[name]}: level {channel['level']:g} of"
            f" {channel['target']:g} {answer['unit']}, in force"
            f" {channel['in_force']:g}{_measured(channel)}, contact {channel['contact']}"
        )


def _board(board: dict[str, Any]) -> Iterator[str]:
    words = f"board {board['driver']} {board['firmware'] or '-'}, link {board['link']}"
    if board["battery_v"] is not None:
        words += f", battery {board['battery']:.0%} ({board['battery_v']:.1f} V)"
    yield words + (", for research only" if board["research_only"] else "")


def _measured(channel: dict[str, Any]) -> str:
    measured = channel["measured"]
    return "" if measured is None else f", measured {measured:g}"
