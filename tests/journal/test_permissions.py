"""Journals that this user may not write or read: told in one line, with what to do."""

import errno
import os
import re
import shutil
import tempfile
from pathlib import Path

import pytest

from appliance.errors import JournalError
from appliance.journal.database import copy_to, is_there, open_for_reading
from appliance.journal.recorder import Recorder
from appliance.journal.reopening import Source
from appliance.therapy.history import History


@pytest.fixture
def read_only(household):
    """A directory that cannot be written to, not even by root, with two files in it."""
    household.whole_session()
    household.recorder.close()
    # Not tmp_path: that one is closed to everybody but its owner.
    folder = Path(tempfile.mkdtemp())
    shutil.copy(household.path, folder / "journal.sqlite3")
    (folder / "damaged.sqlite3").write_bytes(b"x" * 5000)
    for file in folder.iterdir():
        file.chmod(0o444)
    folder.chmod(0o555)
    was_root = os.geteuid() == 0
    if was_root:
        os.seteuid(65534)
    yield folder
    if was_root:
        os.seteuid(0)
    folder.chmod(0o755)
    shutil.rmtree(folder)


@pytest.mark.parametrize("name", ["journal", "damaged", "none"])
def test_a_read_only_directory_is_told_in_one_line(read_only, name):
    recorder = Recorder(Source(read_only / f"{name}.sqlite3", boot_id="x"), threaded=False)
    recorder.request_histories(["Me"], 0.0)
    assert recorder.faults(0.0) == {"journal_dead"}
    assert re.search("cannot be written: check its directory|Permission", str(recorder.problem))
    assert recorder.take_histories() == {"Me": History(), "Guest": History()}


def test_a_journal_in_a_read_only_directory_can_be_looked_at(read_only):
    connection = open_for_reading(read_only / "journal.sqlite3")
    assert connection.execute("SELECT count(*) FROM sessions").fetchone() == (1,)
    connection.close()


@pytest.mark.parametrize("closed", ["file", "folder"])
def test_a_reader_without_permission_is_told_of_the_journal_and_sudo(read_only, closed):
    path = read_only / "journal.sqlite3"
    user = os.geteuid()
    if os.getuid() == 0:
        os.seteuid(0)
    path.chmod(0o000 if closed == "file" else 0o444)
    read_only.chmod(0o000 if closed == "folder" else 0o555)
    os.seteuid(user)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.sqlite3"
        for look in (open_for_reading, lambda path: copy_to(path, copy)):
            with pytest.raises(JournalError) as refused:
                look(path)
            assert str(refused.value) == f"the journal {path} is not open to you: use sudo"
        assert list(Path(folder).iterdir()) == []


def test_a_backup_on_a_write_protected_medium_can_be_copied_back(read_only):
    with tempfile.TemporaryDirectory() as folder:  # Open to the user that cannot write there.
        copy = Path(folder) / "journal.sqlite3"
        copy_to(read_only / "journal.sqlite3", copy)
        connection = open_for_reading(copy)
        assert connection.execute("SELECT count(*) FROM sessions").fetchone() == (1,)
        connection.close()


def test_a_journal_that_is_not_open_to_somebody_is_not_called_missing(tmp_path, monkeypatch):
    path = tmp_path / "journal.sqlite3"
    assert not is_there(path)

    def refuse(_):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "stat", refuse)  # The tests may run as root, who may look anywhere.
    with pytest.raises(JournalError, match="is not open to you: use sudo"):
        is_there(path)
