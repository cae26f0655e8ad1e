"""A sitting: which chapter asks what now. It knows no terminal."""

from collections.abc import Callable

from appliance.errors import UsageError
from appliance.records import Fixed
from appliance.setup.draft import Draft
from appliance.setup.machine import Machine
from appliance.setup.questions import (
    AGAIN,
    LEAVE_IT,
    TRY_AGAIN,
    Choose,
    Conversation,
    Question,
    Talk,
)


class Chapter(Fixed, frozen=True):
    """One part of what a box needs: `ask` begins its conversation, as often as somebody likes."""

    id: str
    title: str
    ask: Callable[[Draft, Machine], Conversation]


class Sitting:
    """Gives the questions one after the other, and takes the answers."""

    def __init__(self, draft: Draft, machine: Machine, chapters: tuple[Chapter, ...]) -> None:
        self.draft = draft
        self.chapters = chapters
        self.chapter: Chapter | None = None
        """The chapter that asks; None while nobody does."""
        self.question: Question | None = None
        self.machine = machine
        self._talk: Talk[None] | None = None

    def begin(self, chapter: Chapter) -> None:
        """Leave what is asked now, and let this chapter ask from its beginning."""
        self.leave()
        self.chapter, self._talk = chapter, self._whole(chapter)
        self._go_on(None)

    def answer(self, answer: object) -> None:
        """Answer the question. The next one may be another chapter's, or none."""
        if self._talk is not None:
            self._go_on(answer)

    def poll(self, now: float) -> bool:
        """Let pins answer. Whether they did."""
        question = self.question
        if isinstance(question, Choose) and question.poll is not None:
            found = question.poll(now)
            if found is not None:
                self.answer(found)
                return True
        return False

    def leave(self) -> None:
        """Leave the chapter in its middle: what it has found is forgotten, pins are let go."""
        if self._talk is not None:
            self._talk.close()
        self.chapter = self._talk = self.question = None

    def _go_on(self, answer: object) -> None:
        talk = self._talk
        if talk is None:
            return
        try:
            self.question = talk.send(answer)
        except StopIteration:
            self.leave()

    def _whole(self, chapter: Chapter) -> Talk[None]:
        """Ask a chapter until its outcome fits the rest of the file, or the person gives up."""
        while True:
            outcome = yield from chapter.ask(self.draft, self.machine)
            try:
                self.draft.take(chapter.id, outcome)
                return
            except UsageError as error:
                if (yield Choose(f"{error}", (TRY_AGAIN, LEAVE_IT))) != AGAIN:
                    return
