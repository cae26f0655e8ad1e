"""What can be wrong with a board. Every row can be caused while it runs."""

from dataclasses import dataclass


@dataclass(slots=True)
class Troubles:
    """Switches that make the simulated board misbehave. All off: an honest board."""

    silent: bool = False
    """Hears and obeys, answers nothing."""
    deaf: bool = False
    """Does not read what arrives: the wire fills up, the lease runs out."""
    garbage: bool = False
    """Answers with noise."""
    damaged: bool = False
    """Answers with frames whose CRC is wrong."""
    wrong_echo: bool = False
    """Answers with another sequence number than was asked."""
    lose_every: int = 0
    """Loses each n-th answer; 0 loses none."""
    delay_s: float = 0.0
    """Answers late."""
    stuck: bool = False
    """Takes set-points, and their lease, but keeps what was in force."""
    claimed_factor: float = 1.0
    """Claims this much of what is really in force."""
    extra_current_codes: int = 0
    """The output stage delivers this much more than the DAC says."""
    layout: int | None = None
    """Speaks another version of the protocol: its layout hash."""
    name: bytes | None = None
    """Is another device: the eight bytes that it calls itself."""
