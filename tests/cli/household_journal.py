"""A journal of some weeks, and settings that name it, for the verbs that look at it."""

from datetime import datetime, timedelta
from pathlib import Path

from appliance.journal.journal import DatedNote, Journal
from appliance.journal.timestamps import Dating
from appliance.session.notes import (
    Answered,
    FaultSeen,
    Note,
    PadsFoundDry,
    Sample,
    SessionBegan,
    SessionEnded,
    StageBegan,
    StageEnded,
    StateEntered,
)
from appliance.therapy.exercise import STRENGTHENING
from appliance.therapy.history import StageLeft

STAGES = tuple(StageLeft(name, "work", 20.0) for name in ("hip_flexors", "lower_back", "glutes"))


def notes_of_a_session(person: str, level: float = 12.0) -> list[Note]:
    """A whole session with soreness before it and the questions after it."""
    notes: list[Note] = [
        StateEntered(1.0, person, "locked"),
        Answered(30.0, person, "soreness_before", "2"),
        SessionBegan(60.0, person, "lower_back_session", False, 3600.0, None, STAGES),
    ]
    for index, stage in enumerate(STAGES):
        began = 60.0 + index * 1200.0
        notes.append(StageBegan(began, index, stage.placement, "work", "contracting", 1200.0))
        for part in (1, 2):
            done_s, pair = part * 600.0, (level * part / 2, level)
            notes.append(Sample(began + done_s, done_s, pair, pair, (pair[0] - 0.5, None)))
        notes.append(StageEnded(began + 1200.0, 1200.0, "delivered"))
    notes.append(PadsFoundDry(3650.0, "A", 12.0, 7.5))
    notes.append(FaultSeen(3660.0, "journal_slow"))
    notes += [Answered(3700.0, person, name, "1") for name in ("skin", "soreness", "comfort")]
    notes += [Answered(3720.0, person, "flare_ups", "4"), SessionEnded(3800.0, "delivered")]
    exercised = [(name, "16") for name in STRENGTHENING]
    return [*notes, *(Answered(4000.0, person, name, done) for name, done in exercised)]


def write_sessions(path: Path, person: str, days: list[datetime], trusted: bool = True) -> None:
    for number, day in enumerate(days):
        boot_id = f"{day:%d %H} {len(person)} {trusted}"
        journal = Journal(path, boot_id=boot_id, durable=False)
        notes = [DatedNote(note, day) for note in notes_of_a_session(person, 10.0 + number)]
        journal.write(notes, Dating(boot_id, trusted=trusted))
        journal.close()


def household(folder: Path) -> Path:
    """Settings whose journal has ten days of Anna and two of Ben; returns the settings file."""
    journal, settings = folder / "journal.sqlite3", folder / "config.toml"
    today = datetime.now().astimezone().replace(hour=12, minute=0, second=0, microsecond=0)
    write_sessions(journal, "Anna", [today - timedelta(days=ago) for ago in range(12, 2, -1)])
    write_sessions(journal, "Ben", [today - timedelta(days=ago) for ago in (9, 8)])
    settings.write_text(
        f'[journal]\npath = "{journal}"\n[plan]\npeople = ["Anna", "Ben"]\n'
        f'[service]\nruntime_dir = "{folder / "run"}"\n'
    )
    return settings
