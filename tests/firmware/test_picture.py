"""The picture in `hardware/` is the one that the simulated board draws today."""

from tests.firmware.bench import Bench
from tests.firmware.draw import PICTURE, draw, record_contraction


def test_the_pulse_train_is_drawn_from_the_edges(bench: Bench) -> None:
    phase = record_contraction(bench)
    assert PICTURE.read_text("utf-8") == draw(bench.recording, phase), (
        "look at what changed, then run python -m tests.firmware.draw"
    )
