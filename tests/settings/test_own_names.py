"""Ids of one's own files and names of people: none borrows a built-in text, none looks like two."""

from itertools import combinations
from pathlib import Path

import pytest

from appliance.errors import SettingsError, TherapyError
from appliance.screen.drawing import fonts
from appliance.screen.screens.choosing import names_of
from appliance.screen.screens.widgets import stage_name
from appliance.settings.glyphs import DRAWN, as_drawn, look_alike
from appliance.settings.library import load_catalogue
from appliance.settings.model import Settings
from appliance.settings.reading import parse_text, settings_from
from appliance.settings.words import Words, languages
from appliance.therapy.offers import REST_DAY, Option
from appliance.therapy.plan import Offer
from appliance.voice.known_texts import known_texts

STAGES = 'stages = [{ placement = "lower_back", program = "lower_back", minutes = 10 }]\n'
BORROWED = ("rest_day", "unfinished", "hip_flexors", "glutes", "own", "box", "text", "stage")


def routines(folder: Path, *ids: str) -> None:
    text = "".join(f'["{id_}"]\n{STAGES}' for id_ in ids)
    (folder / "routines.toml").write_text(text, encoding="utf-8")


def lines(folder: Path, language: str = "en") -> list[str]:
    catalogue = load_catalogue(folder / "config.toml", Settings())
    options = [
        Option(Offer.ROUTINE, routine.id, routine.stages, gentle=False)
        for routine in catalogue.routines.values()
    ]
    places = (catalogue.routines["lower_back_session"].stages[0],)
    options.append(Option(Offer.SINGLE, "hip_flexors", places, gentle=False))
    return names_of([*options, REST_DAY], Words.load(language))


@pytest.mark.parametrize("language", languages())
def test_no_id_borrows_a_built_in_text(tmp_path: Path, language: str) -> None:
    words = Words.load(language)
    alone = set(lines(tmp_path, language))
    routines(tmp_path, *BORROWED)
    own = set(lines(tmp_path, language)) - alone
    assert own == {f'"{id_.replace("_", " ")}"' for id_ in BORROWED}
    assert not {stage_name(words, f"{id_}.x") for id_ in BORROWED} & {*known_texts(words)}


@pytest.mark.parametrize("language", languages())
def test_every_key_of_the_words_can_be_an_id_without_raising(language: str) -> None:
    words = Words.load(language)
    for key in words.keys:
        for id_ in (key, key.rpartition(".")[2]):
            one = Option(Offer.ROUTINE, id_, (), gentle=False)
            (name,) = names_of([one], words)
            assert name.startswith('"') or f"routine.{id_}" in words


def test_two_lines_never_look_alike(tmp_path: Path) -> None:
    long = "a_routine_for_the_lower_back_that_is"
    routines(tmp_path, f"{long}_short", f"{long}_long", "Lower_back", "A_day_of_rest")
    shown = lines(tmp_path)
    assert len(set(shown)) == len(shown)
    room = fonts.text()
    assert all(room.width(line) <= 110 for line in shown)


def test_ids_that_are_drawn_alike_are_refused(tmp_path: Path) -> None:
    routines(tmp_path, "my_back", "my back")
    with pytest.raises(SettingsError) as caught:
        load_catalogue(tmp_path / "config.toml", Settings())
    where = tmp_path / "routines.toml"
    assert str(caught.value) == (
        f"{where}: [my back]: on the screen it looks like [my_back]; choose another"
    )


def test_an_id_that_the_font_lacks_is_refused(tmp_path: Path) -> None:
    routines(tmp_path, "спина")
    with pytest.raises(SettingsError, match=r"\[спина\]: the screen cannot draw this name"):
        load_catalogue(tmp_path / "config.toml", Settings())


def test_an_id_of_the_package_is_taken(tmp_path: Path) -> None:
    routines(tmp_path, "comfort_80")
    with pytest.raises(TherapyError, match="this name is taken"):
        load_catalogue(tmp_path / "config.toml", Settings())


def test_the_characters_are_those_of_the_font() -> None:
    for face in (fonts.text(), fonts.small()):
        assert all(face.has(character) for character in DRAWN)


def test_characters_with_one_picture_are_one_character_in_a_name() -> None:
    for face in (fonts.text(), fonts.small(), fonts.strong(), fonts.large()):
        for one, other in combinations(sorted(DRAWN), 2):
            drawn = [face.render(character) for character in (one, other)]
            if drawn[0].size == drawn[1].size and drawn[0].tobytes() == drawn[1].tobytes():
                assert as_drawn(f"A{one}") == as_drawn(f"A{other}")


@pytest.mark.parametrize(
    "names",
    [
        *('["Оля"]', '["李"]', '["José", "Jose"]', '["Åsa", "Asa"]', '["Tom 0", "Tom O"]'),
        *('["Ill", "lll"]', '["Tim I", "Tim 1"]', '["AI", "Anna", "al"]'),
    ],
)
def test_people_whom_the_screen_cannot_tell_apart_are_refused(names: str) -> None:
    with pytest.raises(SettingsError, match="characters that the screen can draw"):
        settings_from(parse_text(f"[plan]\npeople = {names}\n", "config.toml"), "config.toml")


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Ill", "lll", True),
        ("Iisa", "Lisa", True),
        ("Tim 1", "Tim l", True),
        ("anna", "ANNA", True),
        ("Elia", "Ella", False),
        ("Tim", "Tlm", False),
        ("Ida", "Eda", False),
    ],
)
def test_strokes_that_look_the_same_from_a_couch_are_one(one: str, other: str, alike: bool) -> None:
    assert look_alike(one, other) is look_alike(other, one) is alike


def test_two_ids_of_one_stroke_are_refused(tmp_path: Path) -> None:
    routines(tmp_path, "set I", "set 1")
    with pytest.raises(SettingsError, match="on the screen it looks like"):
        load_catalogue(tmp_path / "config.toml", Settings())


def test_a_letter_without_its_accent_is_still_a_name() -> None:
    assert as_drawn("José") == "jose"
    assert as_drawn("Jürgen") == "jürgen"
    assert as_drawn("李") == ""


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("Programs.toml", "programs.toml"),
        ("program.toml", "programs.toml"),
        ("Routine.TOML", "routines.toml"),
        ("placements.toml.txt", "placements.toml"),
    ],
)
def test_a_file_whose_name_is_a_slip_is_named(tmp_path: Path, slip: str, meant: str) -> None:
    (tmp_path / slip).write_text("")
    with pytest.raises(SettingsError) as caught:
        load_catalogue(tmp_path / "config.toml", Settings())
    assert str(caught.value) == (
        f"{tmp_path / slip}: nothing reads a file of this name; rename it to {meant},"
        " or move it away"
    )


def test_a_folder_in_place_of_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "programs.toml").mkdir()
    with pytest.raises(SettingsError, match=r"programs.toml: it is a folder"):
        load_catalogue(tmp_path / "config.toml", Settings())


def test_other_files_beside_the_settings_are_nobodys_business(tmp_path: Path) -> None:
    for name in ("config.toml", "config.toml.dpkg-old", "programs.toml~", "programs.toml.bak"):
        (tmp_path / name).write_text("")
    load_catalogue(tmp_path / "config.toml", Settings())
