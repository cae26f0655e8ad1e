"""Which texts the voice renders ahead: those that are known before a session."""

from appliance.session.cues import LOUDEST
from appliance.session.machine import pages
from appliance.settings.words import Words
from appliance.therapy.exercise import GROWTH

_LARGEST = sorted({LOUDEST, *pages.QUESTIONS.values()})
_FILLED_IN: dict[str, tuple[dict[str, object], ...]] = {
    "minutes_left": ({"minutes": 5}, {"minutes": 10}),
    "stimulating.highest": ({"limit": 30}, {"limit": 60}),
    "placing.number": tuple({"place": place, "places": 3} for place in (1, 2, 3)),
    "stage_done.done": tuple({"place": place, "places": 3} for place in (1, 2, 3)),
    "placing.apart": ({"apart": 5}, {"apart": 6}),
    "preparing.own_pads": ({"pads": 4},),
    **{f"take.{shape}": ({"pads": 4},) for shape in ("long", "square", "mixed")},
    "aftercare.exercises": ({"exercises": 3}, {"exercises": 6}),
    "aftercare.repetitions": tuple({"repetitions": block.repetitions} for block in GROWTH[:2]),
    "aftercare.sets": tuple(
        {"sets": block.sets, "repetitions": block.repetitions} for block in GROWTH[2:]
    ),
}
"""What is usual there, of the texts that say a number."""


def known_texts(words: Words, highest_level: int = 80) -> tuple[str, ...]:
    """Every text that can be rendered ahead: fixed ones, levels and the usual numbers."""
    fixed = [
        words.raw(key)
        for key in sorted(words.keys)
        if key.startswith("spoken.") and "{" not in words.raw(key)
    ]
    levels = [words("spoken.level", level=level) for level in range(highest_level + 1)]
    usual = [words(f"spoken.{key}", **one) for key, some in _FILLED_IN.items() for one in some]
    values = [
        words("spoken.value", value=value, largest=largest)
        for largest in _LARGEST
        for value in range(largest + 1)
    ]
    return (*fixed, *usual, *values, *levels)
