"""`stop`: switch the output of the running service off."""

import argparse

from appliance.cli.arguments import add_config


def register(parser: argparse.ArgumentParser) -> None:
    add_config(parser)
    parser.set_defaults(run=_stop)


def _stop(arguments: argparse.Namespace) -> int:
    from appliance.cli.status import client_of

    with client_of(arguments) as client:
        answer = client.ask("stop")
    print(f"Stop asked for. The box is now: {answer['state']}.")
    return 0
