"""The safe set of ScienceMode 3 and 4: passes a good host, names each violation of a bad one."""

from collections.abc import Callable

import pytest

from appliance.stimulator.sciencemode.codec import encode
from appliance.stimulator.sciencemode.messages import (
    ChannelState,
    GetBattery,
    GetCurrentData,
    GetExtendedVersion,
    GetMainVersion,
    GetStatus,
    HighVoltage,
    Init,
    Level,
    Selection,
    Stop,
    ask,
)
from appliance.stimulator.sciencemode.pulses import Point, Train, Update, biphasic
from appliance.stimulator.sciencemode.replies import (
    CurrentData,
    ExtendedVersion,
    MainVersion,
    Reply,
    Status,
    answer,
)
from tests.stimulator.sciencemode_safe_set import RULES, ScienceModeSafeSet
from tests.stimulator.sciencemode_vectors import VECTORS
from tests.stimulator.scripted_host import ScriptedHost

LOOK = GetCurrentData(Selection.P24)

_OK = ChannelState.OK
OPEN = CurrentData(
    Selection.P24, (True,) + (False,) * 7, (_OK, ChannelState.ELECTRODE) + (_OK,) * 6
)
FINE = CurrentData(Selection.P24, (True,) * 8, (_OK,) * 8)
FINE_3 = CurrentData(Selection.REHAMOVE3, (True,) * 4, (_OK,) * 4)
OPEN_3 = CurrentData(Selection.REHAMOVE3, (True,) * 4, (_OK, ChannelState.ELECTRODE, _OK, _OK))


def train(ma: float = 1.0, channel: int = 1, quarters: int = 114, us: int = 250) -> Train:
    return Train(channel, quarters, biphasic(ma, us, 100))


def both(ma: float = 1.0) -> Update:
    return Update((train(ma, 1), train(ma, 2)))


def points(*points: Point) -> Update:
    return Update((Train(1, 114, points),))


class Told(ScriptedHost):
    """A device that was told things, and the checker that listened."""

    checker: ScienceModeSafeSet
    rules = RULES
    frame_of = staticmethod(ask)
    numbers = 64

    def __init__(self, model: str = "P24", is_known: bool = True) -> None:
        super().__init__(ScienceModeSafeSet(model))
        if is_known:
            who = GetExtendedVersion() if model == "P24" else GetMainVersion()
            version = ExtendedVersion if model == "P24" else MainVersion
            self.say(who)
            self.checker.board_says(answer(1, version((1, 2, 3), (4, 0, 0))), self.now)

    def hear(self, reply: Reply, back: int = 0) -> "Told":
        """What the device says to that, or to what was said so many frames before."""
        self.checker.board_says(answer(self.number - back, reply), self.now)
        return self

    def looks(self, every_s: float = 0.0) -> "Told":
        """Asks for the channels' states, and all of them are well."""
        fine = FINE if self.checker.model == "P24" else FINE_3
        return self.say(GetCurrentData(fine.selection), every_s=every_s).hear(fine)

    def going(self) -> "Told":
        """High voltage on, and nothing yet."""
        return self.say(Stop(), Init(), Update())


@pytest.mark.parametrize("model", ["P24", "RehaMove3"])
def test_a_good_host_breaks_nothing(model: str) -> None:
    told = Told(model)
    told.say(GetStatus(), Stop())
    if model != "P24":
        told.say(GetBattery())
    told.going()
    for halves in range(1, 100):
        told.say(both(halves / 2)).looks()
    told.looks(0.4).looks().say(both(3.0), Update(), both(1.0), Stop())
    told.checker.ended(told.now)
    assert told.checker.broken == []


def test_a_frame_that_came_in_pieces_breaks_nothing() -> None:
    told = Told()
    for request in (Stop(), Init(), Update(), both(), Stop()):
        for byte in ask(7 if isinstance(request, Init | Stop) else 8, request):
            told.write(bytes([byte]))
    assert told.broken <= {"number"}


def test_a_cut_frame_is_mended_by_an_end_and_a_stop() -> None:
    for length in range(1, len(ask(1, both()))):
        told = Told().going()
        told.write(ask(11, both())[:length]).write(b"\x0f").say(Stop())
        assert told.broken == set(), length


