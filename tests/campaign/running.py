"""Runs trials: a scene in a copy of a root, and each of its trials in a copy of the scene.

Scene `n` of a seed and its trials are the same in every run, whichever other scenes are run.
"""

import json
import random
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.campaign.forks import CopyFailedError, in_a_copy
from tests.campaign.kinds import Fault
from tests.campaign.scenes import DRAWN_PROGRAMS, Scene, draw_scene, enter, root, root_of
from tests.campaign.trial import Trial, draw_faults
from tests.journeys.journey import Box
from tests.therapy.program_grammar import drawn

PER_SCENE = 50
"""Trials in a scene, because reaching the scene takes longer than most trials."""
Row = dict[str, Any]


def scene_of(seed: int, number: int) -> Scene:
    return draw_scene(random.Random(f"{seed}:{number}"))


def faults_of(seed: int, number: int, index: int, board: str) -> tuple[Fault, ...]:
    return draw_faults(random.Random(f"{seed}:{number}:{index}"), board)


class Runner:
    """Keeps a root of each kind, each in a folder of its own."""

    def __init__(self, folder: Path, tells: bool = False) -> None:
        self._folder = folder
        self._tells = tells
        drawn(DRAWN_PROGRAMS)  # here, so that no copy draws them again
        self._roots: dict[tuple[str, str], Box] = {}

    def scene(self, seed: int, number: int, indices: range) -> list[Row]:
        """The rows of these trials of a scene."""
        scene = scene_of(seed, number)
        trials = [(index, faults_of(seed, number, index, scene.board)) for index in indices]
        return self.told(scene, trials, number * PER_SCENE)

    def told(
        self, scene: Scene, trials: list[tuple[int, tuple[Fault, ...]]], first: int = 0
    ) -> list[Row]:
        """The rows of these trials in this scene."""
        box = self._root(scene)
        try:
            said = in_a_copy(box, lambda: json.dumps(self._in_scene(box, scene, trials)))
        except CopyFailedError as error:
            return [_row(first + index, scene, hit_by, str(error)) for index, hit_by in trials]
        rows: list[Row] = json.loads(said)
        return [{**row, "number": first + row["number"]} for row in rows]

    def _root(self, scene: Scene) -> Box:
        key = (scene.board, root_of(scene))
        if key not in self._roots:
            self._roots[key] = root(*key, self._folder / "-".join(key) / "home")
        return self._roots[key]

    def _in_scene(
        self, box: Box, scene: Scene, trials: list[tuple[int, tuple[Fault, ...]]]
    ) -> list[Row]:
        enter(box, scene)
        return [self._tried(box, scene, index, hit_by) for index, hit_by in trials]

    def _tried(self, box: Box, scene: Scene, index: int, hit_by: tuple[Fault, ...]) -> Row:
        def live() -> str:
            outcome = Trial(box, scene, hit_by).run().as_dict()
            return json.dumps({**outcome, "log": box.told} if self._tells else outcome)

        try:
            return {**_row(index, scene, hit_by, ""), **json.loads(in_a_copy(box, live))}
        except CopyFailedError as error:
            return _row(index, scene, hit_by, str(error))


def _row(number: int, scene: Scene, hit_by: tuple[Fault, ...], problem: str) -> Row:
    return {
        "number": number,
        "scene": asdict(scene),
        "faults": [asdict(fault) for fault in hit_by],
        "kinds": [fault.kind for fault in hit_by],
        "groups": [fault.of.group for fault in hit_by],
        "flowed": False,
        "went_on": False,
        "zero_ms": None,
        "limit_ms": None,
        "broken": [f"the trial broke down: {problem}"] if problem else [],
        "state": "",
    }
