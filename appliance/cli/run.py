"""`run`: the service."""

import argparse
import signal

from appliance.cli.arguments import Verbs, add_config


def register(verbs: Verbs) -> None:
    parser = verbs.add_parser(
        "run", help="the service: real pins, the board and screen of the settings"
    )
    add_config(parser)
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from appliance.assembly import assemble
    from appliance.clock import SystemClock

    service = assemble(arguments.config, SystemClock())
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: service.end())
    service.run()
    return 0
