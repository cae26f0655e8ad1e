"""`stop`: switch the output of the running service off."""

import argparse
import sys

from appliance.cli.arguments import add_config


def register(parser: argparse.ArgumentParser) -> None:
    add_config(parser)
    parser.set_defaults(run=_stop)


def _stop(arguments: argparse.Namespace) -> int:
    from appliance.cli.status import client_of, refuse_missing_file
    from appliance.errors import SettingsError

    try:
        refuse_missing_file(arguments)
    except SettingsError as error:
        # A slip in a path must not keep the output on.
        print(f"ems-appliance: {error}; trying the box of this machine", file=sys.stderr)
    with client_of(arguments) as client:
        answer = client.ask("stop")
    print(f"Stop asked for. The box is now: {answer['state']}.")
    return 0
