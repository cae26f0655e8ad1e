"""The manual page and the completions come from the parsers, and every verb has an example."""

import os
import pty
import select
import shlex
import shutil
import signal
import subprocess
import warnings
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


TYPED = [
    ("st", {"status", "stop"}),
    ("config un", {"unset", "undo"}),
    ("programs list --m", {"--muscles"}),
    ("programs check gentle --mi", {"--minutes"}),
    ("config edit prog", {"programs.toml"}),
    ("lock status --", {"--config", "--help"}),
    ("completion z", {"zsh"}),
]


def _needs(shell: str) -> None:
    if not shutil.which(shell):
        warnings.warn(f"{shell} is not installed: its completion was not tried", stacklevel=2)
        pytest.skip(f"{shell} is not installed")


@pytest.mark.parametrize(("typed", "offered"), TYPED)
def test_bash_completes_verbs_actions_options_and_choices(typed: str, offered: set[str]) -> None:
    _needs("bash")
    words = ["ems-appliance", *typed.split(" ")]
    script = (
        f"source {SHIPPED / 'ems-appliance.bash'}; COMP_WORDS=({shlex.join(words)});"
        f" COMP_CWORD={len(words) - 1}; _ems_appliance; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    )
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == offered


@pytest.mark.parametrize(("typed", "offered"), TYPED)
def test_fish_completes_the_same(typed: str, offered: set[str]) -> None:
    _needs("fish")
    script = f"source {SHIPPED / 'ems-appliance.fish'}; complete -C 'ems-appliance {typed}'"
    done = subprocess.run(
        ["fish", "--no-config", "-c", script], capture_output=True, text=True, check=True
    )
    assert {line.split("\t")[0] for line in done.stdout.splitlines()} == offered


def test_zsh_completes_the_same_from_its_first_completion_on(tmp_path: Path) -> None:
    """In a shell on a pseudo-terminal: completion is its line editor's, and has no other way in."""
    _needs("zsh")
    shutil.copy(SHIPPED / "ems-appliance.zsh", tmp_path / "_ems-appliance")
    rest = {
        "sto": "stop",
        "config uns": "config unset",
        "programs list --mu": "programs list --muscles",
        "programs check gentle --mi": "programs check gentle --minutes",
        "config edit prog": "config edit programs.toml",
        "completion z": "completion zsh",
    }
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(TERM="dumb", ZDOTDIR=str(tmp_path), LC_ALL="C.UTF-8")
        os.execvp("zsh", ["zsh", "-f", "-i"])
    heard = bytearray()

    def say(line: str, until: str) -> None:
        os.write(terminal, line.encode())
        while until.encode() not in heard:
            assert select.select([terminal], [], [], 60.0)[0], heard.decode()
            heard.extend(os.read(terminal, 4096))

    try:
        # What is waited for is printed, and never what was typed: hence the quotes inside.
        say(f"fpath=({tmp_path} $fpath); autoload -Uz compinit\n", "compinit")
        say("compinit -u -D; bindkey -e; print -r RE''ADY\n", "READY")
        for typed, whole in rest.items():
            # Tab completes, Ctrl-A goes to the line's beginning.
            say(f"ems-appliance {typed}\t\x01print -r IT''IS \n", f"ITIS ems-appliance {whole}")
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(terminal)


def test_the_verbs_print_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "fish"]) == 0
    assert "complete -c ems-appliance" in capsys.readouterr().out
    assert main(["manual"]) == 0
    assert capsys.readouterr().out.startswith(".TH EMS-APPLIANCE 1")
