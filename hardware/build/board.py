"""Files of the box board: rules, netlist, drawings, fabrication, interactive list of parts."""

import tempfile
from pathlib import Path

from hardware.build import netlist, tidy
from hardware.build.tools import HARDWARE, LAYOUT, SCHEMATIC, run

_GERBER_LAYERS = "F.Cu,B.Cu,F.Mask,B.Mask,F.SilkS,B.SilkS,F.Paste,Edge.Cuts"
_SIDES = {"board-top": "F.Cu,F.Mask,F.SilkS,Edge.Cuts", "board-bottom": "B.Cu,B.Mask,Edge.Cuts"}
_BOM_FIELDS = "Value,MPN,Must have"
BILL = HARDWARE.parent / "build" / "hardware"


def check_rules() -> None:
    """Electrical and design rules: not one warning, no unconnected pin, layout as schematic."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.txt"
        strict = ("--severity-all", "--exit-code-violations", "-o", report)
        run("kicad-cli", "sch", "erc", *strict, SCHEMATIC)
        run("kicad-cli", "pcb", "drc", *strict, "--schematic-parity", LAYOUT)


def make(out: Path) -> None:
    """All files of the board into `out`."""
    (out / "box-board.net").write_text(_netlist(), "utf-8")
    _schematic(out)
    for name, layers in _SIDES.items():
        plot(out / f"{name}.svg", layers, mirrored=name.endswith("bottom"))
    _fabrication(out / "box-board-fabrication.zip")
    _placement(out / "placement.csv")
    _picture(out / "board-3d.png")


def plot(path: Path, layers: str, mirrored: bool = False) -> None:
    """Plot layers of the board, as large as the board is, as one SVG."""
    run(
        *("kicad-cli", "pcb", "export", "svg", "--mode-single", "--page-size-mode", "2"),
        *("--exclude-drawing-sheet", "-l", layers, "-o", path),
        *(("--mirror",) if mirrored else ()),
        LAYOUT,
    )
    path.write_text(tidy.svg(path.read_text("utf-8")), "utf-8")


def _netlist() -> str:
    """The netlist without what depends on where and when it was made."""
    text = tidy.text(netlist.text()).replace(f"{SCHEMATIC.parent.resolve()}/", "")
    lines = text.splitlines(keepends=True)
    return "".join(line for line in lines if "(source " not in line and "(tool " not in line)


def _schematic(out: Path) -> None:
    run("kicad-cli", "sch", "export", "svg", "--exclude-drawing-sheet", "-o", out, SCHEMATIC)
    path = (out / SCHEMATIC.name).with_suffix(".svg")
    (out / "schematic.svg").write_text(tidy.svg(path.read_text("utf-8")), "utf-8")
    path.unlink()


def _fabrication(path: Path) -> None:
    """Gerbers and drill files in one zip, as board makers take it."""
    with tempfile.TemporaryDirectory() as folder:
        run("kicad-cli", "pcb", "export", "gerbers", "-l", _GERBER_LAYERS, "-o", folder, LAYOUT)
        run(
            "kicad-cli",
            "pcb",
            "export",
            "drill",
            "--excellon-separate-th",
            "-o",
            f"{folder}/",
            LAYOUT,
        )
        files = {file.name: tidy.text(file.read_text("utf-8")) for file in Path(folder).iterdir()}
    tidy.pack(path, files)


def _placement(path: Path) -> None:
    run("kicad-cli", "pcb", "export", "pos", "--format", "csv", "--units", "mm", "-o", path, LAYOUT)


def _picture(path: Path) -> None:
    run(
        *("kicad-cli", "pcb", "render", "--quality", "basic", "--background", "opaque"),
        *("--perspective", "--rotate", "-35,0,15", "--zoom", "1.04", "-w", "1200", "-h", "760"),
        *("-o", path, LAYOUT),
    )


def make_bill() -> None:
    """The interactive bill of materials. It holds its maker's program, so it is not committed."""
    run(
        *("generate_interactive_bom", "--no-browser", "--name-format", "bom", "--dest-dir", BILL),
        *("--extra-fields", "MPN,Must have", "--show-fields", _BOM_FIELDS, "--include-tracks"),
        LAYOUT,
    )
