"""`status` in words: as a few lines, as one line, and as the head of the live view."""

from collections.abc import Iterator
from typing import Any

from appliance.service.opened import has_opened_parts

RINGS = {"A": "○ ", "B": "○○"}
"""The signs of the leads, as they are on the cables and on the screen."""
SIDES = {"A": "left", "B": "right"}
_KNOB = {"both": "both sides", "A": "the left side, ○", "B": "the right side, ○○"}


def in_words(answer: dict[str, Any]) -> str:
    """The answer as a few lines for a person."""
    return "\n".join(
        [
            _who(answer),
            *_stop_switch(answer),
            *faults(answer),
            *_stage(answer),
            *_channels(answer),
            *_board(answer),
        ]
    )


def headline(answer: dict[str, Any]) -> str:
    """What matters most, for the top of a page."""
    stop = ["STOP PRESSED"] if _is_pressed(answer) else []
    return "  ".join([_who(answer), *stop, *list(_stage(answer))[:1]])


def in_a_line(answer: dict[str, Any]) -> str:
    """Everything that changes seldom, in one line; two equal lines mean that nothing changed.

    It leaves out the running time and the current, which follows the envelope.
    """
    stage = f"{answer['stage']} {answer['phase'] or '-'}" if answer["stage"] else ""
    page = answer["step"] if not stage else ""
    levels = (
        [
            f"{one['name']} {one['target']:g} {answer['unit']} {one['contact']}"
            for one in answer["channels"]
        ]
        if stage
        else []
    )
    told = [_who(answer), *_stop_switch(answer), stage, page, *levels, *faults(answer)]
    return "; ".join(one.strip() for one in told if one)


def _who(answer: dict[str, Any]) -> str:
    return f"{answer['state']}  {answer['person']}  output {answer['output']}"


def _is_pressed(answer: dict[str, Any]) -> bool:
    """Whether STOP's pin says so. A service without pins takes it for pressed."""
    return bool(answer["stop_pressed"]) and has_opened_parts(answer)


def _stop_switch(answer: dict[str, Any]) -> Iterator[str]:
    if _is_pressed(answer):
        stuck = ", for long: check its lead and its plug" if answer["stop_stuck"] else ""
        yield f"STOP is pressed{stuck}"


def faults(answer: dict[str, Any]) -> Iterator[str]:
    for kind in ("faults", "tells"):
        for fault in answer[kind]:
            name = "fault" if kind == "faults" else "note"
            yield f"{name} {fault['id']}: {fault['text']} {fault['next']}"
            if fault["detail"]:
                yield f"  {fault['detail']}"
    if answer["settings"]["error"]:
        yield f"new settings are not taken, the old ones stay: {answer['settings']['error']}"


def _stage(answer: dict[str, Any]) -> Iterator[str]:
    if answer["stage"]:
        left_s = answer["stage_remaining_s"]
        yield (
            f"stage {answer['stage_index'] + 1}/{answer['stages']} {answer['stage']}, "
            f"{int(left_s // 60)}:{int(left_s % 60):02d} left, "
            f"{answer['phase'] or '-'} {answer['step'] or ''}".rstrip()
        )
    elif answer["step"]:
        yield f"page {answer['step']}"
    if answer["checklist"]["item"]:
        yield f"statement {answer['checklist']['item']}"
    if answer["hint"]:
        yield f"hint: {answer['hint']['text']}"


def _channels(answer: dict[str, Any]) -> Iterator[str]:
    if not answer["stage"]:
        return
    why = f" ({answer['limit_reason']})" if answer["limit_reason"] else ""
    knob = _KNOB[answer["knob_side"]]
    yield f"limit {answer['limit']:g} {answer['unit']}{why}, knob moves {knob}"
    for channel in answer["channels"]:
        name = channel["name"]
        yield (
            f"{RINGS[name]} {name} {SIDES[name]}: level {channel['level']:g} of"
            f" {channel['target']:g} {answer['unit']}, in force"
            f" {channel['in_force']:g}{_measured(channel)}, contact {channel['contact']}"
        )


def _board(answer: dict[str, Any]) -> Iterator[str]:
    if not has_opened_parts(answer):
        return
    board = answer["board"]
    words = f"board {board['driver']} {board['firmware'] or '-'}, link {board['link']}"
    # Without a link it is what the board said last, which may be long ago.
    if board["battery_v"] is not None and board["link"] == "up":
        words += f", battery {board['battery']:.0%} ({board['battery_v']:.1f} V)"
    yield words + (", for research only" if board["research_only"] else "")


def _measured(channel: dict[str, Any]) -> str:
    measured = channel["measured"]
    return "" if measured is None else f", measured {measured:g}"
