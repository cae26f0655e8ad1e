"""Runs a deck in ngspice and reads what it wrote."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "ems-appliance-spice"
"""Traces of decks that ran before, and errors of those that failed, by the hash of the deck: a
long table that was interrupted goes on where it was."""
MODELS = Path(__file__).with_name("models.lib")
PROCESSOR_S = 30
"""Of processor time, so that a busy machine does not end a run that would have finished."""

Progress = Callable[[int, int, str], None]
"""Is told how many runs are done, of how many, and the name of the last."""
Traces = dict[str, np.ndarray]
"""Time in seconds under `t`, and each vector that was asked for."""


class DeckError(RuntimeError):
    """ngspice did not finish the deck."""


def is_installed() -> bool:
    return shutil.which("ngspice") is not None


def slow_gates(models: str) -> str:
    """The models with gates of 2 us instead of 8 ns.

    A gate whose output is bridged to its input rings; at its own speed that takes millions of
    steps. What the stage's filters see is the mean, which is the same.
    """
    slow = models.replace("rise_delay=8n fall_delay=8n", "rise_delay=2u fall_delay=2u")
    return slow.replace("t_rise=20n t_fall=20n", "t_rise=500n t_fall=500n")


def run(
    body: str,
    vectors: tuple[str, ...],
    stop_s: float,
    step_s: float,
    options: str,
    change: Callable[[str], str] = str,
) -> Traces:
    """A transient from 0 to `stop_s`, with steps of at most `step_s`, the models changed.

    Raises `DeckError` where ngspice stops early.
    """
    models = change(MODELS.read_text("utf-8"))
    deck = (
        f"* deck\n{body}\n{models}\n.options {options}\n"
        f".tran {step_s:g} {stop_s:g} 0 {step_s:g} uic\n"
        ".control\nset wr_singlescale\nset numdgt=7\nrun\n"
        f"wrdata out.txt {' '.join(vectors)}\nquit\n.endc\n.end\n"
    )
    key = hashlib.sha256(deck.encode()).hexdigest()
    kept, failed = CACHE / f"{key}.npy", CACHE / f"{key}.failed"
    if failed.exists():
        raise DeckError(failed.read_text("utf-8"))
    CACHE.mkdir(parents=True, exist_ok=True)
    if not kept.exists():
        try:
            data = _whole(deck, stop_s)
        except DeckError as error:
            failed.write_text(str(error), "utf-8")
            raise
        part = kept.with_suffix(f".{os.getpid()}.npy")
        np.save(part, data)
        part.replace(kept)
    return dict(zip(("t", *vectors), np.load(kept), strict=True))


def _whole(deck: str, stop_s: float) -> np.ndarray:
    data = _run(deck)
    if data[0, -1] < 0.999 * stop_s:
        raise DeckError(f"ngspice stopped at {data[0, -1]:g} s of {stop_s:g} s")
    return data


def _run(deck: str) -> np.ndarray:
    with tempfile.TemporaryDirectory(prefix="spice-") as folder:
        Path(folder, "deck.cir").write_text(deck, "utf-8")
        ran = subprocess.run(
            ["prlimit", f"--cpu={PROCESSOR_S}", "ngspice", "-b", "deck.cir"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if ran.returncode < 0:
            raise DeckError(f"ngspice took more than {PROCESSOR_S} s of processor time")
        out = Path(folder, "out.txt")
        if not out.exists():
            raise DeckError((ran.stdout + ran.stderr)[-1500:])
        return np.loadtxt(out).T
