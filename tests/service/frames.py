"""The frames that the control loop sends, and the gaps between them."""

from itertools import pairwise

from appliance.session.board import SetPoint
from tests.journeys.journey import Box

Frame = tuple[float, SetPoint | None]


class Frames:
    """Notes what the loop asks of the board, and lets it through."""

    def __init__(self, box: Box) -> None:
        self.sent: list[Frame] = []
        self.order: list[str] = []
        driver = box.driver
        apply, off = driver.apply, driver.off

        def noted_apply(set_point: SetPoint, now: float) -> None:
            self.order.append("frame")
            self.sent.append((now, set_point))
            apply(set_point, now)

        def noted_off(now: float) -> None:
            self.order.append("frame")
            self.sent.append((now, None))
            off(now)

        driver.apply, driver.off = noted_apply, noted_off  # type: ignore[method-assign]

    def just_sent(self, box: Box) -> "Frames":
        """Wait for a frame: the next one is not due for a while."""
        already = len(self.sent)
        box.wait_until(lambda: len(self.sent) > already, within_s=1.0)
        return self

    def since(self, at: float) -> list[Frame]:
        return [frame for frame in self.sent if frame[0] >= at]


def gaps(times: list[float]) -> list[float]:
    return [after - before for before, after in pairwise(times)]
