"""The form: a sitting in a terminal. Keys alone work it; it needs neither colour nor a mouse."""

import threading
from typing import ClassVar

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.suggester import SuggestFromList
from textual.widgets import Input, OptionList, Static

from appliance.setup.questions import SKIPPED, Choose, Outcome, Question, Several, Work, Write
from appliance.setup.sitting import Chapter, Sitting

POLLS_A_SECOND = 20
LEAST_ROWS = 6
"""Of words, with however many options below them; in a low terminal half of the rows."""
MOST_OPTIONS = 12
"""Rows of options; they scroll."""
KEYS = {
    None: "Ctrl+Q: leave   Up/Down, Enter: take",
    Choose: "Ctrl+Q: leave   Esc: the list   Up/Down, Enter: take   PgUp/PgDn: scroll",
    Several: "Ctrl+Q: leave   Esc: the list   Up/Down, Enter: mark",
    Write: "Ctrl+Q: leave   Esc: the list   Enter: take   Write; Ctrl+U: empty",
    Work: "Ctrl+Q: leave   Esc: the list   Please wait",
}
"""A narrow terminal shows how they begin."""
_WELCOME = """\
Choose a chapter and press Enter. Each can be skipped, and gone through again.

Nothing is written before the last one. It shows what changes in the file, and writes it once."""
_STOPPED = """\


Meanwhile the service is stopped, and nobody can use the box. It starts again when you leave."""
_TAKE = "Take these days"


