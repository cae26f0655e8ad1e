"""What a check found."""

from enum import Enum

from appliance.records import Fixed


class Verdict(Enum):
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


class Finding(Fixed, frozen=True):
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
