"""A report to paste into an issue says nothing about a person."""

import platform
from pathlib import Path

import pytest

from appliance.cli import main
from appliance.doctor.finding import bad
from appliance.doctor.report import as_report


def test_a_report_has_nothing_personal_in_it():
    seen = "/home/erika/x of erika on /dev/serial/by-id/usb-FTDI_A10KXYZ-if00, of Max."
    text = as_report([bad("board", seen, "do")], "1.0", ["erika", "Max"])
    assert "erika" not in text and "A10KXYZ" not in text and "Max" not in text
    assert text.startswith("```\nems-appliance 1.0\nbad   board")


@pytest.mark.parametrize("plan", ['people = ["Anna", "anna"]', "Anna = 1", 'people = ["Anna"]'])
def test_a_report_keeps_the_names_of_people_to_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], plan: str
):
    config = tmp_path / "Anna.toml"
    config.write_text(f'[service]\nruntime_dir = "{tmp_path}"\n[plan]\n{plan}\n')
    main(["doctor", "--report", "--config", str(config)])
    report = capsys.readouterr().out.replace("Anna.toml", "")
    assert "nna" not in report and platform.node() not in report.replace(str(tmp_path), "")
