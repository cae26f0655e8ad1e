"""What is wrong around the service is told on the screen and in the log, never by a dark box."""

import base64
import io

import pytest
from PIL import Image

from tests.machine.booted import until
from tests.machine.box import OUTSIDE, SETTINGS, Box

MOST_LINES = 10
"""In four seconds of a trouble that stays."""
LEAST_LIT = 100
"""Pixels of a screen that says something."""


def is_told(box: Box, fault: str) -> None:
    """By the status, by a line of the log, and on the screen."""
    until(lambda: fault in box.faults(), fault)
    assert any(fault in line for line in box.log().splitlines()), box.log()
    png = base64.b64decode(box.run("base64 /run/ems-appliance/screen.png"))
    with Image.open(io.BytesIO(png)) as picture:
        assert picture.convert("1").histogram()[-1] > LEAST_LIT


def stays_up(box: Box) -> None:
    pid, lines = box.main_pid(), len(box.log().splitlines())
    box.run("sleep 4")
    assert box.main_pid() == pid > 0
    assert box.shown("NRestarts") == "0"
    assert "Traceback" not in box.log()
    assert len(box.log().splitlines()) - lines < MOST_LINES


def test_where_no_real_time_class_can_be_had_it_runs_without_after_a_while(box: Box):
    """As on a kernel with CONFIG_RT_GROUP_SCHED, which refuses it to every unit."""
    box.keep_hands_off()
    box.boot("--drop-capability=CAP_SYS_NICE")
    # A mock pin of STOP that nobody closes reads as pressed.
    until(box.status, "it answers")
    assert "status=214/SETSCHEDULER" in box.log()
    assert box.shown("CPUSchedulingPolicy") == "0"
    stays_up(box)


def test_one_boot_after_another_trouble_is_told_mended_and_forgotten(box: Box):
    """A journal of root's, a late board, a board of another group, wrong settings."""
    box.offline("touch /var/lib/ems-appliance/journal.sqlite3; chmod 600 /var/lib/ems-appliance/*")
    box.write("/etc/tmpfiles.d/board.conf", "")
    box.boot()
    is_told(box, "board_missing")
    assert box.faults() == {"board_missing"}, "a journal that was root's is taken back"
    stays_up(box)
    box.run(f"ln -s {OUTSIDE} /dev/ems-stimulator")
    until(lambda: box.status()["board"]["link"] == "up", "the late board is found")
    box.hand("0 confirm 0.1")
    box.until_state("locked")

    box.board.port.chmod(0o600)
    box.run("systemctl restart ems-appliance")
    is_told(box, "board_missing")
    assert "permission" in box.log().lower()
    stays_up(box)
    box.board.port.chmod(0o666)
    until(lambda: box.status()["board"]["link"] == "up", "it may be opened now")

    box.keep_hands_off()
    box.write("/etc/ems-appliance/config.toml", SETTINGS + "[limits]\ncurrent_ma = 500\n")
    box.run("systemctl daemon-reload; systemctl restart ems-appliance")
    is_told(box, "settings_wrong")
    stays_up(box)


@pytest.mark.parametrize("lines", ['[service]\nruntime_dir = "/usr/nowhere"\n', ""])
def test_a_folder_that_cannot_be_made_or_no_panel_leaves_it_up(box: Box, lines: str):
    """Without its folder there is no socket to ask, without I2C no screen: the log tells."""
    box.write("/etc/ems-appliance/config.toml", SETTINGS + lines if lines else "")
    box.boot()
    if lines:
        until(lambda: "/usr/nowhere" in box.log(), "the log tells")
    else:
        box.until_state("fault")
        assert "screen_dead" in box.faults()
    stays_up(box)


def test_a_full_disk_is_told(box: Box):
    del box.plugged[box.journal]
    box.write("/etc/fstab", "tmpfs /var/lib/ems-appliance tmpfs size=16k 0 0\n")
    box.boot()
    is_told(box, "journal_dead")
    stays_up(box)


def test_a_read_only_root_without_a_folder_for_the_journal_is_told(box: Box):
    del box.plugged[box.journal]
    box.offline("rm -r /var/lib/ems-appliance")
    box.boot("--read-only")
    is_told(box, "journal_dead")
    stays_up(box)


def test_a_failure_that_restarts_do_not_mend_is_never_given_up(box: Box):
    # A boot is at its end only when the rescue unit's wait is over, so it fails after that.
    box.boot()
    box.configure_unit("zz", "[Service]\nExecStart=\nExecStart=/bin/false\nRestartSec=100ms\n")
    box.run("systemctl daemon-reload; systemctl --no-block restart ems-appliance")
    rescue = "ems-appliance-rescue.service"
    until(lambda: box.shown("ActiveState", rescue) == "activating", "the rescue unit waits")
    until(lambda: "started again in 60 s" in box.log(), "the first wait is told")
    assert box.log().count("Starting ems-appliance-rescue") == 1, "not at every failure"
    # As if the wait were over, while the limit of starts would still refuse.
    box.run("systemctl kill --kill-whom=main ems-appliance-rescue")
    until(lambda: "started again in 120 s" in box.log(), "it tries again, and waits longer")
    box.configure_unit("zz", "")
    box.run("systemctl daemon-reload")
    # Somebody who mends it need not wait.
    box.run("systemctl reset-failed ems-appliance; systemctl start ems-appliance")
    box.until_state("locked")
    until(lambda: box.shown("ActiveState", rescue) in ("inactive", "failed"), "its wait is over")
