"""`run`: the service."""

import argparse
import logging
import os
import signal

from appliance.cli.arguments import add_config

_ENDS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
"""Signals that end the service with an off. SIGHUP comes when an SSH connection drops."""


def register(parser: argparse.ArgumentParser) -> None:
    add_config(parser)
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from appliance.clock import SystemClock
    from appliance.log import PROCESS_LOG, LogHandler
    from appliance.service.assembly import assemble
    from appliance.service.renewal import Runs
    from appliance.service.settings_files import SettingsFiles

    logging.basicConfig(level=logging.INFO, handlers=[LogHandler(PROCESS_LOG)])
    # Each change of state is told by the service itself, in a line of its own.
    logging.getLogger("transitions").setLevel(logging.WARNING)
    files = SettingsFiles(arguments.config, os.environ)
    runs = Runs(lambda: assemble(files, SystemClock()))
    for number in _ENDS:
        # `nohup` has ignored SIGHUP, so that the service outlives its terminal.
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda *_: runs.end())
    runs.run()
    return 0
