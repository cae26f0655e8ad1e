"""The programs that make the files, and the folders that they read."""

import os
import shutil
import subprocess
from pathlib import Path

HARDWARE = Path(__file__).parents[1]
BOARD = HARDWARE / "box-board"
SCHEMATIC = BOARD / "box-board.kicad_sch"
LAYOUT = BOARD / "box-board.kicad_pcb"
BENCH_STAGE = HARDWARE / "output-stage-bench-only"

_PACKAGES = {
    "kicad-cli": "KiCad 9: Debian's kicad with its kicad-symbols and kicad-footprints",
    "openscad": "Debian's openscad",
    "rsvg-convert": "Debian's librsvg2-bin",
    "dot": "Debian's graphviz",
    "wireviz": "pip install -e '.[hardware]'",
    "generate_interactive_bom": "InteractiveHtmlBom in a Python that has KiCad's pcbnew",
}


class BuildError(Exception):
    """A tool is missing, failed, or found a fault in the sources."""


def run(program: str, *arguments: str | Path, cwd: Path | None = None) -> str:
    """Run a program and return its standard output; raise `BuildError` where it fails."""
    command = [find(program), *map(str, arguments)]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "0", "INTERACTIVE_HTML_BOM_NO_DISPLAY": "1"}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise BuildError(f"{program} failed ({done.returncode}):\n{done.stdout}{done.stderr}")
    return done.stdout


def find(program: str) -> str:
    """Path of a program: beside this Python, in `.venv-kicad`, or on the PATH."""
    root = HARDWARE.parent
    places = [root / ".venv/bin", root / ".venv-kicad/bin"]
    path = os.pathsep.join([*map(str, places), os.environ.get("PATH", "")])
    found = shutil.which(program, path=path)
    if found is None:
        raise BuildError(f"{program} is missing. It comes with {_PACKAGES[program]}")
    return found
