"""Files of both boards: rules, netlist, drawings, fabrication, interactive list of parts."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from hardware.build import netlist, stage_parts, tidy
from hardware.build.tools import BENCH_STAGE, HARDWARE, LAYOUT, SCHEMATIC, run

_INNER_LAYERS = "In1.Cu,In2.Cu"
_GERBER_LAYERS = "F.Cu,B.Cu,F.Mask,B.Mask,F.SilkS,B.SilkS,F.Paste,Edge.Cuts"
_BOM_FIELDS = "Value,MPN,Must have"
BILL = HARDWARE.parent / "build" / "hardware"


@dataclass(frozen=True, slots=True)
class Design:
    """A board's sources, and what its files are called."""

    schematic: Path
    layout: Path
    fabrication: str
    sides: dict[str, str]
    """Drawings of the copper, by name: their layers."""
    picture: str
    layers: str = _GERBER_LAYERS
    rotate: str = "-35,0,15"

    @property
    def netlist(self) -> str:
        return f"{self.schematic.stem}.net"


BOX = Design(
    SCHEMATIC,
    LAYOUT,
    "box-board-fabrication.zip",
    {"board-top": "F.Cu,F.Mask,F.SilkS,Edge.Cuts", "board-bottom": "B.Cu,B.Mask,Edge.Cuts"},
    "board-3d.png",
)
_NAME = "output-stage-UNCERTIFIED-BENCH-ONLY"
STAGE = Design(
    BENCH_STAGE / f"{_NAME}.kicad_sch",
    BENCH_STAGE / f"{_NAME}.kicad_pcb",
    f"{_NAME}-fabrication.zip",
    {
        "UNCERTIFIED-BENCH-ONLY-top": "F.Cu,F.Mask,F.SilkS,Edge.Cuts",
        "UNCERTIFIED-BENCH-ONLY-bottom": "B.Cu,B.Mask,B.SilkS,Edge.Cuts",
        "UNCERTIFIED-BENCH-ONLY-ground": "In1.Cu,Edge.Cuts",
        "UNCERTIFIED-BENCH-ONLY-5V": "In2.Cu,Edge.Cuts",
    },
    "UNCERTIFIED-BENCH-ONLY-3d.png",
    f"{_GERBER_LAYERS},{_INNER_LAYERS}",
    "-40,0,0",
)
STAGE_PARTS = "UNCERTIFIED-BENCH-ONLY-parts.csv"


def check_rules() -> None:
    """Electrical and design rules: not one warning, no unconnected pin, layout as schematic."""
    for design in (BOX, STAGE):
        with tempfile.TemporaryDirectory() as folder:
            report = Path(folder) / "report.txt"
            strict = ("--severity-all", "--exit-code-violations", "-o", report)
            run("kicad-cli", "sch", "erc", *strict, design.schematic)
            run("kicad-cli", "pcb", "drc", *strict, "--schematic-parity", design.layout)


def make_box(out: Path) -> None:
    """All files of the box board into `out`."""
    _make(BOX, out)


def make_stage(out: Path) -> None:
    """All files of the bench output stage into `out`."""
    _make(STAGE, out)
    drawn = netlist.from_text((out / STAGE.netlist).read_text("utf-8"))
    (out / STAGE_PARTS).write_text(stage_parts.table(drawn), "utf-8")


def _make(design: Design, out: Path) -> None:
    (out / design.netlist).write_text(_netlist(design), "utf-8")
    _schematic(design, out)
    for name, layers in design.sides.items():
        plot(out / f"{name}.svg", layers, mirrored=name.endswith("bottom"), layout=design.layout)
    _fabrication(design, out / design.fabrication)
    _placement(design, out / "placement.csv")
    _picture(design, out / design.picture)


def plot(path: Path, layers: str, mirrored: bool = False, layout: Path = LAYOUT) -> None:
    """Plot layers of a board, as large as the board is, as one SVG."""
    run(
        *("kicad-cli", "pcb", "export", "svg", "--mode-single", "--page-size-mode", "2"),
        *("--exclude-drawing-sheet", "-l", layers, "-o", path),
        *(("--mirror",) if mirrored else ()),
        layout,
    )
    path.write_text(tidy.svg(path.read_text("utf-8")), "utf-8")


def _netlist(design: Design) -> str:
    """The netlist without what depends on where and when it was made."""
    text = tidy.text(netlist.text(design.schematic))
    text = text.replace(f"{design.schematic.parent.resolve()}/", "")
    lines = text.splitlines(keepends=True)
    return "".join(line for line in lines if "(source " not in line and "(tool " not in line)


def _schematic(design: Design, out: Path) -> None:
    source = design.schematic
    run("kicad-cli", "sch", "export", "svg", "--exclude-drawing-sheet", "-o", out, source)
    path = (out / source.name).with_suffix(".svg")
    (out / "schematic.svg").write_text(tidy.svg(path.read_text("utf-8")), "utf-8")
    path.unlink()


def _fabrication(design: Design, path: Path) -> None:
    """Gerbers and drill files in one zip, as board makers take it."""
    export = ("kicad-cli", "pcb", "export")
    with tempfile.TemporaryDirectory() as folder:
        run(*export, "gerbers", "-l", design.layers, "-o", folder, design.layout)
        run(*export, "drill", "--excellon-separate-th", "-o", f"{folder}/", design.layout)
        files = {file.name: tidy.text(file.read_text("utf-8")) for file in Path(folder).iterdir()}
    tidy.pack(path, files)


def _placement(design: Design, path: Path) -> None:
    form = ("--format", "csv", "--units", "mm")
    run("kicad-cli", "pcb", "export", "pos", *form, "-o", path, design.layout)


def _picture(design: Design, path: Path) -> None:
    run(
        *("kicad-cli", "pcb", "render", "--quality", "basic", "--background", "opaque"),
        *("--perspective", "--rotate", design.rotate, "--zoom", "1.04", "-w", "1200", "-h", "760"),
        *("-o", path, design.layout),
    )


def make_bill() -> None:
    """The interactive bill of materials. It holds its maker's program, so it is not committed."""
    run(
        *("generate_interactive_bom", "--no-browser", "--name-format", "bom", "--dest-dir", BILL),
        *("--extra-fields", "MPN,Must have", "--show-fields", _BOM_FIELDS, "--include-tracks"),
        LAYOUT,
    )
