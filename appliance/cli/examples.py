"""An example for the `--help` of every verb, by its words on the command line."""

import argparse
from collections.abc import Iterator

EXAMPLES = {
    "run": "run --config my-box.toml",
    "simulate": "simulate --speed 10",
    "demo": "demo --out /tmp/demo",
    "board": "board --link /tmp/board --trace /tmp/board.jsonl",
    "board probe": "board probe /dev/ttyUSB0",
    "board barred": "board barred",
    "board clear": "board clear 2A7F --why 'new output stage fitted'",
    "status": "status --watch",
    "stop": "stop",
    "doctor": "doctor",
    "plan": "plan --person Me",
    "log list": "log list --person Me",
    "log show": "log show 12",
    "log export": "log export --out sessions --format csv",
    "log plot": "log plot --out weeks.svg",
    "log report": "log report --out report.html",
    "log backup": "log backup /media/stick/journal.sqlite3",
    "log restore": "log restore /media/stick/journal.sqlite3",
    "person list": "person list",
    "person rename": "person rename Me Anna",
    "person forget": "person forget Anna",
    "sound": "sound",
    "screens": "screens --out screens.png",
    "wiring": "wiring",
    "rescue": "rescue",
    "manual": "manual | man -l -",
    "completion": "completion bash > /etc/bash_completion.d/ems-appliance",
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
            inner.epilog = f"example: {parser.prog} {example}"
