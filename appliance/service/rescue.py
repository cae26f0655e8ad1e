"""After the service has failed: one more off to the board, and the lamp lit.

The board's lease has ended the output already, or ends it within two seconds. This is one
more attempt to switch off, and the lamp tells the person that no service runs.
"""

import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from appliance.clock import Clock
from appliance.errors import ApplianceError, ControlsError
from appliance.session.board import Link, Output
from appliance.settings.model import Settings
from appliance.stimulator.boards import card_of, open_board
from appliance.stimulator.port import Stimulator

OFF_S = 0.6
"""How long the board may take to say that it is off."""
FIRST_WAIT_S, LONGEST_WAIT_S = 60.0, 600.0
FORGOTTEN_S = 1800.0
"""After this time without a failure the waiting begins with `FIRST_WAIT_S` again, seconds."""
_TRIES = "tries"


def switch_off(settings: Settings, clock: Clock) -> bool:
    """Send off to the board of `settings`; whether it said that it is off."""
    wanted = settings.stimulator
    if card_of(wanted.driver).runs_model is not None:
        # It was the service's child and has ended with it.
        return True
    # A board for research only is switched off like any other.
    board = open_board(wanted.driver, wanted.port, clock.now, True)
    until = clock.now() + OFF_S
    is_off = False
    while clock.now() < until and not is_off:
        is_off = _ask_for_off(board, clock, until)
    board.close(clock.now())
    return is_off


def _ask_for_off(board: Stimulator, clock: Clock, until: float) -> bool:
    now = clock.now()
    board.connect(now)
    board.off(now)
    descriptor = board.fileno()
    waits_for = [] if descriptor is None else [descriptor]
    clock.wait(waits_for, min(until, board.next_deadline(now), now + 0.05))
    report = board.poll(clock.now())
    return report.link is Link.UP and report.output is Output.OFF


def light_lamp(settings: Settings, runtime_dir: Path) -> Callable[[], None]:
    """Light the output lamp until the returned function is called. Raises ControlsError."""
    # Costs 0.1 s, and an off does not wait for it.
    from gpiozero import DigitalOutputDevice

    from appliance.controls import pins

    factory = pins.open_pins(settings.controls, runtime_dir)
    try:
        pin = settings.indicators.output_lamp
        lamp = pins.claim(DigitalOutputDevice, pin, "output lamp", factory, initial_value=True)
    except ControlsError:
        factory.close()
        raise

    def put_out() -> None:
        lamp.close()
        factory.close()

    return put_out


def next_wait_s(folder: Path, wall_s: Callable[[], float] = time.time) -> float:
    """How long to wait before the next start: twice as long each time, up to ten minutes."""
    path = folder / _TRIES
    tries = 0
    with suppress(OSError, ValueError):
        if 0.0 <= wall_s() - path.stat().st_mtime < FORGOTTEN_S:
            tries = int(path.read_text())
    with suppress(OSError):
        path.write_text(str(tries + 1))
    return float(min(FIRST_WAIT_S * 2.0 ** min(tries, 10), LONGEST_WAIT_S))


def rescue(settings: Settings, clock: Clock, wait_in: Path | None) -> int:
    """Off; and with a folder to count in, the lamp lit for as long as the next start waits."""
    try:
        is_off = switch_off(settings, clock)
    except ApplianceError as error:
        is_off = False
        print(f"ems-appliance: rescue: {error}", file=sys.stderr)
    print(f"rescue: board {'is off' if is_off else 'did not answer'}", file=sys.stderr, flush=True)
    if wait_in is not None:
        _wait_lit(settings, clock, wait_in)
    return 0 if is_off else 1


def _wait_lit(settings: Settings, clock: Clock, folder: Path) -> None:
    wait_s = next_wait_s(folder)
    print(f"rescue: the service is started again in {wait_s:.0f} s", file=sys.stderr, flush=True)
    put_out: Callable[[], None] | None = None
    try:
        put_out = light_lamp(settings, folder)
    except ControlsError as error:
        print(f"ems-appliance: rescue: no lamp: {error}", file=sys.stderr, flush=True)
    until = clock.now() + wait_s
    while clock.now() < until:
        clock.wait([], until)
    if put_out is not None:
        put_out()
