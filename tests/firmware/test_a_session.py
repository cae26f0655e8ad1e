"""A session from the checklist on: the whole appliance in virtual time, with the real firmware
at the other end of the wire instead of the simulated board."""

from pathlib import Path
from typing import cast

from appliance.simulator.boards.reference.board import Board
from appliance.simulator.body import Body
from appliance.stimulator.reference.codec import encode
from appliance.virtual_box.box import START_S, VirtualBox, World
from tests.firmware.bench import ANSWERS_WITHIN_MS, STEP_US, Bench
from tests.firmware.edges import CYCLES_PER_MS, CYCLES_PER_S
from tests.journeys.journey import Home

NEVER = float("inf")


class ChipOnWire:
    """A bench as what sits behind a `Wire`: its chip lives as far as the box's time goes."""

    is_deaf = False
    driver = "reference"
    body = Body()
    """Not on the chip's pins: the bench has a body of its own."""

    def port_opened(self, now: float) -> None:
        return None

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self._offset = bench.cycle
        self._now = START_S
        self._may_answer_until = -NEVER
        self._taken = len(bench.recording.said)

    def feed(self, data: bytes, now: float) -> None:
        self.advance(now)
        if data:
            self.bench.put(data)
            self._may_answer_until = now + len(data) / 25_000 + ANSWERS_WITHIN_MS / 1000

    def advance(self, now: float) -> None:
        self._now = max(now, self._now)
        cycle = self._offset + round((self._now - START_S) * CYCLES_PER_S)
        if cycle > self.bench.cycle:
            self.bench.ask(f"until {cycle}")

    def take_output(self, now: float) -> bytes:
        said = self.bench.recording.said[self._taken :]
        self._taken += len(said)
        if said:
            self._may_answer_until = -NEVER
        return b"".join(encode(frame.message) for frame in said)

    def next_deadline(self) -> float:
        return self.next_output()

    def next_output(self) -> float:
        return self._now + STEP_US / 1e6 if self._now < self._may_answer_until else NEVER


def test_from_the_checklist_to_a_contraction_and_stop(bench: Bench, tmp_path: Path) -> None:
    recording = bench.recording
    home = Home(tmp_path / "home").knows()
    chip = cast(Board, ChipOnWire(bench))
    with VirtualBox(World(home.folder), chip) as box:
        box.switched_on().confirm().agree_to_all().confirm().prepared().past_pictures()
        assert box.status()["state"] == "ready" and not recording.pulses and recording.is_dead
        box.start()
        assert box.status()["state"] == "stimulating"
        box.turn(4)
        assert box.status()["output"] == "on"
        twitches = recording.since(bench.cycle - CYCLES_PER_S)
        assert [p.channel for p in twitches[:4]] in (list("ABAB"), list("BABA"))
        assert 1 < max(p.code for p in twitches) / 40 <= 4
        pressed = bench.cycle
        box.press_stop()
        assert box.status()["state"] == "stopped" and recording.is_dead
        assert recording.last_bridge_edge() <= pressed + 3 * CYCLES_PER_MS
