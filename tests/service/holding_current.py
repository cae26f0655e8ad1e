"""A host that holds 20 mA through a driver in real time, until it is ended: `DRIVER PORT`."""

import sys

from appliance.clock import SystemClock
from appliance.session.board import Ceilings, Link, SetPoint
from appliance.stimulator.boards import open_board

STEP_S = 0.02
CEILINGS = Ceilings(amplitude=30.0, pulse_width_us=250, frequency_hz=50.0)


def main(driver: str, path: str) -> None:
    clock = SystemClock()
    board = open_board(driver, path, clock.now, accept_research_board=True)
    told, begun = False, False
    while True:
        now = clock.now()
        report = board.poll(now)
        if report.link is not Link.UP and not begun:
            board.connect(now)
            board.off(now)
        else:
            # From now on as a loop that has hung would: set-points, whatever is reported.
            begun = True
            level = 20.0 if report.agreed_at is not None else 0.0
            board.apply(SetPoint(50.0, (level, level), 250, CEILINGS), now)
        if not told and report.in_force[0] == 20.0:
            told = True
            print("holding", flush=True)
        descriptor = board.fileno()
        clock.wait([] if descriptor is None else [descriptor], now + STEP_S)


if __name__ == "__main__":
    main(*sys.argv[1:])
