"""The enumerations of the reference protocol. Their values travel on the wire."""

from enum import IntEnum, IntFlag


class State(IntEnum):
    """What the board says of itself."""

    OFF = 0
    ARMED = 1
    ON = 2
    FAULT = 3


class Reason(IntEnum):
    """Why the board last went off."""

    POWER_UP = 0
    HELLO = 1
    OFF = 2
    LEASE = 3
    BELIEF = 4
    OPEN_LEAD = 5
    FAULT = 6


class Cause(IntFlag):
    """What restarted the chip. 0: the host's flash program, or a jump to the start."""

    POWER = 1
    RESET_PIN = 2
    BROWN_OUT = 4
    WATCHDOG = 8
    WRONG_INTERRUPT = 16


class Stage(IntEnum):
    """Which output stage the board was built with."""

    UNKNOWN = 0
    BENCH = 1
    SIMULATED = 255


class Capability(IntFlag):
    """What the board can see of its output stage."""

    CURRENT = 1
    BOTH_PHASES = 2
    HIGH_VOLTAGE = 4
    DAC_OUTPUTS = 8


class Contact(IntEnum):
    """What a channel's last pulse said of its pads. Open stays until the next off."""

    UNKNOWN = 0
    GOOD = 1
    OPEN = 2


class Refusal(IntEnum):
    """Why a frame was refused, and the place of its counter. In the order of the checks."""

    NONE = 0
    DAMAGED = 1
    UNKNOWN = 2
    NO_HELLO = 3
    FAULT = 4
    ARMING = 5
    SEQUENCE = 6
    BELIEF = 7
    NOT_ZERO = 8
    LIMIT = 9
    COOL_DOWN = 10


class Fault(IntFlag):
    """Why the board is in `fault`. Latched; an off clears those whose cause is gone."""

    OVER_CURRENT = 1
    SUPPLY_EMPTY = 2
    EMERGENCY_STOP = 4
    WATCHDOG = 8
    BROWN_OUT = 16
    INTERNAL = 32
    UNBALANCED = 64
    HIGH_VOLTAGE = 128
    SELF_TEST = 256
    WORN_OUT = 512


class Check(IntEnum):
    """Which check of the chip failed, where the fault is `internal` or `self_test`."""

    NONE = 0
    PULSE_LATE = 1
    PULSE_LONG = 2
    CLOCK = 3
    ENGINE = 4
    BRIDGE = 5
    DIRECTIONS = 6
    TIMER = 7
    ADC = 8
    DAC = 9
    LINE = 10
    INTERRUPT = 11
    FLASH = 12
    MEMORY = 13
    OFFSET = 14


class Flag(IntFlag):
    """What else is true now. Held: a channel stays at what flows, below what is asked."""

    GREETED = 1
    SUPPLY_LOW = 2
    HELD_A = 4
    HELD_B = 8


Enumeration = type[IntEnum] | type[IntFlag]

ENUMS: tuple[Enumeration, ...] = (
    *(State, Reason, Cause, Stage, Capability, Contact, Refusal, Fault, Check, Flag),
)