class SetupForm(App[None]):
    """The list of chapters on the left, the question on the right."""

    CSS_PATH = "form.tcss"
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (60, "-wide")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "list", "back to the list", priority=True),
        Binding("ctrl+q,ctrl+c", "leave", "leave", priority=True),
        Binding("pagedown", "page(1)", "further down", priority=True),
        Binding("pageup", "page(-1)", "further up", priority=True),
    ]

    def __init__(self, sitting: Sitting, is_stopped: bool = False) -> None:
        """`is_stopped` is whether the service is stopped until the form is left."""
        super().__init__(ansi_color=True)
        self.sitting = sitting
        self._welcome = _WELCOME + (_STOPPED if is_stopped else "")
        self.question: Question | None = None
        """The question that is shown."""
        self._working = threading.Lock()
        self._marked: list[str] = []

    def compose(self) -> ComposeResult:
        head = f"ems-appliance setup   {self.sitting.draft.path}"
        yield Static(Text(head, no_wrap=True, overflow="crop"), id="head")
        yield Static("-" * 400, classes="rule")
        with Horizontal(id="middle"):
            yield OptionList(id="chapters", markup=False)
            yield Static("|\n" * 200, id="bar")
            with Vertical(id="side"):
                with VerticalScroll(id="scroll", can_focus=False):
                    yield Static(self._welcome, id="words", markup=False)
                yield Static("(more: PgDn)", id="more", classes="gone", markup=False)
                with Horizontal(id="line"):
                    yield Static("> ", id="arrow")
                    yield Input(id="text", compact=True, select_on_focus=False)
                yield Static("", id="mistake", markup=False)
                yield OptionList(id="options", markup=False)
        yield Static("-" * 400, classes="rule")
        yield Static("", id="keys", markup=False)

    def on_mount(self) -> None:
        self.title = "ems-appliance setup"
        self._chapters = self.query_one("#chapters", OptionList)
        self._options = self.query_one("#options", OptionList)
        self._text = self.query_one("#text", Input)
        # Nothing is sent over the line while nothing changes.
        self._text.cursor_blink = False
        self.show_question()
        self.set_interval(1 / POLLS_A_SECOND, self.tick)

    def tick(self) -> None:
        """Let pins answer."""
        if self.sitting.poll(self.sitting.machine.clock.now()):
            self.show_question()

    # What the person does

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        if self._writes():
            return
        if event.option_list is self._chapters:
            self.sitting.begin(self.sitting.chapters[event.option_index])
            self.show_question()
        elif isinstance(self.question, Several):
            self._mark(self.question, event.option_index)
        elif isinstance(self.question, Choose):
            self._answer(self.question.options[event.option_index].id)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """An arrow shows what is chosen, on a terminal without colour as well."""
        event.stop()
        chosen = event.option_list
        for index, option in enumerate(chosen.options):
            arrow = ">" if index == chosen.highlighted else " "
            words = f"{arrow}{str(option.prompt)[1:]}"
            if str(option.prompt) != words:
                chosen.replace_option_prompt_at_index(index, Text(words, no_wrap=True))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if not isinstance(self.question, Write):
            return
        text = event.value.strip()
        mistake = self.question.mistake(text)
        if mistake:
            self._say_mistake(mistake)
        else:
            self._answer(text)

    def action_list(self) -> None:
        """Back to the list, with the chapter after this one marked."""
        if self._writes():
            return
        left = self.sitting.chapter
        self.sitting.leave()
        self.show_question()
        if left is not None:
            self._mark_chapter_after(left)

    def action_leave(self) -> None:
        """Leave; what has been found and is not written is shown first."""
        if self._writes():
            return
        draft, last = self.sitting.draft, self.sitting.chapters[-1]
        if self.sitting.chapter is last or not (draft.values or draft.system):
            self.sitting.leave()
            self.exit()
            return
        self.sitting.begin(last)
        self.show_question()

    def action_page(self, pages: int) -> None:
        scroll = self.query_one("#scroll", VerticalScroll)
        scroll.scroll_relative(y=pages * max(1, scroll.size.height - 1), animate=False)
        self.call_after_refresh(self._say_more)

    def _writes(self) -> bool:
        """Whether the changes are being written: who left now would not hear what was done."""
        return isinstance(self.question, Work) and self.sitting.chapter is self.sitting.chapters[-1]

    def _answer(self, answer: object) -> None:
        left = self.sitting.chapter
        self.sitting.answer(answer)
        if self.sitting.draft.is_finished:
            self.exit()
            return
        if self.sitting.chapter is None and left is not None:
            self._go_on_after(left)
        self.show_question()

    def _go_on_after(self, left: Chapter) -> None:
        """The next chapter begins by itself; after the last one there is the list."""
        chapters = self.sitting.chapters
        index = chapters.index(left) + 1
        if index < len(chapters):
            self.sitting.begin(chapters[index])

    def _mark(self, question: Several, index: int) -> None:
        """Mark an option or take the mark away; the line after them takes what is marked."""
        if index == len(question.options):
            if self._marked:
                self._answer(tuple(one.id for one in question.options if one.id in self._marked))
            else:
                self._say_mistake("at least one")
            return
        id_ = question.options[index].id
        if id_ in self._marked:
            self._marked.remove(id_)
        else:
            self._marked.append(id_)
        self._fill(self.labels(question), index)

    # What is shown

    def show_question(self) -> None:
        """Show the question that the sitting has come to."""
        question = self.question = self.sitting.question
        self._list_chapters()
        keys = "Please wait" if self._writes() else KEYS[type(question) if question else None]
        self.query_one("#keys", Static).update(keys)
        self.query_one("#words", Static).update(question.words if question else self._welcome)
        self.query_one("#middle").set_class(question is not None, "asks")
        self.query_one("#scroll", VerticalScroll).scroll_home(animate=False)
        self._say_mistake("")
        self.call_after_refresh(self._say_more)
        self.query_one("#line").set_class(not isinstance(question, Write), "gone")
        self._options.set_class(not isinstance(question, Choose | Several), "gone")
        if isinstance(question, Several):
            self._marked = list(question.chosen)
        if isinstance(question, Choose | Several):
            self._fill(self.labels(question), _first(question))
            self._options.focus()
        elif isinstance(question, Write):
            self._text.suggester = SuggestFromList(question.known, case_sensitive=False)
            self._text.value = question.text
            self._text.cursor_position = len(question.text)
            self._text.focus()
        elif isinstance(question, Work):
            self._work(question)
        else:
            self._chapters.focus()

    def labels(self, question: Choose | Several) -> list[str]:
        """The lines that a list of this question has."""
        if isinstance(question, Choose):
            return [option.label for option in question.options]
        marks = ("x" if one.id in self._marked else " " for one in question.options)
        boxes = zip(marks, question.options, strict=True)
        return [*(f"[{mark}] {option.label}" for mark, option in boxes), _TAKE]

    def _fill(self, labels: list[str], highlighted: int) -> None:
        self._options.clear_options()
        self._options.add_options([Text(f"  {label}", no_wrap=True) for label in labels])
        self._options.highlighted = highlighted
        height = self.query_one("#side").size.height
        rows = max(min(LEAST_ROWS, height // 2), height - len(labels) - 2)
        self.query_one("#scroll").styles.max_height = rows
        # A list that is taller than its place does not scroll to what is chosen.
        self._options.styles.max_height = max(1, min(MOST_OPTIONS, height - rows - 1))

    def _list_chapters(self) -> None:
        here = self._chapters.highlighted or 0
        if self.sitting.chapter is not None:
            here = self.sitting.chapters.index(self.sitting.chapter)
        self._chapters.clear_options()
        outcomes = self.sitting.draft.outcomes
        lines = [_line(one, outcomes.get(one.id)) for one in self.sitting.chapters]
        self._chapters.add_options([Text(line) for line in lines])
        self._chapters.highlighted = here

    def _mark_chapter_after(self, left: Chapter) -> None:
        last = len(self.sitting.chapters) - 1
        self._chapters.highlighted = min(self.sitting.chapters.index(left) + 1, last)

    def _say_more(self) -> None:
        """Say that the words go on below, which no scroll bar tells without colour."""
        scroll = self.query_one("#scroll", VerticalScroll)
        is_all = scroll.scroll_offset.y >= scroll.max_scroll_y
        self.query_one("#more").set_class(is_all, "gone")

    def _say_mistake(self, words: str) -> None:
        mistake = self.query_one("#mistake", Static)
        mistake.update(words)
        mistake.set_class(not words, "gone")

    # Work on a thread

    def _work(self, question: Work) -> None:
        told: list[str] = [question.words, ""]

        def tell(words: str) -> None:
            told.append(f"{words} ...")
            self.call_from_thread(self._tell, question, "\n".join(told))

        def work() -> None:
            # Work that was left goes on to its end, and what it holds with it.
            with self._working:
                answer = question.done(tell)
            self.call_from_thread(self._worked, question, answer)

        self.run_worker(work, thread=True)

    def _tell(self, question: Work, words: str) -> None:
        if self.question is question:
            self.query_one("#words", Static).update(words)

    def _worked(self, question: Work, answer: object) -> None:
        if self.question is question:
            self._answer(answer)


def _line(chapter: Chapter, outcome: Outcome | None) -> str:
    mark = " "
    if outcome is not None:
        mark = "-" if outcome is SKIPPED else "x" if outcome.is_good else "!"
    return f"  [{mark}] {chapter.title}"


def _first(question: Choose | Several) -> int:
    ids = [option.id for option in question.options]
    first = question.first if isinstance(question, Choose) else ""
    return ids.index(first) if first in ids else 0
