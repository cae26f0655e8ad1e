"""A household's journal, and a command on its settings."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from appliance.cli import looking, main
from tests.cli.household_journal import household

UP_FOR_S = 10_000.0


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    # Whether a clock can be trusted is a fact of the machine that runs the tests.
    monkeypatch.setattr(looking, "ClockTrust", lambda: lambda wall, newest: True)
    # So is how long it has been on: for so long it is certain that an earlier boot is over.
    monkeypatch.setattr(looking, "time", SimpleNamespace(monotonic=lambda: UP_FOR_S))
    return household(tmp_path)


@pytest.fixture
def say(settings, capsys):
    """Run one verb on these settings; its exit code, output and error."""

    def run(*words: str):
        code = main([*words, "--config", str(settings)])
        told = capsys.readouterr()
        return code, told.out, told.err

    return run
