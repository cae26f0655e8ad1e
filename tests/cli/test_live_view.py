"""`status --watch`: the page from a real session, what it sends, and that it only looks."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from appliance.cli.live.characters import ASCII, CONSOLE, FULL, characters_of, in_cells
from appliance.cli.live.page import Seen, page
from appliance.cli.live.sweep import IN_FORCE, MEASURED, SPAN_S, Sweep
from appliance.cli.live.terminal import difference
from appliance.cli.live.watch import FRAME_S, MOST_BYTES_A_S, look
from appliance.front_panel.dots import braille, half_blocks
from appliance.screen.draw import draw
from appliance.session.state import State
from tests.journeys.journey import Box, Home

TERMINAL_BYTES_A_S = 600
SOCKET_BYTES_A_S = 16_000
MOVE = re.compile(r"\x1b\[(\d+);(\d+)H([^\x1b]*)")


class Client:
    """A client of the box without a socket: what it asks and what it hears goes through JSON."""

    def __init__(self, box: Box) -> None:
        self._box = box
        self.verbs: list[str] = []
        self.bytes = 0

    def ask(self, verb: str, **more: object) -> dict[str, Any]:
        self.verbs.append(verb)
        answer = json.dumps(self._box.service.answer({"verb": verb, **more}), ensure_ascii=False)
        self.bytes += len(answer.encode()) + 1
        told: dict[str, Any] = json.loads(answer)
        return told


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    home = Home(tmp_path_factory.mktemp("live") / "home")
    box = home.knows().boot()
    box.to_both(8).to_step("twitch")
    yield box
    home.close()


def seen_of(box: Box) -> Seen:
    seen = Seen()
    look(Client(box), seen)
    return seen


def test_80_by_24_has_the_picture_the_figures_the_current_and_the_log(box: Box) -> None:
    seen = seen_of(box)
    lines = page(seen, 80, 24, box.wall_clock())
    assert [len(line) for line in lines] == [80] * 23 + [79]
    assert lines[0].startswith("stimulating  Me  output on  stage 1/3 hip_flexors, ")
    assert [line[:64] for line in lines[1:17]] == braille(draw(box.view, box.words))
    figures = [line[65:].strip() for line in lines[1:17]]
    channels = box.status()["channels"]
    assert figures[0] == "A left ○" and figures[7] == "B right ○○"
    assert figures[3] == f"in force {channels[0]['in_force']:6.1f}"
    assert figures[4] == f"measured {channels[0]['measured']:6.1f}"
    assert figures[-1] == "30 s, to 10 mA"
    assert [line[:10] for line in lines[17:21]] == [
        "A in force",
        "A measured",
        "B in force",
        "B measured",
    ]
    assert all("▆" in line for line in lines[17:21])
    assert lines[-1].split(" ", 1)[1].strip() == "state ready -> stimulating"


def test_more_room_is_used_and_less_is_enough(box: Box) -> None:
    seen, now = seen_of(box), box.wall_clock()
    wide = page(seen, 150, 45, now)
    assert [line[:128] for line in wide[1:33]] == [
        line.replace("\u00a0", " ") for line in half_blocks(draw(box.view, box.words))
    ]
    for columns, rows in ((40, 10), (20, 5)):
        small = page(seen, columns, rows, now)
        assert len(small) == rows and small[0].startswith("stimulating")


@pytest.mark.parametrize("characters", [CONSOLE, ASCII])
def test_where_braille_cannot_be_shown_words_stand_for_the_picture(box, characters) -> None:
    lines = page(seen_of(box), 80, 24, box.wall_clock(), characters)
    text = "\n".join(lines)
    assert "o  A left: level 8 of 8 mA" in text and "30 s, to 10 mA" in text
    allowed = "▄█" if characters is CONSOLE else ""
    assert all(one.isascii() or one in allowed for one in text)


def test_a_wide_terminal_without_braille_has_the_picture_too(box: Box) -> None:
    pixels = draw(box.view, box.words)
    lines = page(seen_of(box), 150, 45, box.wall_clock(), ASCII)
    drawn = [line[:128] for line in lines[1:33]]
    lit = sum({":": 2, "'": 1, ".": 1, " ": 0}[one] for line in drawn for one in line)
    assert lit == sum(pixels.convert("L").point(lambda level: level > 0).tobytes())


def test_the_terminal_says_what_it_can_show() -> None:
    assert characters_of("xterm-256color", "utf-8") is FULL
    assert characters_of("vt100", "UTF-8") is FULL
    assert characters_of("linux", "utf-8") is CONSOLE
    assert characters_of("linux", "ascii") is characters_of("xterm", "iso8859-1") is ASCII


def written_on(lines: list[str], sent: str) -> list[str]:
    """The terminal's lines after what was sent: places and text, nothing else."""
    cells = [list(line) for line in lines]
    assert MOVE.sub("", sent) == ""
    for row, column, text in MOVE.findall(sent):
        start = int(column) - 1
        cells[int(row) - 1][start : start + len(text)] = text
    return ["".join(line) for line in cells]


