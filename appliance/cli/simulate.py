"""`simulate`: the whole box in a terminal."""

import argparse

from appliance.cli.arguments import Verbs, add_config
from appliance.errors import UsageError


def register(verbs: Verbs) -> None:
    parser = verbs.add_parser("simulate", help="the whole box in a terminal, without hardware")
    parser.add_argument("--speed", type=float, default=1.0, metavar="N", help="times real time")
    add_config(parser)
    parser.set_defaults(run=_simulate)


def _simulate(arguments: argparse.Namespace) -> int:
    raise UsageError("not there yet")
