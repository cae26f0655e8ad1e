"""What can be seen over the socket: the picture, the recent current, the log's end."""

import base64
from collections.abc import Iterable
from typing import Any

import pytest

from appliance.screen.draw import draw
from appliance.service.looks import MOST_LINES, MOST_REPORTS, MOST_SAMPLES, Looks, samples_of
from appliance.session.board import Identity, Report
from tests.journeys.journey import Box, Home

MEASURES = Identity("reference", "1", measures_current=True)


@pytest.fixture
def box(home: Home) -> Box:
    return home.knows().boot()


def test_the_picture_is_the_panel_s_a_bit_a_pixel(box: Box) -> None:
    box.switched_on()
    answer = box.service.answer({"verb": "picture"})
    pixels = base64.b64decode(answer["picture"])
    assert pixels == draw(box.view, box.words).tobytes()
    assert (len(pixels), answer["size"]) == (1024, (128, 64))


def test_a_panel_that_shows_nothing_has_no_picture(box: Box) -> None:
    box.screen.view = None
    assert box.service.answer({"verb": "picture"})["picture"] is None


def reports(*told: tuple[float, float, float | None]) -> list[Report]:
    return [
        Report(at, identity=MEASURES, in_force=(ma, 0.0), measured=(flows, None))
        for at, ma, flows in told
    ]


def test_a_sample_is_the_highest_of_a_tenth_of_a_second() -> None:
    told = reports((5.02, 1.0, 0.9), (5.06, 3.0, 2.5), (5.09, 2.0, 2.75), (5.31, 0.0, None))
    assert list(samples_of(told, 0.0)) == [
        [5.0, [3.0, 0.0], [2.75, None]],
        [5.3, [0.0, 0.0], [None, None]],
    ]
    assert [at for at, *_ in samples_of(told, 5.3)] == [5.3]


def samples(box: Box, since: float | None = None) -> list[list[Any]]:
    """All samples from this moment on, in as many answers as that takes."""
    found: dict[float, list[Any]] = {}
    more = True
    while more:
        answer = box.service.answer({"verb": "current", "since": since})
        assert len(answer["samples"]) <= MOST_SAMPLES
        found |= {sample[0]: sample for sample in answer["samples"]}
        more, since = answer["more"], max(found)
    return list(found.values())


def test_the_current_of_the_last_seconds_and_from_a_moment_on(box: Box) -> None:
    began = box.to_current(6).now
    box.wait(6.0)
    found = samples(box)
    times = [at for at, *_ in found]
    assert times == sorted(times) and len(found) > MOST_SAMPLES
    assert times[0] < began and times[-1] == pytest.approx(box.now, abs=0.2)
    newest = found[-1]
    assert newest[1][0] > 0 and newest[2][0] > 0 and newest[1][1] == 0
    assert samples(box, since=newest[0]) == [newest]
    box.wait(1.0)
    later = samples(box, since=newest[0])
    assert later[0][0] == newest[0] and 10 <= len(later) <= 12


@pytest.mark.parametrize("since", ["x", [1], {"a": 1}, True, -1e308, 1e308])
def test_a_strange_moment_is_no_error(box: Box, since: object) -> None:
    box.switched_on()
    assert "samples" in box.service.answer({"verb": "current", "since": since})


def test_what_is_kept_is_bounded(box: Box) -> None:
    box.switched_on()
    looks = Looks(box.service.ports)
    for number in range(2 * MOST_REPORTS):
        looks.see(Report(float(number)))
    (at, *_), *_ = looks.answer({"verb": "current"}, box.record)["samples"]
    assert at == MOST_REPORTS


def test_the_end_of_the_log(box: Box) -> None:
    box.to_choosing()
    lines = box.service.answer({"verb": "log"})["lines"]
    assert len(lines) <= MOST_LINES
    assert lines[-1].endswith(" state checklist -> choosing")
    assert box.told.splitlines()[-len(lines) :] == lines


def verbs_of(words: str) -> Iterable[str]:
    return words.partition("allowed are ")[2].replace("'", "").split(", ")


def test_an_unknown_verb_is_told_what_there_is_and_no_verb_starts_anything(box: Box) -> None:
    box.to_ready()
    before = box.record
    for verb in ("start", "set", "resume", None, 3):
        answer = box.service.answer({"verb": verb})
        assert set(verbs_of(answer["error"])) == {"status", "picture", "current", "log", "stop"}
    for verb in ("status", "picture", "current", "log"):
        box.service.answer({"verb": verb})
    assert box.record is before
