"""Says how much flash and RAM the firmware takes, and fails above 60 %.

`python size.py AVR_SIZE ELF`. RAM is what has a fixed place; the stack comes on top.
"""

import subprocess
import sys

FLASH_BYTES = 32_768
RAM_BYTES = 2_048
MOST_PERCENT = 60


def main() -> int:
    size, elf = sys.argv[1:]
    table = subprocess.run([size, elf], capture_output=True, text=True, check=True).stdout
    text, data, bss = map(int, table.splitlines()[1].split()[:3])
    too_much = False
    for name, used, room in (("flash", text + data, FLASH_BYTES), ("RAM", data + bss, RAM_BYTES)):
        percent = 100 * used / room
        too_much |= percent >= MOST_PERCENT
        print(f"{name}: {used} of {room} bytes, {percent:.1f} %")
    if too_much:
        print(f"more than {MOST_PERCENT} % is too much", file=sys.stderr)
    return int(too_much)


if __name__ == "__main__":
    sys.exit(main())
