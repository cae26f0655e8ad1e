"""When the wall clock is trusted."""

from datetime import UTC, datetime, timedelta

import pytest

from appliance.journal.clock_trust import BUILT, LATEST, ClockTrust, kernel_synchronised
from appliance.journal.database import open_for_writing
from appliance.journal.reopening import ReopeningJournal, Source
from appliance.journal.timestamps import Moment, local_time, newest_trusted, timestamp

NOW = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)


@pytest.fixture
def bare(tmp_path):
    """A Linux machine with nothing that knows the time."""

    def make(**how):
        paths = {"rtc": tmp_path / "rtc0", "timesync": tmp_path / "synchronized"}
        return ClockTrust(**{**paths, "synchronised": lambda: False, "platform": "linux", **how})

    return make


def give_rtc(tmp_path, says):
    (tmp_path / "rtc0").mkdir()
    (tmp_path / "rtc0" / "since_epoch").write_text(f"{says}\n")


def test_nothing_that_knows_the_time_is_not_trusted(bare):
    assert not bare()(NOW, None)


def test_a_clock_chip_that_agrees_is_trusted(bare, tmp_path):
    give_rtc(tmp_path, int(NOW.timestamp()) + 2)
    assert bare()(NOW, None)


@pytest.mark.parametrize(
    "says",
    [946684800, 0, "", "nonsense", int((NOW + timedelta(hours=2)).timestamp())],
    ids=["2000", "1970", "empty", "nonsense", "two hours off"],
)
def test_a_clock_chip_that_lost_its_battery_or_disagrees_is_not(bare, tmp_path, says):
    give_rtc(tmp_path, says)
    assert not bare()(NOW, None)


def test_a_system_that_copied_an_empty_chip_is_not_trusted(bare, tmp_path):
    give_rtc(tmp_path, 946684800)
    (tmp_path / "rtc0" / "hctosys").write_text("1\n")
    assert not bare()(datetime(2000, 1, 1, tzinfo=UTC), None)


def test_network_time_since_boot_is_trusted(bare, tmp_path):
    (tmp_path / "synchronized").touch()
    assert bare()(NOW, None)


def test_a_kernel_clock_that_some_daemon_keeps_is_trusted(bare):
    assert bare(synchronised=lambda: True)(NOW, None)


def test_a_clock_that_went_back_behind_the_journal_is_not_trusted(bare):
    trust = bare(synchronised=lambda: True)
    assert trust(NOW, NOW + timedelta(minutes=5))
    assert not trust(NOW, NOW + timedelta(minutes=11))


def test_a_laptop_that_is_no_linux_keeps_time(bare):
    assert bare(platform="darwin")(NOW, None)
    assert not bare(platform="darwin")(NOW, NOW + timedelta(days=1))


def test_the_kernel_can_be_asked_here():
    assert kernel_synchronised() in (True, False)


@pytest.mark.parametrize("days", [-300, 300])
def test_only_a_trusted_clock_can_put_later_ones_in_doubt(household, days):
    household.whole_session()
    evening = household.wall
    household.trusted = False
    household.off(timedelta(days=days))
    household.whole_session()
    seen = []
    source = Source(
        household.path,
        wall_clock=lambda: household.wall,
        trust=lambda wall, newest: bool(seen.append(newest)),
        boot_id="another",
    )
    keeper = ReopeningJournal(source, durable=False)
    keeper.open()
    keeper.close()
    assert seen == [evening]


def test_a_time_that_is_not_plausible_is_never_trusted(bare, tmp_path):
    for wall in (BUILT - timedelta(days=1), LATEST + timedelta(days=1)):
        give_rtc_again(tmp_path, int(wall.timestamp()))
        assert not bare(synchronised=lambda: True)(wall, None)


def give_rtc_again(tmp_path, says):
    (tmp_path / "rtc0").mkdir(exist_ok=True)
    (tmp_path / "rtc0" / "since_epoch").write_text(f"{says}\n")


def test_one_power_on_in_2056_does_not_distrust_the_clock_for_good(tmp_path):
    """A journal of an earlier version, which trusted any time that a clock chip agreed with."""
    path = tmp_path / "journal.sqlite3"
    connection = open_for_writing(path)
    far = NOW.replace(year=2056)
    for wall in (NOW, far):
        timestamp(connection, Moment(1.0, wall, f"boot {wall.year}", trusted=True))
    assert newest_trusted(connection) == NOW
    assert Moment.of_row("boot 2056", 1, 1.0, far.isoformat()).trusted is False
    # Not "it ended just now" until 2056: no clock can tell.
    then = Moment.of_row("boot 2056", 1, 1.0, far.isoformat())
    assert then.age_s(Moment(1.0, NOW, "boot now", trusted=True)) is None
    connection.close()


def test_a_zone_that_changes_while_the_program_runs_is_noticed(monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    assert local_time().utcoffset() == timedelta(0)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert local_time().utcoffset() == timedelta(hours=9)
    monkeypatch.undo()
    local_time()
