"""Names of people: taken in any case, refused where they look alike, told in one line."""

import io

import pytest


def test_nobody_gets_a_name_that_looks_like_that_of_somebody_in_the_journal(say):
    assert say("person", "rename", "Ben", "Ill")[0] == 0
    code, _, error = say("person", "rename", "Anna", "lll")
    assert (code, error.count("\n")) == (2, 1)
    assert "'lll' and 'Ill' look alike on the screen; choose another" in error
    assert say("person", "rename", "Ill", "ILL")[0] == 0


def test_every_verb_takes_a_name_in_any_case(say, monkeypatch):
    assert "Anna: " in say("plan", "--person", "anna")[1]
    listed = say("log", "list", "--person", "BEN")
    assert listed == say("log", "list", "--person", "Ben") and listed[0] == 0
    assert "Ben is Otto now" in say("person", "rename", "ben", "Otto")[1]
    monkeypatch.setattr("sys.stdin", io.StringIO("OTTO\n"))
    assert say("person", "forget", "otto")[0] == 0
    assert "Otto" not in say("person", "list")[1]


@pytest.mark.parametrize(
    "words",
    [
        ("log", "list", "--limit", "9" * 30),
        ("log", "list", "--person", "An\nna"),
        ("programs", "new", "x\ny", "gentle"),
        ("config", "set", "limits.current_ma", "[" * 3000),
    ],
)
def test_what_is_too_large_or_has_lines_is_one_line(say, words):
    code, out, error = say(*words)
    assert (code, out, error.count("\n")) == (2, "", 1)
    assert error.startswith("ems-appliance: ")
