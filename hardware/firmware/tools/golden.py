"""Writes the golden vectors as C, for the tests of the core. Needs nothing but Python.

`python golden.py GOLDEN_JSON > golden.h`
"""

import json
import sys
from pathlib import Path


def c_bytes(frame: str) -> str:
    return ", ".join(f"0x{byte:02x}" for byte in bytes.fromhex(frame))


def initializer(value: int | str) -> str:
    return f"{{{c_bytes(value)}}}" if isinstance(value, str) else str(value)


def good(index: int, vector: dict) -> str:
    kind = vector["message"]
    fields = ", ".join(f".{name} = {initializer(v)}" for name, v in vector["fields"].items())
    return (
        f"static const uint8_t good_frame_{index}[] = {{{c_bytes(vector['frame'])}}};\n"
        f"static const struct ems_{kind} good_message_{index} = "
        f"{{.code = EMS_CODE_{kind.upper()}, {fields}}};\n"
    )


def main() -> None:
    golden = json.loads(Path(sys.argv[1]).read_text())
    print(f"#define GOLDEN_LAYOUT {golden['layout']}UL")
    for index, vector in enumerate(golden["good"]):
        print(good(index, vector), end="")
    for index, vector in enumerate(golden["bad"]):
        print(f"static const uint8_t bad_frame_{index}[] = {{{c_bytes(vector['frame'])}}};")
    print("static const struct golden golden_good[] = {")
    for index in range(len(golden["good"])):
        print(f"    GOLDEN_GOOD({index}),")
    print("};\nstatic const struct golden golden_bad[] = {")
    for index in range(len(golden["bad"])):
        print(f"    GOLDEN_BAD({index}),")
    print("};")


if __name__ == "__main__":
    main()
