"""Somebody at the form: keys in, and the text of the terminal out."""

from collections.abc import Callable

from textual.widgets import OptionList

from appliance.setup.form import SetupForm
from appliance.setup.questions import Choose, Several, Work
from tests.setup.rig import Rig
from tests.textual_desk import TextualDesk

MOST_PAUSES = 500


class Desk(TextualDesk[SetupForm]):
    """The form of one sitting in a terminal of 80 x 24."""

    def __init__(self, rig: Rig, is_stopped: bool = False) -> None:
        super().__init__(SetupForm(rig.sitting, is_stopped))
        self.rig = rig

    def text(self) -> str:
        """What the terminal shows."""
        return "\n".join("".join(part.text for part in line).rstrip() for line in self.lines())

    def said(self) -> str:
        """What stands on the right, in one line."""
        rows = [line.partition("| ")[2] for line in self.text().splitlines()]
        return " ".join(" ".join(rows).split())

    async def until(self, holds: Callable[[], bool], what: str) -> None:
        for _ in range(MOST_PAUSES):
            if holds():
                return
            await self.pilot.pause()
        raise AssertionError(f"{what} did not come:\n{self.text()}")

    async def idle(self) -> None:
        """Until something is asked of a person."""
        await self.until(
            lambda: (
                self.rig.draft.is_finished
                or (
                    self.app.question is self.rig.question
                    and not isinstance(self.app.question, Work)
                )
            ),
            "a question",
        )
        await self.pilot.pause()

    async def pick(self, label: str) -> None:
        """Go down to the option that begins like this, and take it."""
        question = self.app.question
        if not isinstance(question, Choose | Several):
            raise AssertionError(f"nothing to choose from: {question}\n{self.text()}")
        labels = self.app.labels(question)
        wanted = next((i for i, one in enumerate(labels) if one.startswith(label)), None)
        if wanted is None:
            raise AssertionError(f"{label!r} among {labels}\n{self.text()}")
        await self._down_to(self.app.query_one("#options", OptionList), wanted)

    async def chapter(self, title: str) -> None:
        """Choose a chapter in the list."""
        titles = [chapter.title for chapter in self.rig.sitting.chapters]
        await self._down_to(self.app.query_one("#chapters", OptionList), titles.index(title))

    async def _down_to(self, options: OptionList, wanted: int) -> None:
        moves = wanted - (options.highlighted or 0)
        await self.pilot.press(*["down" if moves > 0 else "up"] * abs(moves), "enter")
        await self.idle()

    async def write(self, text: str) -> None:
        """Write a text in the place of the one that is there, and take it."""
        await self.pilot.press("end", "ctrl+u", *(_KEYS.get(sign, sign) for sign in text), "enter")
        await self.idle()

    async def keys(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.idle()

    async def saw(self) -> None:
        """Hands have moved pins: show what comes of it."""
        self.app.show_question()
        await self.idle()


_KEYS = {" ": "space", ",": "comma", "/": "slash", "-": "minus", ":": "colon", ".": "full_stop"}
