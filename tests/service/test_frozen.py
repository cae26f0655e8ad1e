"""A host that is frozen in the middle of a contraction, with real processes and real signals."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from appliance.stimulator.boards import CARDS
from tests.service.processes import ROOT, Process

FROZEN_S = 3.0
AFTER_S = 1.0
CARD_OF_MODEL = {
    model: card for card in CARDS.values() if card.needs_relay for model in card.models
}
"""Boards that go on for a second and more when their host is frozen."""
SLACK_S = 0.15
"""The processes of a busy machine are late."""


def wait(process: subprocess.Popen[bytes], seconds: float) -> None:
    """Let time pass while this process lives."""
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(seconds)


@pytest.mark.parametrize("model", CARD_OF_MODEL)
def test_nothing_is_delivered_after_a_thaw(model: str, tmp_path: Path) -> None:
    trace, port = tmp_path / "trace.jsonl", str(tmp_path / "board")
    arguments = ("board", "--link", port, "--trace", str(trace), "--model", model)
    card = CARD_OF_MODEL[model]
    with Process(*arguments) as board:
        board.line()
        host = subprocess.Popen(
            [sys.executable, "-m", "tests.service.holding_current", card.name, port],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
        )
        try:
            assert host.stdout is not None
            assert host.stdout.readline() == b"holding\n"
            wait(host, AFTER_S)
            host.send_signal(signal.SIGSTOP)
            frozen_at = time.monotonic()
            wait(host, FROZEN_S)
            thawed_at = time.monotonic()
            host.send_signal(signal.SIGCONT)
            wait(host, AFTER_S)
        finally:
            host.kill()
            host.wait()
            host.stdout.close()
        assert board.terminate() == 0
    lines = [json.loads(line) for line in trace.read_text().splitlines()]
    assert max(line["ma"] for line in lines if line["t"] < frozen_at) == 20
    for channel in "AB":
        last = [line for line in lines if line["channel"] == channel and line["t"] < thawed_at][-1]
        assert last["ma"] == 0
        assert last["t"] - frozen_at <= card.silence_off_s + SLACK_S
    assert [line for line in lines if line["t"] >= thawed_at and line["ma"]] == []
