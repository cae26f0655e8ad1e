"""All parts of the service but the panel, which has been told of the start by then.

A part that cannot be opened becomes a fault with the exact words of the error.
"""

import json
import os
import sys
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from appliance.clock import Clock, Wakeup
from appliance.controls.patterns import AFTER_S, PATTERNS
from appliance.errors import BoardError, ControlsError, UsageError
from appliance.journal import barred_boards, storage
from appliance.journal.recorder import Recorder
from appliance.journal.reopening import Source
from appliance.records import Fixed, as_dict
from appliance.service import missing_parts
from appliance.service.box_power import BoxPower
from appliance.service.control_socket import ControlServer
from appliance.service.loop import Service
from appliance.service.ports import Controls, Indicators, Journal, Ports, Screen, Voice
from appliance.service.settings_files import SettingsFiles
from appliance.session.cues import Cue
from appliance.session.record import Rules
from appliance.settings import library
from appliance.settings.model import Settings
from appliance.settings.words import Words, languages
from appliance.stimulator.boards import card_of, open_board
from appliance.stimulator.port import Stimulator
from appliance.therapy.catalogue import Catalogue
from appliance.therapy.units import NEVER


class Start(Fixed, frozen=True):
    """What a start has opened before the settings are known to be good."""

    clock: Clock
    screen: Screen
    socket: ControlServer | None
    files: SettingsFiles
    ends: ExitStack
    """What is left to close after the service has closed its parts."""


def whole(
    start: Start,
    settings: Settings,
    in_force: Settings,
    catalogue: Catalogue,
    locked: Mapping[str, Any],
) -> Service:
    """A service with every part. `in_force` are the settings with what was chosen at the box,
    `locked` is what the therapist's lock says."""
    # Before the recorder, whose thread writes to the same files.
    barred, standing = barred_boards.at_start(settings.journal.path)
    wakeup = Wakeup()
    pins = open_controls(settings, start.clock, start.ends)
    board = missing_parts.NoBoard() if pins.detail else _board(settings, start.clock, start.ends)
    return Service(
        Ports(
            clock=start.clock,
            rules=Rules(settings.plan, settings.limits, catalogue, languages()),
            words=Words.load(in_force.language),
            board=board,
            controls=pins.controls,
            indicators=pins.indicators,
            screen=start.screen,
            journal=_recorder(settings, wakeup, locked),
            wakeup=wakeup,
            power=BoxPower(settings.service.runtime_dir),
            voice=_voice(in_force),
            socket=start.socket,
            driver=settings.stimulator.driver,
            standing_faults=standing | ({"pins_failed"} if pins.detail else set()),
            detail=pins.detail,
            barred=barred,
            at_the_end=start.ends.close,
            files=start.files,
            volume=in_force.sound.volume,
        )
    )


def only_saying(start: Start, settings: Settings, error: UsageError) -> Service:
    """A service that shows the error in the settings, and waits for better ones."""
    print(f"ems-appliance: {error}", file=sys.stderr)
    return Service(
        Ports(
            clock=start.clock,
            rules=shipped_rules(),
            words=Words.load(settings.language),
            board=missing_parts.NoBoard(),
            controls=missing_parts.NoControls(),
            indicators=missing_parts.NoIndicators(),
            screen=start.screen,
            journal=missing_parts.NoJournal(),
            wakeup=Wakeup(),
            power=BoxPower(settings.service.runtime_dir),
            socket=start.socket,
            driver=settings.stimulator.driver,
            standing_faults=frozenset({"settings_wrong"}),
            detail=str(error).splitlines()[0],
            volume=settings.sound.volume,
            at_the_end=start.ends.close,
            files=start.files,
        )
    )


def shipped_rules() -> Rules:
    """The default plan and limits with the shipped catalogue."""
    settings = Settings()
    catalogue = library.load_catalogue(Path(os.devnull), settings)
    return Rules(settings.plan, settings.limits, catalogue, languages())


