"""An example for the `--help` of every verb, by its words on the command line."""

import argparse
from collections.abc import Iterator

EXAMPLES = {
    "run": "ems-appliance run --config my-box.toml",
    "simulate": "ems-appliance simulate --speed 10",
    "demo": "ems-appliance demo --out /tmp/demo",
    "board": "ems-appliance board --link /tmp/board --trace /tmp/board.jsonl",
    "board probe": "ems-appliance board probe /dev/ttyUSB0",
    "board barred": "ems-appliance board barred",
    "board clear": "ems-appliance board clear 2A7F --why 'new output stage fitted'",
    "status": "ems-appliance status --watch",
    "stop": "ems-appliance stop",
    "doctor": "ems-appliance doctor",
    "config show": "ems-appliance config show --changed",
    "config validate": "ems-appliance config validate",
    "config path": "ems-appliance config path",
    "config get": "ems-appliance config get limits.current_ma",
    "config set": "ems-appliance config set limits.current_ma 45",
    "config unset": "ems-appliance config unset language",
    "config edit": "ems-appliance config edit",
    "config history": "ems-appliance config history",
    "config undo": "ems-appliance config undo",
    "setup": "sudo ems-appliance setup",
    "lock set": "sudo ems-appliance lock set",
    "lock status": "sudo ems-appliance lock status",
    "lock remove": "sudo ems-appliance lock remove",
    "programs list": "ems-appliance programs list --muscles hip",
    "programs show": "ems-appliance programs show stevens_lapsley_2012",
    "programs new": "ems-appliance programs new my_back lower_back",
    "programs check": "ems-appliance programs check lower_back --minutes 20",
    "programs plot": "ems-appliance programs plot bewell_lower_back --out back.svg",
    "programs diff": "ems-appliance programs diff gentle glutes",
    "plan": "ems-appliance plan --person Me",
    "log list": "ems-appliance log list --person Me",
    "log show": "ems-appliance log show 12",
    "log export": "ems-appliance log export --out sessions --format csv",
    "log plot": "ems-appliance log plot --out weeks.svg",
    "log report": "ems-appliance log report --out report.html",
    "log backup": "ems-appliance log backup /media/stick/journal.sqlite3",
    "log restore": "ems-appliance log restore /media/stick/journal.sqlite3",
    "person list": "ems-appliance person list",
    "person rename": "ems-appliance person rename Me Anna",
    "person forget": "ems-appliance person forget Anna",
    "say": "ems-appliance say ready.start --out ready.wav",
    "sound": "ems-appliance sound",
    "screens": "ems-appliance screens --out screens.png",
    "wiring": "ems-appliance wiring",
    "rescue": "ems-appliance rescue",
    "manual": "ems-appliance manual | man -l -",
    "completion": "ems-appliance completion bash > /etc/bash_completion.d/ems-appliance",
}


def parsers(
    parser: argparse.ArgumentParser, words: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], str, argparse.ArgumentParser]]:
    """Every verb and action below this parser: its words, its help in the list, its parser."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            helps = {choice.dest: choice.help or "" for choice in action._choices_actions}
            for name, inner in action.choices.items():
                here = (*words, name)
                yield here, helps.get(name, ""), inner
                yield from parsers(inner, here)


def add_examples(parser: argparse.ArgumentParser) -> None:
    """Put an example under the help of each verb that has none yet."""
    for words, _, inner in parsers(parser):
        example = EXAMPLES.get(" ".join(words))
        if inner.epilog is None and example is not None:
            inner.epilog = f"example: {example}"
