"""Pictures and words agree with what therapy's own files say."""

from pathlib import Path

import pytest

from appliance.screen.body import PLACES, PadPicture
from appliance.screen.examples_before import CARDS, SESSION_LIST
from appliance.settings.library import load_catalogue
from appliance.settings.model import Settings
from appliance.settings.words import Words
from appliance.therapy.placements import Pad, Side
from appliance.therapy.plan import GENTLE_SESSIONS
from appliance.therapy.units import Channel

CATALOGUE = load_catalogue(Path("/nowhere/config.toml"), Settings())
ON_BODY = sorted(name for name, place in CATALOGUE.placements.items() if place.on_body)


def drawn(pad: PadPicture, side: Side) -> tuple[float, float, float, float]:
    sign = -1 if side is Side.LEFT else 1
    return sign * pad.from_midline_cm, pad.above_landmark_cm, pad.width_cm, pad.height_cm


def measured(pad: Pad) -> tuple[float, float, float, float]:
    return pad.from_midline_cm, pad.above_landmark_cm, pad.width_cm, pad.height_cm


@pytest.mark.parametrize("name", ON_BODY)
def test_pads_are_drawn_where_the_placement_puts_them(name: str) -> None:
    placement = CATALOGUE.placements[name]
    for channel, side in ((Channel.A, Side.LEFT), (Channel.B, Side.RIGHT)):
        assert placement.side(channel) is side
        wanted = {measured(pad) for pad in placement.pads[channel.value]}
        assert {drawn(pad, side) for pad in PLACES[name].pads} == wanted


def test_there_is_a_picture_of_every_placement() -> None:
    assert sorted(PLACES) == ON_BODY


def test_everything_that_ships_has_its_words() -> None:
    words = Words.load()
    needed = {f"option.{name}" for name in CATALOGUE.routines}
    needed |= {f"option.{name}" for name in ON_BODY}
    needed |= {f"stage.{name}.name" for name in CATALOGUE.placements}
    needed |= {f"statement.{statement.id}.text" for statement in CATALOGUE.statements}
    assert needed <= words.keys


def test_the_gallery_shows_the_statements_that_are_asked() -> None:
    asked = {s.id: (s.heading, s.remedy) for s in CATALOGUE.statements}
    assert list(asked) == [*SESSION_LIST, *CARDS]
    assert {name: remedy for name, (_, remedy) in asked.items() if name in SESSION_LIST} == (
        SESSION_LIST
    )
    assert {name: pair for name, pair in asked.items() if name in CARDS} == CARDS


def test_the_number_of_gentle_sessions_on_the_screen_is_the_plans() -> None:
    text = Words.load()("locked.today_gentle", number=1, count=GENTLE_SESSIONS, stages=3, minutes=9)
    assert f"of {GENTLE_SESSIONS}" in text
