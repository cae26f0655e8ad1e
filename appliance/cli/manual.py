"""The manual page and the shells' completions, from the parsers: `manual` and `completion`.

Nothing is written down twice: verbs, options, choices and their words are those of `--help`.
"""

import argparse
from collections.abc import Callable, Iterator

from appliance.cli.examples import parsers
from appliance.records import Fixed


class Command(Fixed, frozen=True):
    """A verb, or an action of one: its words, what it does, and what it takes."""

    words: tuple[str, ...]
    help: str
    example: str
    options: tuple[argparse.Action, ...]
    arguments: tuple[argparse.Action, ...]

    @property
    def choices(self) -> tuple[str, ...]:
        """The words that may follow: actions, or the choices of an argument."""
        found = (action.choices for action in self.arguments if action.choices is not None)
        return tuple(str(choice) for choices in found for choice in choices)


def register(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_manual)


def commands(parser: argparse.ArgumentParser) -> Iterator[Command]:
    """The command itself, and then every verb and action in the order of `--help`."""
    yield _command((), parser.description or "", parser)
    for words, help_, inner in parsers(parser):
        yield _command(words, help_, inner)


def _command(words: tuple[str, ...], help_: str, parser: argparse.ArgumentParser) -> Command:
    actions = [one for one in parser._actions if one.help != argparse.SUPPRESS]
    return Command(
        words,
        help_,
        parser.epilog or "",
        tuple(one for one in actions if one.option_strings),
        tuple(one for one in actions if not one.option_strings),
    )


def _manual(arguments: argparse.Namespace) -> int:
    from appliance.cli import whole_parser

    print(man_page(whole_parser()), end="")
    return 0


def man_page(parser: argparse.ArgumentParser) -> str:
    """The manual page in roff."""
    from appliance import __version__

    top, *verbs = commands(parser)
    lines = [
        f'.TH EMS-APPLIANCE 1 "" "ems-appliance {__version__}" "User Commands"',
        ".SH NAME",
        "ems\\-appliance \\- muscle\\-stimulation sessions for the lower back",
        ".SH SYNOPSIS",
        ".B ems\\-appliance",
        ".I VERB \\fR[\\fIOPTION\\fR]...",
        ".SH DESCRIPTION",
        _roff(top.help),
        ".PP",
        "\\fB\\-\\-version\\fR tells the version; every verb has \\fB\\-\\-help\\fR.",
        ".SH VERBS",
    ]
    for one in verbs:
        lines += _section(one)
    lines += [
        ".SH EXIT STATUS",
        "0 is good, 1 the thing asked for failed, 2 wrong usage or wrong settings.",
        ".SH ENVIRONMENT",
        ".TP",
        ".B EMS_APPLIANCE_CONFIG",
        "The settings file, where no \\-\\-config names one.",
        ".TP",
        ".B VISUAL, EDITOR",
        "The editor of \\fBconfig edit\\fR and \\fBprograms new\\fR.",
        ".SH FILES",
        "/etc/ems\\-appliance/config.toml, and beside it programs.toml, placements.toml and"
        " routines.toml; what a change has replaced is in history/.",
        "",
    ]
    return "\n".join(lines)


def _section(one: Command) -> list[str]:
    taken = " ".join(_named(action) for action in one.arguments)
    title = _roff(f"ems-appliance {' '.join(one.words)} {taken}".rstrip())
    lines = [f'.SS "{title}"', _roff(one.help[:1].upper() + one.help[1:] + ".")]
    for action in (*one.arguments, *one.options):
        if action.help and "--help" not in action.option_strings:
            lines += [".TP", f"\\fB{_roff(_titled(action))}\\fR", _roff(_told(action))]
    if one.example:
        lines += [".PP", _roff(one.example[:1].upper() + one.example[1:])]
    return lines


def _named(action: argparse.Action) -> str:
    return str(action.metavar or action.dest).strip()


