"""A screen that draws nothing: the newest view is kept, to be drawn when somebody looks."""

from appliance.screen.draw import draw
from appliance.session.view import View
from appliance.settings.words import Words


class LastView:
    """A panel that keeps the newest view, to be drawn on request."""

    def __init__(self) -> None:
        self.view: View | None = None
        self.present: frozenset[str] = frozenset()

    def show(self, view: View) -> None:
        self.view = view

    def blink(self) -> None:
        return None

    def picture(self) -> bytes:
        return draw(self.view, Words.load(self.view.language)).tobytes() if self.view else b""

    def faults(self) -> frozenset[str]:
        return self.present

    def close(self) -> None:
        return None
