"""The safe set of ScienceMode 2: passes a good host, names each violation of a bad one."""

from collections.abc import Callable

import pytest

from appliance.stimulator.rehastim2.codec import encode
from appliance.stimulator.rehastim2.lists import Channel, InitList, StartList
from appliance.stimulator.rehastim2.messages import (
    GetMode,
    Init,
    InitAck,
    Result,
    StopList,
    Watchdog,
    answer,
    ask,
)
from tests.stimulator.rehastim2_safe_set import RULES, RehaStim2SafeSet
from tests.stimulator.scripted_host import ScriptedHost

LIST = InitList(0b11, 57)


def start(ma: int = 1, us: int = 250, mode: int = 0) -> StartList:
    return StartList((Channel(us, ma, mode),) * 2)


class Told(ScriptedHost):
    """A device that was told things, and the checker that listened."""

    rules = RULES
    frame_of = staticmethod(ask)

    def __init__(self, is_known: bool = True) -> None:
        super().__init__(RehaStim2SafeSet())
        if is_known:
            self.checker.board_says(answer(1, Init()), self.now)

    def going(self) -> "Told":
        return self.say(InitAck(), GetMode(), StopList(), LIST)


def test_a_good_host_breaks_nothing() -> None:
    told = Told().going()
    for level in range(1, 60):
        told.say(start(level))
    told.say(GetMode(), every_s=0.4).say(start(60), StopList(), LIST, start(), StopList())
    told.checker.ended(told.now)
    assert told.checker.broken == []


def test_a_cut_frame_is_mended_by_an_end_and_a_stop() -> None:
    for length in range(1, len(ask(9, start()))):
        told = Told().going()
        told.write(ask(9, start())[:length]).write(b"\x0f").say(StopList())
        assert told.broken == set(), length


BREACHES: dict[str, Callable[[], Told]] = {
    "whole": lambda: Told().going().write(ask(9, start())[:9]).say(GetMode()),
    "written": lambda: Told().write(bytes.fromhex("f0 81 5b 81 56 81 54 0a 0f")),
    "command": lambda: Told().say(Watchdog()),
    "command ": lambda: Told().write(encode(9, 36, b"\1\0\xfa\x14")),
    "empty": lambda: Told().write(encode(9, 34, b"\0")),
    "number": lambda: Told().write(ask(9, StopList())).write(ask(9, LIST)),
    "known": lambda: Told(is_known=False).say(GetMode()),
    "ack": lambda: Told().say(InitAck(Result.VERSION)),
    "list_once": lambda: Told().going().say(LIST),
    "list_first": lambda: Told().say(start()),
    "list_first ": lambda: Told().going().say(StopList(), start()),
    "gap": lambda: Told().going().say(start(), every_s=0.8).say(start()),
    "channels": lambda: Told().say(StopList(), InitList(0b101, 57)),
    "channels ": lambda: Told().going().say(StartList((Channel(250, 1),))),
    "single": lambda: Told().going().say(start(mode=1)),
    "current": lambda: Told().going().say(start(81)),
    "width": lambda: Told().going().say(start(us=401)),
    "width ": lambda: Told().going().say(start(us=19)),
    "charge": lambda: Told().going().say(start(81, us=500)),
    "frequency": lambda: Told().say(StopList(), InitList(0b11, 16)),
    "first": lambda: Told().going().say(start(2)),
    "rise": lambda: Told().going().say(start(1), start(5)),
}


@pytest.mark.parametrize("name", BREACHES)
def test_a_breach_is_named(name: str) -> None:
    assert name.strip() in BREACHES[name]().broken


def test_the_last_word_is_a_stop() -> None:
    told = Told().going()
    told.checker.ended(told.now)
    assert told.broken == {"last"}


def test_every_rule_has_a_breach() -> None:
    assert {name.strip() for name in BREACHES} | {"last"} == set(RULES)
