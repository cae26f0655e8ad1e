"""Renders the protocol as a document for people who build a board or a driver."""

from appliance.stimulator.reference import protocol

_HEAD = """\
<!-- Generated from appliance/stimulator/reference/protocol.py. Do not edit: run
     python -m appliance.stimulator.reference.generate -->
# The reference protocol

Between the appliance (the host) and a reference board, over an isolated serial line of
250000 bit/s, 8N1. The board speaks only when spoken to: it answers every hello with an
identity, every set-point and every off with a report. It never trusts the host: all its
own rules below hold whatever arrives.

## Frames

A frame is COBS(message, CRC) followed by one zero byte. COBS removes every zero from
inside a frame, so a zero always ends one, and a receiver that lost its place finds it
again at the next zero. Empty frames mean nothing; a sender that broke off in the middle of
a frame puts a zero before the next.

The CRC is CRC-16 with polynomial 0x1021, start 0xFFFF, not reflected (in avr-libc
`_crc_xmodem_update`), over the message. It travels high byte first; the CRC over a message
and its CRC is then zero. A frame that is damaged or too long is counted and gets no
answer. Everything else on the wire is little-endian, in a fixed place. The longest frame
has {max_frame} bytes and its zero.

The layout hash of this version is `0x{layout:08X}`. It covers every number on this page.
Host and board exchange it in hello and identity, whose own layouts never change; if it
differs, the host refuses to run and says which firmware to flash, and the board refuses
every set-point. The hash leaves out `reserved` bytes. A later minor version may give them a
meaning: the hash stays, and a host that knows nothing of it goes on. Reserved bytes are sent
as zero and ignored when heard.
"""

_RULES = """\
## The board's rules

**States.** `off`: high voltage off. `armed`: a live lease, nothing has been asked for yet.
`on`: current has been asked for since arming; rest is `on` with amplitude zero, high
voltage on, no edges at the bridge. `fault`: as `off`, and every set-point is refused until
an off has cleared the faults.

**Arming.** The board picks a new arming number at power-up, at every hello and off, and
whenever it goes off by itself. Its high half is the number of the power-up, which the chip
counts in its EEPROM; its low half is never 0 and runs through all other values before one
comes again. So no number of this power-up was ever one of another. From `off`, a
set-point with that number, the belief `off` and zero amplitudes arms. The lower of the
board's own caps and the ceilings of every accepted set-point holds until the next off;
a ceiling never rises while armed.

**A set-point is refused**, with no effect at all, for the first of these reasons that
applies; the report carries the reason, and a counter for each goes up:

1. `damaged`, `unknown`: not a frame, not a message (no report);
2. `no_hello`: no hello with the right layout hash since power-up;
3. `fault`: the board is in `fault`;
4. `arming`: another arming number;
5. `sequence`: not newer than the newest accepted frame by 1 to {window}, counted in a circle;
6. `belief`: the host believes the board to be in another state. The third in a row
   switches off;
7. `not_zero`: from `off`, with current;
8. `limit`: lease below 50 ms; lease, frequency, width or amplitude above cap or ceiling, more
   than 40 uC a phase, current for a channel that the board does not have, fields of bursts that
   are not as below, or, where an amplitude is not zero, a width below 50 us or a frequency below
   1 Hz;
9. `cool_down`: from `off`, while a cool-down runs.

**Lease.** It runs from the arrival of an accepted set-point whose `heard` names a newer report
than that of every set-point before it since arming. A set-point that names none takes effect, but
it never makes the lease longer. So a host that hears nothing loses the board, whatever
it sends. When the lease ends the board goes off; a pulse that could not end before that does
not begin.

**Off** is obeyed always, whatever its sequence. The pulse that is running is finished, no
new one begins. Hello switches off too.

**Pulses** are symmetric and biphasic: positive phase, 50 us gap, negative phase of the same
width and code. Both channels share one frequency; B runs half a period after A; two pulses
of a channel are never closer than one period of the set-point in force. Where the frequency
falls, the channel whose turn it is keeps its turn, and comes a new period after its last pulse.

**Bursts.** With `burst_pulses` and `burst_ms` a channel's pulses come in bursts: so many at the
set-point's frequency, and the first of the next burst `burst_ms` after the first of this one,
counted by the board's clock, so that no delay adds up. In a burst too B runs half a period after A.
Either both fields are 0, or there are {least} to {most} pulses, {shortest} to {longest} ms, and a
burst fits into them with one period more. The gap between two bursts is no rest: what is in force
stays so until one period after the next burst was due. **Other bursts than before, or none, or
another frequency within a burst, begin as after a rest**, with 1 mA at most. So at an amplitude
that was reached before, pulses and bursts never come faster than they did.

**The rise** is counted from pulse to pulse of a channel, and everything falls at once. A pulse
is bounded by all of these:

* the first pulse after zero, and after two periods without a pulse, is at most 1 mA; in bursts,
  the first one after a burst that did not come within a period;
* the amplitude rises by at most 40 mA/s, and by at most 2 mA from one pulse to the next;
* the charge of a phase rises by at most 2 uC: after a step of the width the amplitude is lower
  for a while;
* **it rises from what flowed, not from what was asked.** Where a pulse's measured current was
  below its amplitude by more than 5 % + 1 mA, the rise of the next one is counted from the
  measured current, and the channel is held (`held_a`, `held_b`) until a pulse delivers what
  the set-point asks. So a lead that conducts again, at whatever speed, never
  delivers more than one rise and that tolerance above what flowed before. Up to 2 mA the rise
  is counted from the amplitude, because only from there on a pulse shows an open lead;
* a period is at least half as long as the one before it, so that the frequency at most doubles
  from pulse to pulse.

**What is reported of a channel** is that of its last pulse. After two periods without a
pulse, or one period after a burst that did not come, amplitude and current are 0 and the contact is
`unknown`.

**Supervision**, within one pulse:

* Open lead: measured below half of 2 mA or more asked; the board goes off, reason
  `open_lead`, and the channel's contact stays `open` until the next off.
* `over_current`: either phase measured above asked + 20 % + 1 mA.
* `unbalanced`: the two phases of a channel apart by more than 10 % of the larger + 1 mA, for the
  second time without a good pulse between. The first time it is an open lead, because a pad that
  comes off between the two phases looks the same; so it is where the first phase already shows an
  open lead.
* `high_voltage`: above 130 V, or above 15 V a second after it was switched off.
* `supply_empty`: below 6.4 V. `emergency_stop`: the input is open.
* `internal`: a check of the chip by itself failed; `check` says which. Registers, pins, timer,
  pulse engine and main loop are compared with what they must be in every pass.
* `self_test`: the same at power-up: program, memory, pins, ADC and DAC.
* `watchdog`, `brown_out`: the chip was restarted so.

All of these are latched; an off clears those whose cause is gone, `self_test` and `worn_out`
never. Contact is `unknown` while a channel's amplitude is zero and after a pulse below 2 mA, which
shows none; open leads excepted.

**Cool-down.** After an open lead no set-point arms for 250 ms, after a second one for 500 ms,
and so on up to 4 s; {good} good pulses in a row forget them. After `over_current` or
`unbalanced` it is 1 s, 2 s, up to 16 s, and until then the fault stays; the fifth is `worn_out`:
only power off helps, and a repair.

**The bench stage** (stage `bench`, uncertified, for resistors alone) is tested by its board
after every start. For 0.7 s no set-point arms: refusal `cool_down`, and `cool_down_ms` counts
down; for the last 0.1 s of it the high voltage is on without a lease, with the relay open.
After the first set-point that arms, the rest of the test takes 0.2 s from when the relay has
closed. Set-points are accepted meanwhile, but no pulse comes before the stage has passed: what
is in force stays 0. Where the relay does not close within a second: `high_voltage`. A stage
that fails: `self_test` with check `bridge`, and the first of a report's reserved bytes is the
number of the question that it failed, see `firmware/README.md`. No other board uses that byte.

## The host's side

* After opening the port: hello. The identity's name and layout hash must be right.
* The first frame after a gap of more than {gap} ms is an off.
* Set-points every 50 ms, every 20 ms in ramps; outside of stimulation an off every
  100 ms for a second, then once a second.
* A report is compared with the set-point that it answers: in force above asked, other bursts than
  asked, or below what the rise of 40 mA/s allows for 500 ms in a channel that is not held, or no
  answer for 200 ms, or one later than a lease, or no `greeted` flag: off, and a new hello before
  anything else.
"""


