"""The settings, typed. Names and sections are a contract with their file."""

from pathlib import Path

from msgspec import field

from appliance.records import Fixed
from appliance.session.cues import DEFAULT_VOLUME
from appliance.therapy.limits import Limits
from appliance.therapy.plan import Plan

PANEL_CHIPS = ("ssd1306", "ssd1309", "sh1106")
"""Controllers of a panel on I2C, by luma's names."""
I2C_PINS: dict[int, tuple[int, int]] = {0: (0, 1), 1: (2, 3)}
"""BCM numbers of SDA and SCL, by I2C bus. The pins of any other bus are set in config.txt."""


class Controls(Fixed, frozen=True):
    """BCM pin numbers, and the GPIO chip that they are on."""

    chip: int | None = None
    """None is the chip of the 40-pin header, whatever its number."""
    any_chip: bool = False
    """Whether to use `chip` even if it cannot be the header."""
    stop: int = 17
    confirm: int = 27
    back: int = 22
    knob_a: int = 5
    knob_b: int = 6
    knob_press: int = 13
    knob_edges: int = 4
    """Edges that the knob has a detent, 4 or 2."""


class Indicators(Fixed, frozen=True):
    """BCM pin numbers of the outputs; None is not fitted."""

    output_lamp: int = 23
    buzzer: int | None = 18
    vibration: int | None = None
    enable_line: int | None = 24


class Screen(Fixed, frozen=True):
    """The panel, or where its pictures go instead."""

    driver: str = "ssd1309"
    i2c_port: int = 1
    i2c_address: int = 0x3C
    rotate: int = 0
    """Quarter turns, 0 or 2; a panel mounted upside down is 2."""
    first_column: int | None = None
    """Column of the controller's memory at the panel's left edge; None is the chip's usual one."""
    reset_pin: int | None = None
    """BCM pin at the panel's RES; None is not wired."""
    capture_dir: Path = Path("capture")


class StimulatorSettings(Fixed, frozen=True):
    """The board on the cable."""

    driver: str = "reference"
    port: str = "/dev/ems-stimulator"
    accept_research_board: bool = False


class Sound(Fixed, frozen=True):
    """How loud the box is."""

    volume: int = DEFAULT_VOLUME
    """0 to LOUDEST; faults, STOP and a lost pad are never mute."""
    detents: bool = True
    """Whether each detent of the knob ticks."""


class VoiceSettings(Fixed, frozen=True):
    """Speech through ALSA."""

    device: str = "none"
    """ALSA's name of the loudspeaker, "default" for the first one; "none" keeps the box to its
    rhythms."""
    words_per_minute: int = 165
    again_s: int = 0
    """What a screen asks for is said again after so many seconds; 0: with its cue only."""


class Journal(Fixed, frozen=True):
    """Where the record is kept."""

    path: Path = Path("/var/lib/ems-appliance/journal.sqlite3")


class Service(Fixed, frozen=True):
    """Where the running service has its socket."""

    runtime_dir: Path = Path("/run/ems-appliance")


class Settings(Fixed, frozen=True):
    """Everything that a settings file may say."""

    language: str = "en"
    controls: Controls = field(default_factory=Controls)
    indicators: Indicators = field(default_factory=Indicators)
    screen: Screen = field(default_factory=Screen)
    stimulator: StimulatorSettings = field(default_factory=StimulatorSettings)
    limits: Limits = field(default_factory=Limits)
    plan: Plan = field(default_factory=Plan)
    sound: Sound = field(default_factory=Sound)
    voice: VoiceSettings = field(default_factory=VoiceSettings)
    journal: Journal = field(default_factory=Journal)
    service: Service = field(default_factory=Service)