def test_only_what_changed_is_sent(box: Box) -> None:
    client, seen = Client(box), Seen()
    shown = [" " * 80] * 23 + [" " * 79]
    look(client, seen)
    lines = page(seen, 80, 24, box.wall_clock())
    assert written_on(shown, difference(shown, lines)) == lines
    client.bytes = to_terminal = 0
    frames = 40
    for _ in range(frames):
        box.wait(FRAME_S)
        look(client, seen)
        shown, lines = lines, page(seen, 80, 24, box.wall_clock())
        sent = difference(shown, lines)
        assert written_on(shown, sent) == lines
        to_terminal += len(sent.encode())
    seconds = frames * FRAME_S
    assert 0 < to_terminal / seconds < TERMINAL_BYTES_A_S < MOST_BYTES_A_S
    assert client.bytes / seconds < SOCKET_BYTES_A_S
    assert difference(lines, lines) == ""


def test_looking_presses_nothing_and_takes_no_step(box: Box) -> None:
    client, seen, before = Client(box), Seen(), box.record
    look(client, seen)
    assert box.record is before and box.state is State.STIMULATING
    assert set(client.verbs) == {"status", "picture", "log", "current"}


def test_nothing_in_a_line_of_the_log_can_move_the_cursor() -> None:
    assert in_cells("a\x1b[2Jb\tc\u202e李e\u0301", 20) == "a?[2Jb?c??e?".ljust(20)
    assert in_cells("abc", 2) == "ab"


def sample(at: float, in_force: float, measured: float | None) -> list[Any]:
    return [at, [in_force, 0.0], [measured, None]]


def test_a_sweep_leaves_each_moment_where_it_was() -> None:
    sweep, count, now = Sweep(), 30, 1000.0
    assert sweep.since is None and not sweep.measures
    sweep.add([sample(990.0, 5.0, None), sample(991.0, 9.0, 8.0), sample(992.0, 0.0, 0.0)], now)
    columns = sweep.columns(IN_FORCE, 0, count, now)
    assert columns[990 % 30 : 990 % 30 + 3] == [5.0, 9.0, 0.0]
    assert columns[1001 % 30] is None
    assert sweep.columns(MEASURED, 0, count, now)[991 % 30] == 8.0
    assert (sweep.since, sweep.measures, sweep.scale()) == (992.0, True, 10.0)
    later = sweep.columns(IN_FORCE, 0, count, now + 5)
    assert later[990 % 30 : 990 % 30 + 3] == [5.0, 9.0, 0.0]
    sweep.add([], now + 3 * SPAN_S)
    assert sweep.since is None


def test_a_service_that_does_not_answer_is_said_on_top(box: Box) -> None:
    seen = seen_of(box)
    seen.trouble = "NO ANSWER, trying again"
    lines = page(seen, 80, 24, box.wall_clock())
    assert lines[0].startswith("NO ANSWER") and lines[1].startswith("⢰")


def test_faults_come_before_the_log_and_are_wrapped(box: Box) -> None:
    seen = seen_of(box)
    text, what_next = box.words.fault("board_lost")
    seen.status["faults"] = [{"id": "board_lost", "text": text, "next": what_next, "detail": ""}]
    lines = page(seen, 80, 24, box.wall_clock())
    told = " ".join(" ".join(lines[21:]).split())
    assert told.startswith(f"fault board_lost: {text} {what_next}")
    assert lines[-1].rstrip().endswith("state ready -> stimulating")
