"""lgpio's module for the pins, compiled once for every Python from 3.11 on.

It keeps to Python's stable interface, so one file serves both releases of Debian, and the
compiler of another processor needs no headers of its own.
"""

import shutil
import subprocess
import sysconfig
import tarfile
from pathlib import Path

from architectures import Architecture
from wheels import TOOLS, fetch, pip

_LEAST_PYTHON = "0x030b0000"


def compile_into(modules: Path, architecture: Architecture, cache: Path, work: Path) -> None:
    """Compile lgpio and put its two modules into `modules`.

    Raises CalledProcessError where a tool fails, OSError where one is missing.
    """
    sources = _fetch(cache / "tools", work)
    _write_wrapper(work, sources)
    library = modules / "_lgpio.abi3.so"
    c_files = [path.name for path in sorted((sources / "src").glob("*.c"))]
    subprocess.run(
        [architecture.compiler, "-shared", "-fPIC", "-O2", "-pthread", "-s",
         f"-DPy_LIMITED_API={_LEAST_PYTHON}", f"-I{_headers(work)}", "-Isrc", "-Wl,--build-id=none",
         *[f"src/{name}" for name in c_files], "lgpio_wrap.c", "-o", str(library)],
        cwd=sources, check=True, capture_output=True,
    )  # fmt: skip
    shutil.copy(sources / "lgpio.py", modules)


def _fetch(cache: Path, work: Path) -> Path:
    """The unpacked sources. pip checks the hashes; the tools go into a folder of their own."""
    work.mkdir(parents=True)
    fetch(TOOLS, cache, "--no-binary=lgpio")
    swig = next(cache.glob("swig-*.whl"))
    pip("install", "--no-deps", "--no-index", f"--target={work / 'tools'}", str(swig))
    with tarfile.open(next(cache.glob("lgpio-*.tar.gz"))) as archive:
        archive.extractall(work, filter="data")
    return next(path for path in work.glob("lgpio-*") if path.is_dir())


def _write_wrapper(work: Path, sources: Path) -> None:
    data = work / "tools" / "swig" / "data"
    swig = data / "bin" / "swig"
    library = next(path.parent for path in data.rglob("swig.swg"))
    subprocess.run(
        [str(swig), "-python", "-o", "lgpio_wrap.c", "-Isrc", "lgpio.i"],
        cwd=sources, check=True, env={"SWIG_LIB": str(library)},
    )  # fmt: skip


def _headers(work: Path) -> Path:
    """Python's headers with the configuration of this machine's Python.

    Debian's own leads to one a processor, which a cross compiler does not find. All that
    the stable interface takes from it is the same on every 64-bit Linux.
    """
    folder = work / "headers"
    if not folder.exists():
        shutil.copytree(sysconfig.get_paths()["include"], folder)
        shutil.copy(sysconfig.get_config_h_filename(), folder / "pyconfig.h")
    return folder
