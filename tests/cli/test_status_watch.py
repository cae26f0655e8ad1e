"""`status --watch` into a pipe: a line for each change, or one JSON object a line."""

import json
from typing import Any

import pytest

from appliance.cli import main, status
from appliance.service.status import status_of
from appliance.settings.words import Words
from tests.session.core import Core


class Told:
    """A service that answers what it was given, one answer after the other."""

    def __init__(self, answers: list[dict[str, Any]]) -> None:
        self.answers = answers

    def __enter__(self) -> "Told":
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def ask(self, verb: str) -> dict[str, Any]:
        if not self.answers:
            raise KeyboardInterrupt
        return self.answers.pop(0)


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    core, words, found = Core().to_stimulating(4), Words.load(), []
    for turned in (0, 0, -1, 0):
        core.turn(turned)
        core.wait(1.0)
        found.append(status_of(core.record, "reference", words))
    monkeypatch.setattr(status, "client_of", lambda arguments: Told(list(found)))
    monkeypatch.setattr(status.time, "sleep", lambda seconds: None)
    return found


def test_a_line_for_each_change(answers, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--watch"]) == 130
    lines = capsys.readouterr().out.splitlines()
    assert ["B 4 mA" in line for line in lines] == [True, False]
    assert "B 3 mA" in lines[1]


def test_one_object_a_line(answers, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--watch", "--json"]) == 130
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == answers
