"""The table of all settings: name, kind, bounds and help.

Reading, `config` and the documents use this table.
"""

from collections.abc import Iterator

from appliance.errors import SettingsError
from appliance.records import Fixed
from appliance.session.cues import LOUDEST
from appliance.settings import kinds
from appliance.settings.kinds import Kind
from appliance.settings.model import PANEL_CHIPS, Settings
from appliance.settings.words import languages
from appliance.stimulator.boards import CARDS
from appliance.therapy import limits
from appliance.therapy.tables import did_you_mean

SCREEN_DRIVERS = (*PANEL_CHIPS, "capture", "none")
DEFAULTS = Settings()


class Key(Fixed, frozen=True):
    """One setting. `section` is empty for those above the first section."""

    section: str
    name: str
    kind: Kind
    help: str

    @property
    def full_name(self) -> str:
        """The name that `config get` and `config set` take."""
        return f"{self.section}.{self.name}" if self.section else self.name

    @property
    def in_file(self) -> str:
        """As errors name it: where to look in the file."""
        return f"[{self.section}] {self.name}" if self.section else self.name

    @property
    def default(self) -> object:
        return self.value_in(DEFAULTS)

    def value_in(self, settings: Settings) -> object:
        holder = getattr(settings, self.section) if self.section else settings
        value: object = getattr(holder, self.name)
        return value


KEYS = (
    Key("", "language", kinds.one_of(*languages()), "the language of screen and messages"),
    Key(
        "controls",
        "chip",
        kinds.whole_or("header", 0, 255),
        "number of the GPIO chip, /dev/gpiochip<n>; by itself the 40-pin header's",
    ),
    Key(
        "controls",
        "any_chip",
        kinds.flag(),
        "use that chip even if it cannot be the 40-pin header",
    ),
    Key("controls", "stop", kinds.pin(), "STOP, normally closed to ground"),
    Key("controls", "confirm", kinds.pin(), "CONFIRM, to ground"),
    Key("controls", "back", kinds.pin(), "BACK, to ground"),
    Key("controls", "knob_a", kinds.pin(), "the knob's A; it falls before B on the way up"),
    Key("controls", "knob_b", kinds.pin(), "the knob's B"),
    Key("controls", "knob_press", kinds.pin(), "the knob's press, to ground"),
    Key("controls", "knob_edges", kinds.knob_edges(), "edges that the knob has a detent"),
    Key("indicators", "output_lamp", kinds.pin(), "the lamp that says that output is possible"),
    Key("indicators", "buzzer", kinds.pin(optional=True), "a passive buzzer, driven by PWM"),
    Key("indicators", "vibration", kinds.pin(optional=True), "the motor in the hand-held lead"),
    Key(
        "indicators",
        "enable_line",
        kinds.pin(optional=True),
        "the charge pump that holds the enable relay",
    ),
    Key(
        "screen", "driver", kinds.one_of(*SCREEN_DRIVERS), "the panel's chip, or PNG files, or none"
    ),
    Key("screen", "i2c_port", kinds.whole(0, 255), "number of the I2C bus, /dev/i2c-<n>"),
    Key("screen", "i2c_address", kinds.i2c_address(), "the panel's address"),
    Key("screen", "rotate", kinds.turns(), "quarter turns of the panel; 2 is upside down"),
    Key(
        "screen",
        "first_column",
        kinds.whole_or("usual", 0, 4),
        "column of the panel's memory at its left edge; usual is 2 for sh1106 and 0 for the others",
    ),
    Key(
        "screen",
        "reset_pin",
        kinds.pin(optional=True),
        "the panel's RES, for modules that stay dark without it",
    ),
    Key("screen", "capture_dir", kinds.file_path(), "folder of the pictures of driver capture"),
    Key("stimulator", "driver", kinds.one_of(*CARDS), "the board on the cable"),
    Key("stimulator", "port", kinds.text(), "the board's serial port"),
    Key(
        "stimulator",
        "accept_research_board",
        kinds.flag(),
        "use a board that its makers allow for research only",
    ),
    Key(
        "limits",
        "current_ma",
        kinds.number(1, limits.HARD_CURRENT_MA),
        "highest level, mA (percent for a board that counts in percent)",
    ),
    Key(
        "limits",
        "gentle_current_ma",
        kinds.number(1, limits.HARD_CURRENT_MA),
        "highest level of gentle sessions, same unit",
    ),
    Key(
        "limits",
        "minutes_per_day",
        kinds.number(1, limits.HARD_MINUTES_PER_DAY),
        "minutes of contracting programs a person and day",
    ),
    Key(
        "limits",
        "minutes_per_site",
        kinds.number(1, limits.HARD_MINUTES_PER_SITE),
        "minutes at one site of the body a person and day",
    ),
    Key(
        "limits",
        "sessions_per_day",
        kinds.whole(1, limits.HARD_SESSIONS_PER_DAY),
        "sessions a person and day; a second is the gentle one",
    ),
    Key("plan", "people", kinds.people(), "who uses the box"),
    Key("plan", "routine", kinds.text(), "the routine of a session"),
    Key(
        "plan",
        "stage_minutes",
        kinds.number(1, limits.HARD_MINUTES_PER_SITE),
        "minutes of a stage whose routine does not say",
    ),
    Key("plan", "days", kinds.weekdays(), "days with a session"),
    Key("plan", "rest", kinds.rest(), "time between contractions; short is for the experienced"),
    Key(
        "sound",
        "volume",
        kinds.whole(0, LOUDEST),
        f"0 to {LOUDEST}; faults, STOP and a lost pad always sound",
    ),
    Key("sound", "detents", kinds.flag(), "whether each detent of the knob ticks"),
    Key(
        "voice",
        "device",
        kinds.text(),
        'ALSA device that speaks, as `aplay -L` lists it, or "none"',
    ),
    Key("voice", "words_per_minute", kinds.whole(100, 250), "how fast the voice speaks"),
    Key(
        "voice",
        "again_s",
        kinds.whole(0, 60),
        "seconds after which it says again what it waits for; 0: once a minute, with the cue",
    ),
    Key(
        "journal",
        "path",
        kinds.absolute_path(),
        "the journal's file; to change it, stop the service and move the file there first",
    ),
    Key("service", "runtime_dir", kinds.absolute_path(), "folder of the control socket"),
)

SECTIONS = tuple(dict.fromkeys(key.section for key in KEYS if key.section))


def keys_of(section: str) -> Iterator[Key]:
    return (key for key in KEYS if key.section == section)


def pins_of(settings: Settings) -> Iterator[tuple[Key, int]]:
    """Every pin that is in use, with its key."""
    for key in KEYS:
        pin = key.value_in(settings)
        if key.kind.is_pin and isinstance(pin, int):
            yield key, pin


def find(full_name: str) -> Key:
    """The key that `config get` names. Raises SettingsError where there is none."""
    by_name = {key.full_name: key for key in KEYS}
    if full_name in SECTIONS:
        there = ", ".join(key.full_name for key in keys_of(full_name))
        raise SettingsError(f"{full_name} is a section; its settings are {there}")
    if full_name not in by_name:
        hint = did_you_mean(full_name, by_name) or "; `config show` lists all"
        raise SettingsError(f"{full_name} is not a setting{hint}")
    return by_name[full_name]