def render() -> str:
    """The whole document."""
    head = _HEAD.format(max_frame=protocol.MAX_FRAME_BYTES, layout=protocol.LAYOUT)
    messages = [_message(code, message) for code, message in protocol.MESSAGES.items()]
    enums = [_enum(enum) for enum in protocol.ENUMS]
    rules = _RULES.format(
        gap=protocol.GAP_MS,
        window=protocol.SEQUENCE_WINDOW,
        good=protocol.GOOD_PULSES,
        least=2,
        most=protocol.MAX_BURST_PULSES,
        shortest=protocol.MIN_BURST_MS,
        longest=protocol.MAX_BURST_MS,
    )
    return "\n".join([head, "## Messages\n", *messages, rules, "## Numbers\n", _numbers(), *enums])


def _table(columns: str, rows: list[str]) -> str:
    rule = "|---" * columns.count(" | ") + "|---|"
    return "\n".join([f"| {columns} |", rule, *(f"| {row} |" for row in rows)]) + "\n"


def _message(code: int, message: type[protocol.Message]) -> str:
    sender = "board to host" if code & 0x80 else "host to board"
    size = protocol.STRUCTS[code].size
    rows = ["0 | `code` | `uint8_t` | what this message is"]
    offset = 1
    for field in protocol.fields(message):
        array = f"[{field.wire.length}]" if field.wire.length > 1 else ""
        rows.append(f"{offset} | `{field.name}` | `{field.wire.c_type}{array}` | {field.text}")
        offset += protocol.wire_bytes(field.wire)
    title = f"### {message.__name__}: 0x{code:02X}, {sender}, {size} bytes\n\n{message.__doc__}\n"
    return title + "\n" + _table("at | field | type | is", rows)


def _enum(enum: protocol.Enumeration) -> str:
    plural = f"{enum.__name__}s"
    rows = [f"{item.value} | `{(item.name or '').lower()}`" for item in enum]
    return f"### {plural}\n\n{enum.__doc__}\n\n" + _table("value | name", rows)


def _numbers() -> str:
    rows = [f"`{name}` | {value} | {text}" for name, value, text in protocol.constants()]
    return _table("name | value | is", rows)
