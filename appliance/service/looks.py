"""What the control socket shows: the session, the picture, the recent current, the log's end.

Nothing here is prepared before somebody asks, and no answer takes the loop long: each is bounded.
The loop only hands over each report that it has anyway.
"""

import base64
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from typing import Any

from appliance.service.after_frame import details_of
from appliance.service.ports import Ports
from appliance.service.status import status_of
from appliance.session.board import Report, measured_of
from appliance.session.record import Record
from appliance.therapy.units import LONG_AGO, Unit

VERBS = ("status", "picture", "current", "log", "stop")
MOST_REPORTS = 1600
"""Kept; a board reports at most 50 times a second, so this is more than half a minute."""
SAMPLES_A_S = 10
"""One sample of the current is the highest of a tenth of a second."""
PICTURE_SIZE = (128, 64)
SIDES = (0, 1)
MOST_SAMPLES = 50
"""Samples in one answer; a client that wants more asks again from the last one."""
MOST_LINES = 12
LONGEST_LINE = 200


class Looks:
    """Answers every verb that only looks."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._reports: deque[Report] = deque(maxlen=MOST_REPORTS)
        self._newest: Report | None = None

    def see(self, report: Report) -> None:
        """Keep a report for those who look later."""
        if report is not self._newest:
            self._newest = report
            self._reports.append(report)

    def answer(self, request: dict[str, Any], record: Record) -> dict[str, Any]:
        """The answer to one request, `stop` excepted, which is no look."""
        ports, verb = self._ports, request.get("verb")
        if verb == "status":
            details = details_of(ports, record)
            return status_of(record, ports.driver, ports.words, details, ports.files.error)
        if verb == "picture":
            return self._picture()
        if verb == "current":
            return self._current(request.get("since"), record)
        if verb == "log":
            return {"lines": [line[:LONGEST_LINE] for line in list(ports.log.tail)[-MOST_LINES:]]}
        allowed = ", ".join(f"'{one}'" for one in VERBS)
        return {"error": f"unknown verb {verb!r}; allowed are {allowed}"}

    def _picture(self) -> dict[str, Any]:
        """The panel's picture: a bit a pixel, 1 is lit, row by row, the high bit left."""
        picture = self._ports.screen.picture()
        text = base64.b64encode(picture).decode() if picture else None
        return {"picture": text, "size": PICTURE_SIZE}

    def _current(self, since: object, record: Record) -> dict[str, Any]:
        """What was in force and what was measured: the samples that began after `since`."""
        after = since if isinstance(since, int | float) else LONG_AGO
        identity = record.report.identity
        unit = identity.unit if identity else Unit.MILLIAMPERE
        samples = list(islice(samples_of(self._since(after), after), MOST_SAMPLES + 1))
        return {
            "now": round(record.now, 3),
            "unit": unit.value,
            "samples": samples[:MOST_SAMPLES],
            "more": len(samples) > MOST_SAMPLES,
        }

    def _since(self, after: float) -> list[Report]:
        """The reports from `after` on, oldest first; found from the newest, which are few."""
        found: list[Report] = []
        for report in reversed(self._reports):
            if report.at < after:
                break
            found.append(report)
        return found[::-1]


def samples_of(reports: Iterable[Report], after: float) -> Iterator[list[Any]]:
    """For each tenth of a second with a report: when it began, and the highest of each channel.

    `[at_s, [in_force_a, in_force_b], [measured_a, measured_b]]`; measured is null where the board
    cannot. The tenth that is not over yet comes once more, with what was added to it.
    """
    for tenth, group in groupby(reports, _tenth):
        at = tenth / SAMPLES_A_S
        if at >= after:
            yield _sample(at, list(group))


def _tenth(report: Report) -> int:
    return int(report.at * SAMPLES_A_S + 1e-6)


def _sample(at: float, reports: list[Report]) -> list[Any]:
    in_force = [max(report.in_force[side] for report in reports) for side in SIDES]
    return [at, [round(ma, 3) for ma in in_force], [_flowed(reports, side) for side in SIDES]]


def _flowed(reports: list[Report], side: int) -> float | None:
    flowed = [ma for report in reports if (ma := measured_of(report)[side]) is not None]
    return round(max(flowed), 3) if flowed else None
