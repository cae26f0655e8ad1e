"""Arguments that several verbs of the command share."""

import argparse
from pathlib import Path
from typing import TypeAlias

Verbs: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


_CONFIG = "settings file (default: $EMS_APPLIANCE_CONFIG, /etc/ems-appliance/config.toml)"


def add_config(parser: argparse.ArgumentParser, words: str = _CONFIG) -> None:
    """`--config FILE`, else EMS_APPLIANCE_CONFIG, else the default file, else the defaults."""
    parser.add_argument("--config", type=Path, metavar="FILE", help=words)


def add_action(actions: Verbs, name: str, run: object, words: str) -> argparse.ArgumentParser:
    """An action of a verb, with `--config`. `run` takes the arguments and returns the exit code."""
    parser = actions.add_parser(name, help=words)
    add_config(parser)
    parser.set_defaults(run=run)
    return parser
