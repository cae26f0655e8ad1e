"""A journal on storage that forgets: noticed, told, and what it cannot know counts as used."""

from pathlib import Path

import pytest

from appliance.clock import SystemClock
from appliance.journal import storage
from appliance.journal.recorder import Recorder
from appliance.journal.reopening import Source
from appliance.journal.storage import forgets, mount_of
from appliance.service.assembly import assemble
from appliance.service.settings_files import SettingsFiles
from appliance.therapy.history import History
from tests.service.processes import write_settings

CARD = "/dev/mmcblk0p2 / ext4 rw,noatime 0 0\n"
IN_MEMORY = "overlay / overlay rw,lowerdir=/lower,upperdir=/upper,workdir=/work 0 0\n"
OWN = "/dev/mmcblk0p3 /var/lib/ems-appliance ext4 rw,noatime 0 0\n"
TEMPORARY = "tmpfs /var tmpfs rw 0 0\n"
JOURNAL = Path("/var/lib/ems-appliance/journal.sqlite3")


@pytest.mark.parametrize(
    ("mounts", "does"),
    [
        (CARD, False),
        (IN_MEMORY, True),
        (IN_MEMORY + OWN, False),
        (CARD + TEMPORARY, True),
        ("rootfs / rootfs rw 0 0\n" + CARD, False),
        ("tmpfs /var/library tmpfs rw 0 0\n" + CARD, False),
        ("", False),
    ],
)
def test_the_file_system_of_the_journal_tells(tmp_path: Path, mounts: str, does: bool) -> None:
    listed = tmp_path / "mounts"
    listed.write_text(mounts)
    assert forgets(JOURNAL, listed) is does


def test_a_machine_that_does_not_tell_is_believed(tmp_path: Path) -> None:
    assert forgets(JOURNAL, tmp_path / "none") is False


def test_a_place_with_a_space_in_its_name_is_found() -> None:
    mount = mount_of(Path("/my data/journal.sqlite3"), CARD + "tmpfs /my\\040data tmpfs rw 0 0\n")
    assert mount is not None and mount.forgets


def history_of(recorder: Recorder, at: float) -> History:
    recorder.request_histories(["Me"], at)
    histories = recorder.take_histories()
    assert histories is not None
    return histories["Me"]


def test_what_was_before_this_boot_is_in_doubt_until_a_day_has_run(tmp_path: Path) -> None:
    source = Source(
        tmp_path / "journal.sqlite3",
        trust=lambda wall, newest: True,
        forgets=True,
        boot_id="boot",
    )
    recorder = Recorder(source, threaded=False)
    assert recorder.faults(50.0) == {"journal_forgets"}
    history = history_of(recorder, 50.0)
    assert history.ledger.doubt and not history.clock_trusted
    recorder.close()
    # A new start of the program makes the boot no younger.
    recorder = Recorder(source, threaded=False)
    assert history_of(recorder, 23.9 * 3600.0).ledger.doubt
    assert not history_of(recorder, 24.1 * 3600.0).ledger.doubt
    recorder.close()


@pytest.mark.parametrize(("driver", "told"), [("reference", True), ("simulated", False)])
def test_a_box_with_a_board_looks_where_its_journal_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, driver: str, told: bool
) -> None:
    listed = tmp_path / "mounts"
    listed.write_text(IN_MEMORY)
    monkeypatch.setattr(storage.forgets, "__defaults__", (listed,))
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "mock")
    service = assemble(SettingsFiles(write_settings(tmp_path, driver=driver), {}), SystemClock())
    service.begin()
    faults = service.ports.journal.faults(0.0)
    service.finish()
    assert ("journal_forgets" in faults) is told
