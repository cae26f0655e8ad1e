"""Which settings file is read, and what a file that cannot be read says."""

from pathlib import Path

import pytest

from appliance.errors import SettingsError
from appliance.settings import reading
from appliance.settings.model import Settings
from appliance.settings.reading import load, settings_path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def test_the_named_file_comes_before_the_environments(file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    file.write_text("[sound]\nvolume = 1\n")
    other.write_text("[sound]\nvolume = 2\n")
    environ = {"EMS_APPLIANCE_CONFIG": str(other)}
    assert load(file, environ).sound.volume == 1
    assert load(None, environ).sound.volume == 2
    assert settings_path(file, environ) == file
    assert settings_path(None, environ) == other


def test_the_default_file_is_last_and_may_be_missing(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert settings_path(None, {}) == Path("/etc/ems-appliance/config.toml")
    assert settings_path(None, {"EMS_APPLIANCE_CONFIG": ""}) == reading.DEFAULT_PATH
    monkeypatch.setattr(reading, "DEFAULT_PATH", file)
    assert load(None, {}) == Settings()
    file.write_text("[sound]\nvolume = 3\n")
    assert load(None, {}).sound.volume == 3


@pytest.mark.parametrize("by_environment", [False, True])
def test_a_named_file_that_is_missing_is_an_error(file: Path, by_environment: bool) -> None:
    with pytest.raises(SettingsError) as caught:
        load(
            None if by_environment else file,
            {"EMS_APPLIANCE_CONFIG": str(file)} if by_environment else {},
        )
    assert str(caught.value) == f"{file}: there is no such file; name one that exists"
    assert caught.value.exit_code == 2


def test_a_folder_is_no_settings_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, {})
    assert str(caught.value) == f"{tmp_path}: it cannot be read: Is a directory"


def test_bytes_that_are_no_text_are_an_error(file: Path) -> None:
    file.write_bytes(b"language = '\xff'")
    with pytest.raises(SettingsError) as caught:
        load(file, {})
    assert str(caught.value) == f"{file}: it has to be text in UTF-8; save it as UTF-8"
