"""The composition root: builds the service and all of its parts from a settings file.

A part that cannot be opened becomes a fault on the screen with the exact words of the error,
because a dark box tells a person nothing. Only a second service on the same box is refused.
"""

import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from appliance.clock import Clock, Wakeup
from appliance.controls.patterns import AFTER_S, PATTERNS
from appliance.errors import BoardError, ControlsError, JournalError, UsageError
from appliance.journal import barred_boards, storage
from appliance.journal.recorder import Recorder
from appliance.journal.reopening import Source
from appliance.records import Fixed, as_dict
from appliance.service import missing_parts
from appliance.service.box_choices import overriding, with_chosen
from appliance.service.box_power import BoxPower
from appliance.service.control_socket import ControlServer, SocketError
from appliance.service.ports import Controls, Indicators, Journal, Ports, Screen, Voice
from appliance.service.settings_files import SettingsFiles
from appliance.session.cues import Cue
from appliance.session.record import Record, Rules
from appliance.session.view import View
from appliance.session.view_of_record import view_of
from appliance.settings import library, lock, reading
from appliance.settings.model import PANEL_CHIPS, Settings
from appliance.settings.words import Words, languages
from appliance.stimulator.boards import card_of, open_board
from appliance.stimulator.port import Stimulator
from appliance.therapy.units import NEVER

if TYPE_CHECKING:
    from appliance.service.loop import Service


def assemble(files: SettingsFiles, clock: Clock) -> "Service":
    """The service that `run` runs. Raises ApplianceError if another one is running."""
    try:
        settings, catalogue = files.read()
    except UsageError as error:
        return _only_saying(files, error, clock)
    rules = Rules(settings.plan, settings.limits, catalogue, languages())
    in_force = with_chosen(settings, chosen_at_the_box(settings, settings.journal.path))
    socket = _control_socket(settings)
    # Before the recorder, whose thread writes to the same files.
    barred, standing = barred_boards.at_start(settings.journal.path)
    wakeup = Wakeup()
    ends = ExitStack()
    # First of all parts: its thread brings in what it needs while the others are made.
    screen = _screen(settings, ends)
    screen.show(_starting(rules, in_force.language, clock.now()))
    pins = open_controls(settings, clock, ends)
    board = missing_parts.NoBoard() if pins.detail else _board(settings, clock, ends)
    # Imported here: the panel's first picture comes before the loop and its table of transitions.
    from appliance.service.loop import Service

    return Service(
        Ports(
            clock=clock,
            rules=rules,
            words=Words.load(in_force.language),
            board=board,
            controls=pins.controls,
            indicators=pins.indicators,
            screen=screen,
            journal=_recorder(settings, wakeup, lock.facts(files.path)),
            wakeup=wakeup,
            power=BoxPower(settings.service.runtime_dir),
            voice=_voice(in_force),
            socket=socket,
            driver=settings.stimulator.driver,
            standing_faults=standing | ({"pins_failed"} if pins.detail else set()),
            detail=pins.detail,
            barred=barred,
            at_the_end=ends.close,
            files=files,
            volume=in_force.sound.volume,
        )
    )


def _starting(rules: Rules, language: str, now: float) -> View:
    """What the panel shows until the first step has been taken."""
    return view_of(Record(rules, now, entered_at=now, shown_at=now, language=language))


def _control_socket(settings: Settings) -> ControlServer | None:
    """The control socket, or None, which the log says: a box with a screen is not kept dark.

    Raises ApplianceError if another service is running.
    """
    try:
        return ControlServer(settings.service.runtime_dir)
    except SocketError as error:
        print(
            f"ems-appliance: {error}; until then `status` and `stop` do not work", file=sys.stderr
        )
        return None


def _voice(settings: Settings) -> Voice:
    """The speech process, which starts with the first text; nothing without a device."""
    if settings.voice.device == "none":
        return missing_parts.NoVoice()
    # Imported here: a box without a loudspeaker never loads the speech.
    from appliance.voice.announcer import Announcer
    from appliance.voice.speaker import Speaker

    folder = settings.journal.path.parent / "voice"
    again_s = settings.voice.again_s or NEVER
    announcer = Announcer(Words.load, cues_last_s, again_s)
    return Speaker(announcer, folder, settings.voice.device, settings.voice.words_per_minute)


def cues_last_s(cues: Iterable[Cue]) -> float:
    """How long these cues sound one after the other, seconds, with the silence after them."""
    return sum(PATTERNS[cue].seconds + AFTER_S for cue in cues)


def chosen_at_the_box(settings: Settings, journal: Path) -> dict[str, Any]:
    """Volume and language as set on the box; nothing where the journal cannot be read."""
    try:
        return overriding(settings, journal)
    except JournalError:
        # The recorder meets the same error and reports it as a fault.
        return {}


def _only_saying(files: SettingsFiles, error: UsageError, clock: Clock) -> "Service":
    """A service that shows the error in the settings, and waits for better ones."""
    # Imported here, as above.
    from appliance.service.loop import Service

    print(f"ems-appliance: {error}", file=sys.stderr)
    settings = reading.salvage(files.path)
    ends = ExitStack()
    return Service(
        Ports(
            clock=clock,
            rules=shipped_rules(),
            words=Words.load(settings.language),
            board=missing_parts.NoBoard(),
            controls=missing_parts.NoControls(),
            indicators=missing_parts.NoIndicators(),
            screen=_screen(settings, ends),
            journal=missing_parts.NoJournal(),
            wakeup=Wakeup(),
            power=BoxPower(settings.service.runtime_dir),
            socket=_control_socket(settings),
            driver=settings.stimulator.driver,
            standing_faults=frozenset({"settings_wrong"}),
            detail=str(error).splitlines()[0],
            volume=settings.sound.volume,
            at_the_end=ends.close,
            files=files,
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
    """The board. `ends` gets the end of its process, for after the service has closed it."""
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


def _screen(settings: Settings, ends: ExitStack) -> Screen:
    # Imported here: `sound` opens pins through this module and needs no Pillow.
    from appliance.screen.display.panel import Panel as OledPanel
    from appliance.screen.display.panel import glass_maker

    screen = settings.screen
    make_glass = glass_maker(
        screen.driver,
        i2c_port=screen.i2c_port,
        i2c_address=screen.i2c_address,
        rotate=screen.rotate,
        first_column=screen.first_column,
        reset=_screen_reset(settings, ends),
        capture_dir=screen.capture_dir,
    )
    return OledPanel(make_glass, Words.load)


def _screen_reset(settings: Settings, ends: ExitStack) -> Callable[[], None] | None:
    """The panel's RES pin, if it has one; on a factory of its own, so that errors are shown."""
    pin = settings.screen.reset_pin
    if pin is None or settings.screen.driver not in PANEL_CHIPS:
        return None
    # Imported here: most panels have no such pin.
    from appliance.controls.pins import close_pins, open_pins
    from appliance.controls.screen_reset import ScreenReset

    try:
        factory = open_pins(settings.controls, settings.service.runtime_dir)
        ends.callback(close_pins, factory)
        return ScreenReset(pin, factory)
    except ControlsError as error:
        print(f"ems-appliance: {error}; the screen is not reset", file=sys.stderr)
        return None


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

    What differs from the last start is a change of settings there, a lock that is gone included.
    """

    def plain(value: Any) -> Any:
        return value.value if hasattr(value, "value") else str(value)

    told = {**as_dict(settings), **({"lock": dict(locked)} if locked else {})}
    return json.dumps(told, default=plain, sort_keys=True)
