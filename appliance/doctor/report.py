"""Findings as lines, as JSON, and as a report with nothing personal in it."""

import re
from collections.abc import Iterable, Mapping

from appliance.doctor.finding import Finding

_INDENT = " " * 18
_SERIAL_NUMBER = re.compile(r"/dev/serial/by-id/\S+")
_HOME = re.compile(r"/(?:home|Users)/[^/\s]+")


def as_line(finding: Finding) -> str:
    """One line, and a second one with what to do where there is something."""
    line = f"{finding.verdict.value:<5} {finding.part:<11} {finding.seen}"
    return f"{line}\n{_INDENT}-> {finding.to_do}" if finding.to_do else line


def as_dict(finding: Finding) -> dict[str, str]:
    return {
        "part": finding.part,
        "verdict": finding.verdict.value,
        "seen": finding.seen,
        "to_do": finding.to_do,
    }


def as_report(findings: Iterable[Finding], version: str, environ: Mapping[str, str]) -> str:
    """Markdown to paste. Home folders, the user's name and serial numbers are taken out.

    No check says anything about a person, and the journal is not opened.
    """
    text = "\n".join(as_line(finding) for finding in findings)
    text = _SERIAL_NUMBER.sub("/dev/serial/by-id/...", text)
    text = _HOME.sub("~", text)
    user = environ.get("SUDO_USER") or environ.get("USER") or ""
    if len(user) > 1 and user not in ("root", "pi"):
        text = re.sub(rf"\b{re.escape(user)}\b", "...", text)
    return f"```\nems-appliance {version}\n{text}\n```"
