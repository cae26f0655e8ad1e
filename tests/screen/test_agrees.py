"""Pictures and words agree with the shipped programs, placements and statements."""

from itertools import combinations
from pathlib import Path

import pytest
from PIL import Image

from appliance.screen.draw import draw
from appliance.screen.examples.views import PADS, a_view
from appliance.screen.pictures.pads_on_body import (
    CLOSE_UPS,
    HEIGHT,
    MIDLINE,
    WIDTH,
    close_up,
    edges,
)
from appliance.session.state import State
from appliance.settings.library import load_catalogue
from appliance.settings.model import Settings
from appliance.settings.words import Words, languages
from appliance.therapy.placements import Side, Site
from appliance.therapy.plan import GENTLE_SESSIONS
from appliance.therapy.units import Channel

CATALOGUE = load_catalogue(Path("/nowhere/config.toml"), Settings())
ON_BODY = sorted(name for name, site in CATALOGUE.placements.items() if site.on_body)


def test_there_is_a_picture_of_every_site() -> None:
    assert set(CLOSE_UPS) == set(Site)


@pytest.mark.parametrize("name", ON_BODY)
def test_lead_a_is_drawn_on_the_left_and_lead_b_on_the_right(name: str) -> None:
    placement = CATALOGUE.placements[name]
    for channel, side in ((Channel.A, Side.LEFT), (Channel.B, Side.RIGHT)):
        assert placement.side(channel) is side
        for pad in placement.pads[channel.value]:
            left, _, right, _ = edges(CLOSE_UPS[pad.site], pad)
            assert right < MIDLINE if side is Side.LEFT else left > MIDLINE


@pytest.mark.parametrize("name", ON_BODY)
def test_every_pad_is_drawn_whole_and_clear_of_all_others(name: str) -> None:
    pads = PADS[name]
    boxes = [edges(CLOSE_UPS[pad.site], pad) for pad in pads]
    for left, top, right, bottom in boxes:
        assert 0 < left < right < WIDTH - 1
        assert 0 <= top < bottom < HEIGHT
    for one, other in combinations(boxes, 2):
        apart = max(other[0] - one[2], one[0] - other[2], other[1] - one[3], one[1] - other[3])
        assert apart >= 3


def lit(picture: Image.Image, box: tuple[int, int, int, int]) -> bool:
    left, top, right, bottom = box
    return picture.crop((left, top, right + 1, bottom + 1)).getextrema() == (255, 255)


@pytest.mark.parametrize("name", ON_BODY)
def test_nothing_is_drawn_over_a_pad(name: str) -> None:
    picture = close_up(PADS[name], "L", "R")
    for pad in PADS[name]:
        left, top, right, bottom = edges(CLOSE_UPS[pad.site], pad)
        assert lit(picture, (left + 1, top, right - 1, bottom))
        ring = picture.crop((left - 1, top - 1, right + 2, bottom + 2))
        ring.paste(0, (1, 1, ring.width - 1, ring.height - 1))
        assert ring.getbbox() is None, "a dark row lies around each pad"


def test_no_pad_lies_on_the_spine() -> None:
    for name, site in (("lower_back", Site.BESIDE_SPINE), ("glutes", Site.GLUTES)):
        for pad in PADS[name]:
            left, _, right, _ = edges(CLOSE_UPS[site], pad)
            assert min(abs(left - MIDLINE), abs(right - MIDLINE)) >= 3


def test_pads_on_the_thigh_keep_two_fingers_from_the_groin() -> None:
    site = CLOSE_UPS[Site.UPPER_THIGH]
    for pad in PADS["hip_flexors"]:
        _, top, _, _ = edges(site, pad)
        assert top - site.landmark_y >= 4 * site.pixels_a_cm


def test_pads_on_the_buttocks_lie_long() -> None:
    assert all(pad.height_cm > pad.width_cm for pad in PADS["glutes"])


def test_everything_that_ships_has_its_words() -> None:
    words = Words.load()
    needed = {f"statement.{statement.id}.text" for statement in CATALOGUE.statements}
    assert needed <= words.keys


@pytest.mark.parametrize("language", languages())
def test_words_by_id_are_those_of_what_ships_and_of_nothing_else(language: str) -> None:
    """An id of one's own cannot be one of these: in its file it is taken."""
    keys = Words.load(language).keys
    routines = {key for key in keys if key.startswith("routine.")}
    assert routines == {f"routine.{name}" for name in CATALOGUE.routines}
    stages = {key.split(".")[1] for key in keys if key.startswith("stage.")}
    assert stages == set(CATALOGUE.placements)
    spoken = {key for key in keys if key.startswith("spoken.placing.stage.")}
    assert spoken == {f"spoken.placing.stage.{name}" for name in CATALOGUE.placements}


def test_the_number_of_gentle_sessions_on_the_screen_is_the_plans() -> None:
    text = Words.load()("locked.today_gentle", number=1, count=GENTLE_SESSIONS, stages=3, minutes=9)
    assert f"/{GENTLE_SESSIONS}:" in text


@pytest.mark.parametrize("stuck", [False, True])
def test_how_to_see_the_other_faults_stands_there_while_stop_is_open(stuck: bool) -> None:
    view = a_view(
        State.FAULT,
        faults=("board_lost", "journal_dead"),
        stop_pressed=True,
        stop_stuck=stuck,
        can_confirm=False,
    )
    words, said = Words.load(), []

    def heard(key: str, **values: object) -> str:
        said.append(words(key, **values))
        return said[-1]

    draw(view, heard)  # type: ignore[arg-type]
    assert {"TURN", "◄1/2►"} <= set(said)
    assert said.count("STOP's lead?" if stuck else "LET GO OF STOP") == 1
