"""What a check found."""

from dataclasses import dataclass
from enum import Enum


class Verdict(Enum):
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: a part, how it is, what was seen, and what to do where it is not good."""

    part: str
    verdict: Verdict
    seen: str
    to_do: str = ""


def good(part: str, seen: str) -> Finding:
    return Finding(part, Verdict.GOOD, seen)


def warn(part: str, seen: str, to_do: str) -> Finding:
    return Finding(part, Verdict.WARN, seen, to_do)


def bad(part: str, seen: str, to_do: str) -> Finding:
    return Finding(part, Verdict.BAD, seen, to_do)
