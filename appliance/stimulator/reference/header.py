"""Renders the protocol as a C header for the firmware.

`python -m appliance.stimulator.reference.header HEADER` fails if that file is stale. It
needs nothing but Python itself, so that the firmware can be built without the appliance.
"""

import re
import sys
from pathlib import Path

from appliance.stimulator.reference import protocol

_HEAD = """\
/* Generated from appliance/stimulator/reference/protocol.py. Do not edit: run
 * python -m appliance.stimulator.reference.generate
 * SPDX-License-Identifier: Apache-2.0
 *
 * A frame is COBS(message, CRC) and a zero byte. A message begins with its code; all
 * integers are little-endian, which is also how avr-gcc lays out a packed struct. The CRC
 * travels high byte first, so that the CRC over a message and its CRC is zero.
 */
#ifndef EMS_PROTOCOL_H
#define EMS_PROTOCOL_H

#include <stdint.h>
"""
_FOOT = "\n#endif\n"


def snake(name: str) -> str:
    """`SetPoint` to `set_point`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def render() -> str:
    """The whole header."""
    parts = [_HEAD, _constants(), *map(_enum, protocol.ENUMS), _codes()]
    parts += [_struct(code, message) for code, message in protocol.MESSAGES.items()]
    return "\n".join(parts) + _FOOT


def _define(name: str, value: str, text: str = "") -> str:
    comment = f" /* {text} */" if text else ""
    return f"#define EMS_{name} {value}{comment}\n"


def _constants() -> str:
    lines = [_define("LAYOUT", f"0x{protocol.LAYOUT:08X}UL", "hash of everything in this file")]
    lines.append(_define("PROTOCOL_MINOR", f"{protocol.MINOR}U", "uses of reserved bytes"))
    lines.append(_define("BOARD_NAME", f'"{protocol.BOARD_NAME.decode()}"'))
    lines.append(_define("MAX_FRAME_BYTES", str(protocol.MAX_FRAME_BYTES), "without the zero"))
    for name, value, text in protocol.constants():
        suffix = "UL" if value > 0xFFFF else "U"
        lines.append(_define(name, f"{value}{suffix}", text))
    return "".join(lines)


def _enum(enum: protocol.Enumeration) -> str:
    head = f"/* {enum.__doc__} */\n"
    prefix = snake(enum.__name__).upper()
    lines = [_define(f"{prefix}_{item.name}", f"{item.value}U") for item in enum]
    if enum is protocol.Refusal:
        lines.append(_define("REFUSAL_KINDS", f"{len(enum)}U"))
    return head + "".join(lines)


def _codes() -> str:
    return "".join(
        _define(f"CODE_{snake(message.__name__).upper()}", f"0x{code:02X}U")
        for code, message in protocol.MESSAGES.items()
    )


def _struct(code: int, message: type[protocol.Message]) -> str:
    name = snake(message.__name__)
    lines = [f"/* {message.__doc__} */", f"struct ems_{name} {{", "    uint8_t code;"]
    for field in protocol.fields(message):
        array = f"[{field.wire.length}]" if field.wire.length > 1 else ""
        lines.append(f"    {field.wire.c_type} {field.name}{array}; /* {field.text} */")
    lines.append("} __attribute__((packed));")
    size = protocol.STRUCTS[code].size
    lines.append(f'_Static_assert(sizeof(struct ems_{name}) == {size}, "layout of {name}");')
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    path = Path(arguments[0])
    if path.is_file() and path.read_text() == render():
        return 0
    print(
        f"{path} is stale: run python -m appliance.stimulator.reference.generate in the repository",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
