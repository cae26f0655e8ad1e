"""The knob, turned by hand: how many edges it makes a detent, and which way it counts."""

from collections.abc import Callable
from contextlib import ExitStack, closing
from typing import Any

from appliance.clock import Clock
from appliance.controls.contacts import Contact, Listener
from appliance.controls.encoder import EDGES, quarter
from appliance.controls.wiring import InputPins
from appliance.doctor.finding import Finding, bad, good, warn

CLICKS = 10
PATIENCE_S = 60.0
"""How long the knob may rest before the first click."""
QUIET_S = 4.0
"""After this long without a movement the last click counts as complete."""


def knob(pins: InputPins, factory: Any, clock: Clock, tell: Callable[[str], None]) -> Finding:
    """Ask for ten clicks and count their edges. Raises ControlsError if a pin cannot be opened."""
    tell(f"Turn the knob {CLICKS} clicks to the right, one after the other. Then let go.")
    quarters = _count(pins, factory, clock)
    if quarters is None:
        return bad(
            "knob", f"nothing moved for {PATIENCE_S:.0f} s",
            "check the wires of A, B and ground; `ems-appliance wiring` shows the pins",
        )  # fmt: skip
    # A hand may miscount by one click.
    found = [edges for edges in EDGES if abs(abs(quarters) - CLICKS * edges) <= edges]
    if not found:
        expected = " or ".join(str(CLICKS * edges) for edges in EDGES)
        return warn(
            "knob", f"{abs(quarters)} edges in {CLICKS} clicks, not {expected}",
            f"ask again, and turn exactly {CLICKS} clicks, slowly; else its contacts are worn",
        )  # fmt: skip
    if quarters < 0:
        return bad(
            "knob", "to the right counts as down",
            "swap the wires of A and B, or [controls] knob_a and knob_b",
        )  # fmt: skip
    if found[0] != pins.knob_edges:
        return bad(
            "knob", f"{found[0]} edges a detent, and the settings say {pins.knob_edges}",
            f"ems-appliance config set controls.knob_edges {found[0]}",
        )  # fmt: skip
    return good("knob", f"{found[0]} edges a detent, right is up")


def _count(pins: InputPins, factory: Any, clock: Clock) -> int | None:
    """Quarters of a cycle that the knob was turned, up less down; None where nothing moved."""
    with ExitStack() as ends:
        a, b = (
            ends.enter_context(closing(Contact(pin, purpose, factory)))
            for pin, purpose in ((pins.knob_a, "knob_a"), (pins.knob_b, "knob_b"))
        )
        listener = ends.enter_context(closing(Listener((a, b), factory, clock.now)))
        levels, quarters, has_moved = (a.closed, b.closed), 0, False
        until = clock.now() + PATIENCE_S
        while clock.now() < until:
            descriptor = listener.fileno()
            clock.wait([] if descriptor is None else [descriptor], until)
            for edge in listener.take():
                moved = (edge.closed, levels[1]) if edge.contact is a else (levels[0], edge.closed)
                quarters += quarter(levels, moved)
                levels, has_moved, until = moved, True, clock.now() + QUIET_S
        return quarters if has_moved else None
