"""The manual page and the completions come from the parsers, and every verb has an example."""

import os
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from appliance.cli import main, whole_parser
from appliance.cli.examples import parsers
from appliance.cli.manual import COMPLETIONS, commands, man_page

SHIPPED = Path(__file__).parents[2] / "systemd" / "shell"
MADE = {
    "ems-appliance.1": man_page,
    **{f"ems-appliance.{shell}": made for shell, made in COMPLETIONS.items()},
}


@pytest.mark.parametrize("name", MADE)
def test_what_ships_is_what_the_parsers_say(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text, path = MADE[name](whole_parser()), SHIPPED / name
    if os.environ.get("RECORD_PAGES"):
        path.write_text(text, "utf-8")
    assert path.read_text("utf-8") == text, "RECORD_PAGES=1 pytest tests/cli/test_manual.py"


def _leaves():
    for words, _, parser in parsers(whole_parser()):
        if not any(True for _ in parsers(parser)) or parser.get_default("run"):
            yield " ".join(words), parser


def test_every_verb_has_an_example_that_can_be_typed() -> None:
    for words, parser in _leaves():
        assert parser.epilog, f"{words} has no example"
        command = parser.epilog.partition("ems-appliance ")[2].split("|")[0].split(">")[0]
        arguments = shlex.split(command.splitlines()[0])
        parsed = whole_parser().parse_args(arguments)
        assert parsed.run, words


def test_the_manual_page_names_every_verb_and_option() -> None:
    page = man_page(whole_parser()).replace("\\-", "-")
    for one in commands(whole_parser()):
        assert not one.words or f'"ems-appliance {" ".join(one.words)}' in page
        for action in one.options:
            assert action.option_strings[-1] in page or "--help" in action.option_strings


@pytest.mark.skipif(not shutil.which("groff"), reason="groff is not installed")
def test_the_manual_page_is_roff_without_a_warning() -> None:
    done = subprocess.run(
        ["groff", "-man", "-Tascii", "-ww", "-z"],
        input=man_page(whole_parser()),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""


@pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")
@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("st", {"status", "stop"}),
        ("config un", {"unset", "undo"}),
        ("programs list --m", {"--muscles"}),
        ("programs check gentle --mi", {"--minutes"}),
        ("config edit prog", {"programs.toml"}),
        ("completion z", {"zsh"}),
    ],
)
def test_bash_completes_verbs_actions_options_and_choices(typed: str, offered: set[str]) -> None:
    words = ["ems-appliance", *typed.split(" ")]
    script = (
        f"source {SHIPPED / 'ems-appliance.bash'}; COMP_WORDS=({shlex.join(words)});"
        f" COMP_CWORD={len(words) - 1}; _ems_appliance; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    )
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == offered


def test_the_verbs_print_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "fish"]) == 0
    assert "complete -c ems-appliance" in capsys.readouterr().out
    assert main(["manual"]) == 0
    assert capsys.readouterr().out.startswith(".TH EMS-APPLIANCE 1")