class Pins(Fixed, frozen=True):
    """Controls and indicators on one pin factory; `detail` says why they are missing."""

    controls: Controls
    indicators: Indicators
    detail: str = ""


def open_controls(settings: Settings, clock: Clock, ends: ExitStack) -> Pins:
    """All controls and indicators, or none of them and the reason."""
    # Imported here: a service that shows only an error in the settings needs no pins.
    from appliance.controls.pins import close_pins, open_pins

    try:
        factory = open_pins(settings.controls, settings.service.runtime_dir)
        ends.callback(close_pins, factory)
        return controls_on(factory, settings, clock)
    except ControlsError as error:
        print(f"ems-appliance: {error}", file=sys.stderr)
        return Pins(missing_parts.NoControls(), missing_parts.NoIndicators(), str(error))


def controls_on(factory: Any, settings: Settings, clock: Clock) -> Pins:
    """All controls and indicators on the pins of this factory. Raises ControlsError."""
    # Imported here: a service that shows only an error in the settings loads no gpiozero.
    from appliance.controls.indicators import Indicators as RealIndicators
    from appliance.controls.inputs import Controls

    sound = settings.sound
    indicators = RealIndicators(settings.indicators, factory, sound.volume, sound.detents)
    return Pins(Controls(settings.controls, factory, clock.now), indicators)


def _board(settings: Settings, clock: Clock, ends: ExitStack) -> Stimulator:
    """The board. `ends` receives the call that ends its process, once the service has closed it."""
    wanted = settings.stimulator
    model = card_of(wanted.driver).runs_model
    if model is None:
        accepts = wanted.accept_research_board
        return open_board(wanted.driver, wanted.port, clock.now, accepts)
    # The simulated board is its own process, so that it does not freeze with the service.
    # Imported here: a real box never loads the simulator.
    from appliance.simulator.process import BoardProcess

    process = BoardProcess(settings.service.runtime_dir / "simulated-board", model)
    try:
        process.start()
    except BoardError as error:
        print(f"ems-appliance: {error}", file=sys.stderr)
        return missing_parts.NoBoard(str(error))
    ends.callback(process.stop)
    return open_board(wanted.driver, process.path, clock.now)


def _recorder(settings: Settings, wakeup: Wakeup, locked: Mapping[str, Any]) -> Journal:
    path = settings.journal.path
    # A simulated board delivers nothing, so nothing is forgotten.
    delivers = card_of(settings.stimulator.driver).runs_model is None
    source = Source(
        path,
        settings=settings_as_json(settings, locked),
        forgets=delivers and storage.forgets(path),
    )
    return Recorder(source, wake=wakeup.wake)


def settings_as_json(settings: Settings, locked: Mapping[str, Any] | None = None) -> str:
    """The settings in force as JSON text, and whether they are locked, as the journal stores them.

    The journal stores what differs from the last start as a change, a removed lock included.
    """

    def plain(value: Any) -> Any:
        return value.value if hasattr(value, "value") else str(value)

    told = {**as_dict(settings), **({"lock": dict(locked)} if locked else {})}
    return json.dumps(told, default=plain, sort_keys=True)


def _voice(settings: Settings) -> Voice:
    """The speech process, which starts with the first text; nothing without a device."""
    if settings.voice.device == "none":
        return missing_parts.NoVoice()
    # Imported here: a box without a loudspeaker never loads the speech.
    from appliance.voice.announcer import Announcer
    from appliance.voice.clips import folder_beside
    from appliance.voice.speaker import Speaker

    folder = folder_beside(settings.journal.path)
    again_s = settings.voice.again_s or NEVER
    announcer = Announcer(Words.load, cues_last_s, again_s)
    return Speaker(announcer, folder, settings.voice.device, settings.voice.words_per_minute)


def cues_last_s(cues: Iterable[Cue]) -> float:
    """How long these cues sound one after the other, seconds, with the silence after them."""
    return sum(PATTERNS[cue].seconds + AFTER_S for cue in cues)
