"""Routines of one's own whose ids are words of the box: they never borrow a text of it."""

import pytest

from appliance.screen.screens.choosing import names_of
from appliance.session.state import State
from appliance.settings.words import Words, languages
from appliance.therapy.plan import Offer
from tests.journeys.journey import SHORT, Home

BORROWED = ("rest_day", "unfinished", "glutes", "spine")
STAGES = 'stages = [{ placement = "lower_back", program = "lower_back", minutes = 2 }]'


@pytest.mark.parametrize("language", languages())
def test_a_routine_named_like_a_rest_is_read_as_ones_own_and_begins_a_session(
    home: Home, language: str
) -> None:
    words = Words.load(language)
    home.knows(sessions=4).owns("routines.toml", "".join(f"[{i}]\n{STAGES}\n" for i in BORROWED))
    box = home.boot(SHORT.but(language=language)).to_choosing().confirm()
    box.sees(State.CHOOSING, step="choice")
    lines = names_of(box.view.options, words)
    assert len(set(lines)) == len(lines)
    own = [o for o in box.view.options if o.id in BORROWED and o.offer is Offer.ROUTINE]
    assert {option.id for option in own} == set(BORROWED)
    index = box.view.options.index(own[0])
    assert lines[index] == '"rest day"'
    assert words("choosing.rest_day") not in lines
    box.turn(index, every_s=0.1).sees(State.CHOOSING, option_index=index)
    box.confirm().sees(State.PREPARING)
