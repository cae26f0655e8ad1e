"""The processors and Pythons that one package serves."""

from dataclasses import dataclass

PYTHONS = ("3.11", "3.13")
"""Bookworm's and Trixie's. Their compiled modules have names of their own, so that both lie
in one folder."""


@dataclass(frozen=True)
class Architecture:
    wheel: str
    """As wheels name the processor."""
    compiler: str
    debian: str
    """The package of the compiler where another processor builds."""


ARCHITECTURES = {
    "amd64": Architecture("x86_64", "x86_64-linux-gnu-gcc", "gcc-x86-64-linux-gnu"),
    "arm64": Architecture("aarch64", "aarch64-linux-gnu-gcc", "gcc-aarch64-linux-gnu"),
}
"""By Debian's names. There is no armhf: nobody publishes a wheel of Pillow for it."""
