"""Arguments that several verbs of the command share."""

import argparse
from pathlib import Path
from typing import TypeAlias

Verbs: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_config(parser: argparse.ArgumentParser) -> None:
    """`--config FILE`, else EMS_APPLIANCE_CONFIG, else the default file, else the defaults."""
    parser.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help="settings file (default: $EMS_APPLIANCE_CONFIG, /etc/ems-appliance/config.toml)",
    )
