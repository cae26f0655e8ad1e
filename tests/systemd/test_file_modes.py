"""Who may read and write what: the package's files, and what the service writes of people."""

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.journal.barred_boards import path_beside
from appliance.session.notes import BoardBarred
from tests.journal.conftest import Household
from tests.systemd.test_units import SYSTEMD, UNITS
from tests.systemd.test_units import root as package_root  # noqa: F401

FOR_OTHERS = stat.S_IRWXO
WRITABLE_BY_MORE = stat.S_IWGRP | stat.S_IWOTH


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def mask() -> Iterator[None]:
    """That of the service."""
    before = os.umask(0o027)
    yield
    os.umask(before)


@pytest.mark.parametrize("name", UNITS)
def test_what_a_service_writes_is_nothing_to_others(name: str) -> None:
    assert re.findall(r"^UMask=(.*)$", (SYSTEMD / name).read_text(), re.MULTILINE) == ["0027"]


def test_others_cannot_look_into_the_folder_of_the_record() -> None:
    line = (SYSTEMD / "tmpfiles.d/ems-appliance.conf").read_text()
    assert re.findall(r"^d /var/lib/ems-appliance (\d+) (\S+) (\S+)", line, re.MULTILINE) == [
        ("0750", "ems-appliance", "ems-appliance")
    ]


def test_the_record_is_its_group_s_to_read_and_nobody_s_besides(tmp_path: Path, mask: None) -> None:
    journal = tmp_path / "journal.sqlite3"
    home = Household(journal)
    home.put(BoardBarred(home.at, "reference 7", "over_current"))
    files = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    assert {journal, path_beside(journal)} <= set(files)
    assert {path.name: mode(path) for path in files} == {path.name: 0o640 for path in files}


def test_only_root_changes_a_file_of_the_package(package_root: Path) -> None:  # noqa: F811
    files = [path for path in package_root.rglob("*") if path.is_file() and not path.is_symlink()]
    assert len(files) > 10
    assert [path for path in files if mode(path) & WRITABLE_BY_MORE] == []
