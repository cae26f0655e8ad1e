"""What a start imports: of the command only the verb asked for, of the service what it uses."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

LIST_OF_VERBS = """
import contextlib, io, json, sys
from appliance.cli import main
with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):
    main(["--help"])
print(json.dumps(sorted(name for name in sys.modules if name.split(".")[0] == "appliance")))
"""

EVERY_VERB = """
import json, sys
from appliance.cli import whole_parser
whole_parser()
rooms = {name.split(".")[1] for name in sys.modules if name.startswith("appliance.")}
print(json.dumps(sorted(rooms)))
"""

SERVICE = """
import json, os, sys
from pathlib import Path
from appliance.clock import SystemClock
from appliance.service.assembly import assemble
from appliance.service.settings_files import SettingsFiles
service = assemble(SettingsFiles(Path(sys.argv[1]), os.environ), SystemClock())
service.begin()
service.finish()
files = {name: getattr(module, "__file__", None) or "" for name, module in sys.modules.items()}
print(json.dumps(sorted(name for name in files if name.startswith("appliance.")
                        or "-packages" in files[name] and not name.startswith("_"))))
"""

FIRST_PICTURE = """
import json, os, sys
from pathlib import Path
from appliance.clock import SystemClock
from appliance.service import assembly
from appliance.service.settings_files import SettingsFiles
def told(language):
    print(json.dumps(sorted(sys.modules)), flush=True)
    os._exit(0)
assembly.starting = told
assembly.assemble(SettingsFiles(Path(sys.argv[1]), os.environ), SystemClock())
"""

SETTINGS = """
stimulator.port = "{folder}/no-board"
journal.path = "{folder}/journal.sqlite3"
service.runtime_dir = "{folder}"
"""

PACKAGES = {
    *("PIL", "cobs", "gpiozero", "lgpio", "luma", "msgspec", "serial", "transitions"),
    # What those load themselves.
    *("_cffi_backend", "cbor2", "colorzero", "importlib_resources", "six", "smbus2"),
    "typing_extensions",
}
"""What comes from elsewhere and may be loaded by a box with real pins, panel and board."""
AFTER_THE_FIRST_PICTURE = {
    *("cobs", "gpiozero", "serial", "transitions"),
    *("appliance.journal.recorder", "appliance.service.loop", "appliance.service.parts"),
}
ROOMS = {
    *("clock", "errors", "log", "records"),
    *("controls", "journal", "screen", "service", "session", "settings", "stimulator", "therapy"),
}


def modules(program: str, *arguments: str) -> list[str]:
    """What a fresh interpreter has loaded at the end of this program."""
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True
    )
    found: list[str] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_the_list_of_verbs_imports_none_of_them() -> None:
    own = {"appliance", "appliance.cli", "appliance.cli.examples", "appliance.cli.verbs"}
    assert set(modules(LIST_OF_VERBS)) == own | {"appliance.errors"}


def test_no_verb_imports_a_room_before_it_runs() -> None:
    assert set(modules(EVERY_VERB)) == {"cli", "clock", "errors", "records"}


def test_the_service_imports_only_what_its_box_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No speech without a loudspeaker, no simulator beside a real board, no editor of settings."""
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "mock")
    settings = tmp_path / "config.toml"
    settings.write_text(SETTINGS.format(folder=tmp_path))
    loaded = modules(SERVICE, str(settings))
    own = {name.split(".")[1] for name in loaded if name.startswith("appliance.")}
    assert own == ROOMS
    assert {name.split(".")[0] for name in loaded} - {"appliance"} <= PACKAGES


def test_the_panel_gets_its_first_picture_before_the_rest_is_loaded(tmp_path: Path) -> None:
    settings = tmp_path / "config.toml"
    settings.write_text(SETTINGS.format(folder=tmp_path))
    loaded = set(modules(FIRST_PICTURE, str(settings)))
    assert "luma.oled.device" in loaded
    assert loaded & AFTER_THE_FIRST_PICTURE == set()
