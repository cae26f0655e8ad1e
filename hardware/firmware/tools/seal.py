"""Writes the CRC of a program into its ELF, where the chip compares it at every start.

`python seal.py AVR_ ELF`. The CRC is that of the protocol's frames, over every byte of the
program but the two that hold it.
"""

import subprocess
import sys
import tempfile
from binascii import crc_hqx
from pathlib import Path

SYMBOL = "self_test_sealed_crc"
CRC_START = 0xFFFF


def program(avr: str, elf: Path) -> bytes:
    """The bytes of the flash, from address 0."""
    with tempfile.TemporaryDirectory() as folder:
        binary = Path(folder) / "program"
        run(f"{avr}objcopy", "-O", "binary", "-j", ".text", "-j", ".data", str(elf), str(binary))
        return binary.read_bytes()


def run(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def main() -> int:
    avr, elf = sys.argv[1], Path(sys.argv[2])
    symbols = (line.split() for line in run(f"{avr}nm", str(elf)).splitlines())
    at = next(int(words[0], 16) for words in symbols if words[-1] == SYMBOL)
    sections = (line.split() for line in run(f"{avr}objdump", "-h", str(elf)).splitlines())
    text = next(words for words in sections if len(words) > 5 and words[1] == ".text")
    flash = program(avr, elf)
    crc = crc_hqx(flash[:at] + flash[at + 2 :], CRC_START)
    with elf.open("r+b") as file:
        file.seek(int(text[5], 16) + at)
        file.write(crc.to_bytes(2, "little"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
