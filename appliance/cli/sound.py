"""`sound`: lists the cues, plays one on the box's buzzer and motor, or writes a WAV file."""

import argparse
import os
import signal
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from appliance.cli.arguments import add_config
from appliance.clock import Clock
from appliance.errors import ApplianceError, ControlsError, UsageError

if TYPE_CHECKING:
    from appliance.controls.sound import Sound
    from appliance.session.cues import Cue
    from appliance.settings.model import Settings

RATE_HZ = 44100


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "name", nargs="?", metavar="NAME", help="a cue; without one, all are listed"
    )
    parser.add_argument(
        "--out", type=Path, metavar="FILE.wav", help="write it to this file, on any machine"
    )
    add_config(parser)
    parser.set_defaults(run=_sound)


def _sound(arguments: argparse.Namespace) -> int:
    if arguments.name is None:
        if arguments.out is not None:
            raise UsageError(f"sound --out {arguments.out}: name the cue; `sound` lists them")
        print(_list())
        return 0
    cue = _named(arguments.name)
    if arguments.out is not None:
        write_wav(arguments.out, cue)
        print(arguments.out)
        return 0
    return _on_the_box(cue, arguments)


def _list() -> str:
    from appliance.controls.cue_sheet import drawing
    from appliance.controls.patterns import PATTERNS

    drawn = {cue: drawing(pattern) for cue, pattern in PATTERNS.items()}
    width = max(map(len, drawn.values()))
    name_width = max(len(cue.value) for cue in PATTERNS)
    return "\n".join(
        f"{cue.value:{name_width}}  {drawn[cue]:{width}}  {pattern.says}"
        for cue, pattern in PATTERNS.items()
    )


def _named(name: str) -> "Cue":
    from appliance.session.cues import Cue
    from appliance.therapy.tables import did_you_mean

    by_name = {cue.value: cue for cue in Cue}
    if name not in by_name:
        hint = did_you_mean(name, by_name) or "; `sound` without a name lists them"
        raise UsageError(f"sound {name}: there is no such cue{hint}")
    return by_name[name]


def write_wav(path: Path, cue: "Cue") -> None:
    """Write the cue as 16-bit mono: all of it, or none. Raises ApplianceError with one line."""
    from appliance.cli.sound_file import refuse_no_sound_file, told_of_the_place
    from appliance.controls.patterns import PATTERNS
    from appliance.controls.sound import render
    from appliance.voice.clips import write_wave

    refuse_no_sound_file("sound", path)
    with told_of_the_place("sound", path):
        write_wave(path.resolve(), RATE_HZ, render(PATTERNS[cue], RATE_HZ))


def _on_the_box(cue: "Cue", arguments: argparse.Namespace) -> int:
    from appliance.clock import SystemClock
    from appliance.settings import reading

    settings = reading.load(arguments.config, os.environ)
    _refuse_while_running(settings)
    # A pin that nobody sets low may stay as it is, and the motor would go on.
    signal.signal(signal.SIGHUP, lambda *_: sys.exit(129))
    with ExitStack() as stack:
        play(cue, _open(settings, stack), SystemClock())
    return 0


def play(cue: "Cue", sound: "Sound", clock: Clock) -> None:
    """Play the cue to its end."""
    sound.play([cue], clock.now())
    while (due := sound.next_deadline) is not None:
        clock.wait([], due)
        sound.tick(clock.now())


def _refuse_while_running(settings: "Settings") -> None:
    from appliance.cli.quiet import running_state

    state = running_state(settings)
    if state is not None:
        raise ApplianceError(
            f"the service is running ({state}) and has the buzzer; stop the service first, "
            "or write the cue to a file: --out FILE.wav"
        )


def _open(settings: "Settings", stack: ExitStack) -> "Sound":
    """The buzzer and the motor, and no other pin."""
    from appliance.controls.outputs import Output, WaveOutput
    from appliance.controls.pins import open_pins
    from appliance.controls.sound import Sound
    from appliance.service.assembly import chosen_at_the_box
    from appliance.service.box_choices import with_chosen

    fitted = settings.indicators
    if fitted.buzzer is None and fitted.vibration is None:
        raise UsageError(
            "sound: the settings have neither [indicators] buzzer nor vibration; name a pin there, "
            "or write the cue to a file: --out FILE.wav"
        )
    try:
        factory = open_pins(settings.controls, settings.service.runtime_dir)
        stack.callback(factory.close)
        buzzer = motor = None
        if fitted.buzzer is not None:
            buzzer = WaveOutput(fitted.buzzer, "buzzer", factory)
            stack.callback(buzzer.close)
        if fitted.vibration is not None:
            motor = Output(fitted.vibration, "vibration", factory)
            stack.callback(motor.close)
    except ControlsError as error:
        raise ControlsError(f"{error}; a file of the cue needs no pins: --out FILE.wav") from error
    chosen = chosen_at_the_box(settings, settings.journal.path)
    return Sound(buzzer, motor, with_chosen(settings, chosen).sound.volume)