def _titled(action: argparse.Action) -> str:
    if not action.option_strings:
        return _named(action)
    takes = f" {_named(action).upper()}" if action.nargs != 0 else ""
    return ", ".join(action.option_strings) + takes


def _told(action: argparse.Action) -> str:
    return (action.help or "").replace("%(prog)s", "ems-appliance").replace("%%", "%")


def _roff(text: str) -> str:
    """Text in which no character means anything to roff."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq")
    return "\\&" + escaped if escaped[:1] in (".", "'") else escaped


def _next_words(parser: argparse.ArgumentParser) -> Iterator[tuple[str, tuple[str, ...]]]:
    """For each command's words, what may be typed next."""
    for one in commands(parser):
        options = tuple(name for action in one.options for name in action.option_strings)
        yield " ".join(one.words), (*one.choices, *options)


def bash(parser: argparse.ArgumentParser) -> str:
    return f"""# bash completion for ems-appliance
_ems_appliance() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} verb="" next="" one
    for one in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
{_found(parser)}
    COMPREPLY=($(compgen -W "$next" -- "$word"))
    [[ ${{#COMPREPLY[@]}} -eq 0 ]] && COMPREPLY=($(compgen -f -- "$word"))
}}
complete -F _ems_appliance ems-appliance
"""


def _found(parser: argparse.ArgumentParser) -> str:
    """The body of a loop, for bash and zsh, over the words before the cursor; it sets `next`."""
    cases = "\n".join(
        f'        "{words}") next="{" ".join(next_)}" ;;' for words, next_ in _next_words(parser)
    )
    return f"""        [[ $one == -* ]] && break
        verb="${{verb:+$verb }}$one"
    done
    while :; do
        case "$verb" in
{cases}
        esac
        [[ -n $next || -z $verb ]] && break
        [[ $verb == *" "* ]] && verb=${{verb% *}} || verb=""
    done"""


def zsh(parser: argparse.ArgumentParser) -> str:
    return f"""#compdef ems-appliance
_ems_appliance() {{
    local verb="" next="" one
    for one in "${{(@)words[2,CURRENT-1]}}"; do
{_found(parser)}
    compadd -- ${{=next}} || _files
}}
# The first completion of a shell reads this file, and is that call too.
_ems_appliance "$@"
"""


_FISH_PLACES = """# fish completion for ems-appliance
function __ems_appliance_at
    set -l typed (commandline -poc)
    set -e typed[1]
    test "$typed" = "$argv"
end
function __ems_appliance_in
    set -l typed (commandline -poc)
    set -e typed[1]
    test "$typed[1..$(count $argv)]" = "$argv"
end"""


def fish(parser: argparse.ArgumentParser) -> str:
    lines = [_FISH_PLACES]
    helps = {" ".join(words): help_ for words, help_, _ in parsers(parser)}
    for one in commands(parser):
        words = " ".join(one.words)
        at = f"__ems_appliance_at {words}".rstrip()
        has_actions = any(f"{words} {choice}".strip() in helps for choice in one.choices)
        for choice in one.choices:
            told = helps.get(f"{words} {choice}".strip(), "")
            lines.append(
                f"complete -c ems-appliance -n {_quoted(at)} -a {choice} -d {_quoted(told)}"
            )
        # After a verb's own actions the options are theirs.
        when = at if has_actions else f"__ems_appliance_in {words}"
        for action in one.options:
            long = next(name for name in action.option_strings if name.startswith("--"))
            takes = " -r" if action.nargs != 0 else ""
            lines.append(
                f"complete -c ems-appliance -n {_quoted(when)} -l {long[2:]}{takes}"
                f" -d {_quoted(_told(action))}"
            )
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


COMPLETIONS: dict[str, Callable[[argparse.ArgumentParser], str]] = {
    "bash": bash,
    "zsh": zsh,
    "fish": fish,
}
