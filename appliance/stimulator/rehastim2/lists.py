"""Channel lists of ScienceMode 2: which channels pulse, how often, how strong, how long."""

from appliance.records import Fixed

DEVICE_MAX_MA = 130
MIN_WIDTH_US, DEVICE_MAX_WIDTH_US = 20, 500
"""The device makes 20 of anything shorter."""
GAP_US = 100
"""Between the two phases of a pulse, fixed in hardware, which balances their charge as well."""
MIN_INTERVAL_HALF_MS, MAX_INTERVAL_HALF_MS = 2 * 8, 2 * 1025
"""The main interval, from a channel's pulse to its next one: 8 to 1025 ms in steps of 0.5."""

_INTERVAL_ZERO_HALF_MS = 2
_GROUP_ZERO_HALF_MS = 3
_SINGLE = 0
_MAX_MODE = 2


class InitList(Fixed, frozen=True):
    """InitChannelListMode: the channels and the interval. Nothing flows yet."""

    channels: int
    """Bit 0 is channel 1."""
    interval_half_ms: int
    group_half_ms: int = 4
    """From pulse to pulse within a doublet or triplet. Ignored for single pulses."""

    def pack(self) -> bytes:
        """Raises ValueError for what the wire cannot say."""
        if not 1 <= self.channels <= 255:
            raise ValueError(f"channels {self.channels}: a mask of 1 to 255")
        if not MIN_INTERVAL_HALF_MS <= self.interval_half_ms <= MAX_INTERVAL_HALF_MS:
            raise ValueError(f"an interval of {self.interval_half_ms / 2} ms: 8 to 1025")
        if not 0 <= self.group_half_ms - _GROUP_ZERO_HALF_MS <= 255:
            raise ValueError(f"a group interval of {self.group_half_ms / 2} ms: 1.5 to 129")
        interval = (self.interval_half_ms - _INTERVAL_ZERO_HALF_MS).to_bytes(2, "big")
        group = self.group_half_ms - _GROUP_ZERO_HALF_MS
        return bytes([0, self.channels, 0, group, *interval, 0])

    @classmethod
    def unpack(cls, data: bytes) -> "InitList | None":
        """None where the bytes are no such list, or ask for a lower frequency of some channels."""
        if len(data) != 7 or data[0] or data[2] or data[6] or not data[1]:
            return None
        half_ms = (data[4] << 8 | data[5]) + _INTERVAL_ZERO_HALF_MS
        if not MIN_INTERVAL_HALF_MS <= half_ms <= MAX_INTERVAL_HALF_MS:
            return None
        return cls(data[1], half_ms, data[3] + _GROUP_ZERO_HALF_MS)


class Channel(Fixed, frozen=True):
    """One channel's pulses."""

    width_us: int
    """Duration of one phase, 20 to 500 us."""
    current_ma: int
    """Amplitude, 0 to 130 mA."""
    mode: int = _SINGLE
    """0 a single pulse, 1 a doublet, 2 a triplet."""

    def pack(self) -> bytes:
        """Four bytes. Raises ValueError for what the wire cannot say."""
        if not 0 <= self.mode <= _MAX_MODE:
            raise ValueError(f"mode {self.mode}: 0 to {_MAX_MODE}")
        if not 0 <= self.width_us <= DEVICE_MAX_WIDTH_US:
            raise ValueError(f"{self.width_us} us: up to {DEVICE_MAX_WIDTH_US}")
        if not 0 <= self.current_ma <= DEVICE_MAX_MA:
            raise ValueError(f"{self.current_ma} mA: up to {DEVICE_MAX_MA}")
        return bytes([self.mode, *self.width_us.to_bytes(2, "big"), self.current_ma])

    @classmethod
    def unpack(cls, data: bytes) -> "Channel | None":
        """From four bytes; None where they say what no channel can do."""
        mode, high, low, current_ma = data
        width_us = high << 8 | low
        if mode > _MAX_MODE or width_us > DEVICE_MAX_WIDTH_US or current_ma > DEVICE_MAX_MA:
            return None
        return cls(width_us, current_ma, mode)


class StartList(Fixed, frozen=True):
    """StartChannelListMode: start the list, or change its widths and currents."""

    channels: tuple[Channel, ...]
    """One for each channel of the list, in ascending order."""

    def pack(self) -> bytes:
        """Raises ValueError for what the wire cannot say."""
        if not 1 <= len(self.channels) <= 8:
            raise ValueError(f"{len(self.channels)} channels: 1 to 8")
        return b"".join(channel.pack() for channel in self.channels)

    @classmethod
    def unpack(cls, data: bytes) -> "StartList | None":
        """None where the bytes are no such list."""
        if len(data) % 4 or not 1 <= len(data) // 4 <= 8:
            return None
        channels = [Channel.unpack(data[at : at + 4]) for at in range(0, len(data), 4)]
        known = tuple(channel for channel in channels if channel)
        return cls(known) if len(known) == len(channels) else None

    @property
    def flows(self) -> bool:
        """True if any channel has a current above 0."""
        return any(channel.current_ma for channel in self.channels)