BREACHES: dict[str, Callable[[], Told]] = {
    "whole": lambda: Told().going().write(ask(11, both())[:20]).say(LOOK),
    "whole ": lambda: Told().write(b"\0").say(GetStatus()),
    "whole  ": lambda: Told().going().write(b"\0" + ask(9, Update())),
    "written": lambda: Told().going().write(encode(9, 32, b"\x01\x20\x00\x72")),
    "command": lambda: Told().write(encode(9, 58)),
    "command ": lambda: Told().write(encode(9, 0, b"\0")),
    "command  ": lambda: Told().write(encode(9, 2, b"\0")),
    "empty": lambda: Told().write(encode(9, 34, b"\0")),
    "number": lambda: Told().write(ask(9, Stop())).write(ask(9, Init())),
    "known": lambda: Told(is_known=False).say(Stop()),
    "known ": lambda: Told(is_known=False).say(GetMainVersion(), Init()),
    "model": lambda: Told().going().say(GetCurrentData(Selection.REHAMOVE3)),
    "model ": lambda: Told("RehaMove3").say(Init(stop_all_on_error=True)),
    "model  ": lambda: Told("RehaMove3").going().say(Update((train(quarters=115),))),
    "model   ": lambda: Told().say(GetBattery()),
    "init_once": lambda: Told().going().say(Init()),
    "init_first": lambda: Told().say(Update()),
    "init_first ": lambda: Told().going().say(both(), Stop(), both()),
    "init_first  ": lambda: Told().say(LOOK),
    "gap": lambda: Told().going().say(both(), every_s=0.8).say(both()),
    "gap ": lambda: Told().going().say(both(), every_s=0.8).say(LOOK),
    "lead": lambda: Told().going().say(both()).hear(OPEN).say(both(0.5)),
    "lead ": lambda: Told("RehaMove3").going().say(both()).hear(OPEN_3).say(Update()),
    "looked": lambda: Told().going().say(both(1.0), both(1.5)),
    "looked ": lambda: Told().going().say(both(1.0), LOOK, both(1.5)),
    "looked   ": lambda: Told().going().say(both(1.0)).looks().say(*[GetStatus()] * 3, both(1.5)),
    "looked  ": lambda: Told().going().say(both(1.0)).looks().say(both(1.5), both(1.0)),
    "looked    ": lambda: (
        Told().going().say(both(1.0)).looks().say(LOOK, both(1.5)).hear(FINE, 1).say(both(1.0))
    ),
    "zero_first": lambda: Told().say(Stop(), Init(), both()),
    "channels": lambda: Told().going().say(Update((train(channel=3),))),
    "ramp": lambda: Told().going().say(Update((Train(1, 114, biphasic(1, 250, 100), 1),))),
    "shape": lambda: Told().going().say(points(Point(1, 200), Point(0, 100), Point(-1, 201))),
    "shape ": lambda: Told().going().say(points(Point(1, 200), Point(0, 100), Point(-0.5, 200))),
    "shape  ": lambda: Told().going().say(points(Point(1, 200), Point(-1, 200))),
    "shape   ": lambda: Told().going().say(points(Point(-1, 200), Point(0, 100), Point(1, 200))),
    "shape    ": lambda: Told().going().say(points(Point(1, 200), Point(0.5, 9), Point(-1, 200))),
    "current": lambda: Told().going().say(both(80.5)),
    "width": lambda: Told().going().say(Update((train(us=401),))),
    "width ": lambda: Told().going().say(Update((train(us=9),))),
    "charge": lambda: Told().going().say(Update((train(80.5, us=500),))),
    "frequency": lambda: Told().going().say(Update((train(quarters=33),))),
    "frequency ": lambda: (
        Told().going().say(Update((train(quarters=114), train(channel=2, quarters=116))))
    ),
    "first": lambda: Told().going().say(both(1.5)),
    "rise": lambda: Told().going().say(both(1.0), both(4.0)),
    "rise ": lambda: Told().going().say(both(1.0), every_s=0.6).say(both(6.0)),
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


def test_it_reads_every_frame_of_the_maker() -> None:
    told = Told()
    for vector in VECTORS:
        told.write(vector.frame)
    assert "whole" not in told.broken


def test_a_device_that_says_it_is_off_may_be_initialised_anew() -> None:
    told = Told().going()
    told.say(GetStatus()).hear(Status(Level.NONE, HighVoltage.OFF)).say(Init())
    assert told.broken == set()


def test_that_it_was_off_before_an_init_says_nothing() -> None:
    told = Told().say(Stop(), GetStatus(), Init())
    told.checker.board_says(answer(3, Status(Level.NONE, HighVoltage.OFF)), told.now)
    assert told.say(Update(), Stop()).broken == set()


def test_a_lead_of_a_channel_that_is_not_in_use_says_nothing() -> None:
    told = Told().going().say(Update((train(),)), LOOK).hear(OPEN).say(Update((train(),)), Stop())
    assert told.broken == set()


def test_an_old_answer_does_not_say_that_it_is_off_now() -> None:
    told = Told().say(GetStatus())
    old = answer(2, Status(Level.NONE, HighVoltage.OFF))
    told.going().checker.board_says(old, told.now)
    assert told.say(Init()).broken == {"init_once"}
