"""`completion`: what a shell needs to complete verbs."""

import argparse

SHELLS = ("bash", "zsh", "fish")


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", metavar="SHELL", choices=SHELLS, help=", ".join(SHELLS))
    parser.set_defaults(run=_completion)


def _completion(arguments: argparse.Namespace) -> int:
    from appliance.cli import whole_parser
    from appliance.cli.manual import COMPLETIONS

    print(COMPLETIONS[arguments.shell](whole_parser()), end="")
    return 0
