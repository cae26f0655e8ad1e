"""Takes out of generated files what differs from run to run, and what only makes them large."""

import re
import zipfile
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

_DATES = (
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[+-]\d\d:?\d\d)?"), "2000-01-01T00:00:00"),
    (re.compile(r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d"), "2000/01/01 00:00:00"),
    (re.compile(r"9\.\d+\.\d+(?:\+\S*?)?(?=[*\s\")]|$)", re.MULTILINE), "9"),
)
_ZIP_DATE = (2000, 1, 1, 0, 0, 0)


def text(content: str) -> str:
    """The text without times and without the last digits of KiCad's version."""
    for pattern, instead in _DATES:
        content = pattern.sub(instead, content)
    return content


def svg(content: str) -> str:
    """A plotted SVG with two decimals, no date, and runs of strokes joined into one path."""
    content = re.sub(r"<title>.*?</title>|<desc>.*?</desc>", "", content, flags=re.DOTALL)
    content = re.sub(r"<text [^>]*opacity=\"0\"[^>]*>[^<]*</text>", "", content)
    content = re.sub(r"(fill|stroke)-opacity: ?1(\.0+)?; ?", "", content)
    content = re.sub(r"(\d+\.\d\d)\d+", r"\1", content)
    content = re.sub(r"\s+", " ", content).replace("> <", ">\n<")
    lines: list[str] = []
    strokes: list[str] = []
    for line in content.split("\n"):
        stroke = re.fullmatch(r'<path d="(M[-\d. ]+ L[-\d. ]+?) ?" ?/>', line)
        if stroke:
            strokes.append(stroke[1])
            continue
        lines += _joined(strokes)
        strokes = []
        lines.append(line)
    return "\n".join(lines) + "\n"


def _joined(strokes: list[str]) -> list[str]:
    if not strokes:
        return []
    ends = [stroke[1:].split(" L") for stroke in strokes]
    path = f"M{ends[0][0]}L{ends[0][1]}"
    for (_, before), (start, end) in pairwise(ends):
        path += f"L{end}" if start.strip() == before.strip() else f"M{start}L{end}"
    return [f'<path d="{path}"/>']


def pack(path: Path, files: Mapping[str, str]) -> None:
    """Write a zip file that depends on nothing but names and contents."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, _ZIP_DATE), files[name], zipfile.ZIP_DEFLATED)
