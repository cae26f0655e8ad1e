"""Findings as lines, as JSON, and as a report with nothing personal in it."""

import re
from collections.abc import Iterable

from appliance.doctor.finding import Finding

_INDENT = " " * 18
_SERIAL_NUMBER = re.compile(r"/dev/serial/by-id/\S+")
_OF_PEOPLE = re.compile(r"\[plan\] .*?: (?=allowed|there is)")
"""The part of an error in the settings that may quote names of people."""
_HOME = re.compile(r"/(?:home|Users)/[^/\s]+")


def as_line(finding: Finding) -> str:
    """One line, and a second one with what to do where there is something."""
    line = f"{finding.verdict.value:<5} {finding.part:<11} {finding.seen}"
    return f"{line}\n{_INDENT}-> {finding.to_do}" if finding.to_do else line


def told_as(finding: Finding) -> dict[str, str]:
    return {
        "part": finding.part,
        "verdict": finding.verdict.value,
        "seen": finding.seen,
        "to_do": finding.to_do,
    }


def as_report(findings: Iterable[Finding], version: str, names: Iterable[str]) -> str:
    """Markdown to paste. Home folders, serial numbers and these names are taken out.

    No check says anything about a person; an error of the settings may quote one's name.
    """
    text = "\n".join(as_line(finding) for finding in findings)
    text = _SERIAL_NUMBER.sub("/dev/serial/by-id/...", text)
    text = _HOME.sub("~", text)
    text = _OF_PEOPLE.sub("[plan] ...: ", text)
    for name in names:
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "...", text)
    return f"```\nems-appliance {version}\n{text}\n```"
