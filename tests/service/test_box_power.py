"""The power of the box: the file that asks systemd to switch off, and the supply's alarm."""

from pathlib import Path

import pytest

from appliance.service.box_power import LOOK_S, REQUEST, BoxPower


def a_pi(folder: Path, alarm: str = "0") -> Path:
    """Sensors as a Pi's kernel shows them."""
    for chip, name in (("hwmon0", "cpu_thermal"), ("hwmon1", "rpi_volt")):
        (folder / chip).mkdir(parents=True)
        (folder / chip / "name").write_text(f"{name}\n")
    (folder / "hwmon1" / "in0_lcrit_alarm").write_text(f"{alarm}\n")
    return folder


def test_the_request_is_a_file_in_the_runtime_folder(tmp_path: Path) -> None:
    BoxPower(tmp_path, sensors=tmp_path / "none").switch_off()
    assert (tmp_path / REQUEST).exists()


def test_a_folder_that_cannot_be_written_is_an_error_that_the_loop_logs(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        BoxPower(tmp_path / "gone", sensors=tmp_path / "none").switch_off()


def test_a_dip_of_the_supply_is_told_until_the_next_start(tmp_path: Path) -> None:
    sensors = a_pi(tmp_path / "hwmon")
    power = BoxPower(tmp_path, sensors)
    assert power.faults(0.0) == frozenset()
    alarm = sensors / "hwmon1" / "in0_lcrit_alarm"
    alarm.write_text("1\n")
    assert power.faults(LOOK_S / 2) == frozenset(), "the kernel is not asked at every step"
    assert power.faults(LOOK_S) == {"box_under_voltage"}
    alarm.write_text("0\n")
    assert power.faults(10 * LOOK_S) == {"box_under_voltage"}


def test_a_machine_without_that_sensor_says_nothing(tmp_path: Path) -> None:
    sensors = a_pi(tmp_path / "hwmon", "1")
    (sensors / "hwmon1" / "name").write_text("acpitz\n")
    assert BoxPower(tmp_path, sensors).faults(0.0) == frozenset()
    assert BoxPower(tmp_path, tmp_path / "no sensors").faults(0.0) == frozenset()
