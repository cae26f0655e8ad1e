"""Says whether a committed file is what its sources make today."""

import re
import struct
import zipfile
from pathlib import Path

from PIL import Image, ImageChops, ImageStat

_SHADES = 2.0
"""Mean difference of two renderings of one board on two machines, of 255."""


def same(committed: Path, made: Path) -> bool:
    """True where the two files say the same; how they are packed does not matter."""
    if committed.suffix == ".zip":
        return _entries(committed) == _entries(made)
    if committed.suffix == ".pdf":
        return _pdf(committed) == _pdf(made)
    if committed.suffix == ".stl":
        return _body(committed) == _body(made)
    if committed.suffix == ".png":
        return _alike(committed, made)
    return committed.read_bytes() == made.read_bytes()


def _entries(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _pdf(path: Path) -> bytes:
    return re.sub(rb"/(CreationDate|ModDate|Producer|ID)\b[^/\n]*", b"", path.read_bytes())


def _alike(committed: Path, made: Path) -> bool:
    """Renderings differ a little between machines: compare what they show."""
    with Image.open(committed) as one, Image.open(made) as other:
        if one.size != other.size:
            return False
        difference = ImageChops.difference(one.convert("RGB"), other.convert("RGB"))
    return max(ImageStat.Stat(difference).mean) < _SHADES


def _body(path: Path) -> tuple[float, ...]:
    """Volume, its first moments and the surface: equal bodies may be cut into other triangles."""
    data = path.read_bytes()
    sums = [0.0] * 5
    for index in range(struct.unpack_from("<I", data, 80)[0]):
        numbers = struct.unpack_from("<12f", data, 84 + 50 * index)[3:]
        (ax, ay, az), (bx, by, bz), (cx, cy, cz) = (numbers[i : i + 3] for i in (0, 3, 6))
        ux, uy, uz, vx, vy, vz = bx - ax, by - ay, bz - az, cx - ax, cy - ay, cz - az
        nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
        volume = (ax * nx + ay * ny + az * nz) / 6
        sums[0] += volume
        sums[1] += volume * (ax + bx + cx) / 4
        sums[2] += volume * (ay + by + cy) / 4
        sums[3] += volume * (az + bz + cz) / 4
        sums[4] += (nx**2 + ny**2 + nz**2) ** 0.5 / 2
    return tuple(float(f"{number:.6g}") for number in sums)
