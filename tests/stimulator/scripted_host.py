"""A host whose bytes a safe set listens to: what the tests of the safe sets share."""

from collections.abc import Callable, Mapping
from typing import Any, Self

from tests.stimulator.safe_set import SafeSet


class ScriptedHost:
    """Writes requests to a safe set, numbered as a driver numbers them."""

    rules: Mapping[str, str]
    """The rules of the safe set, each with its words."""
    frame_of: Callable[[int, Any], bytes]
    """The frame of a numbered request."""
    numbers = 256

    def __init__(self, checker: SafeSet) -> None:
        self.checker = checker
        self.now = 10.0
        self.number = 0

    def say(self, *requests: Any, every_s: float = 0.05) -> Self:
        for request in requests:
            self.number = (self.number + 1) % self.numbers
            self.write(type(self).frame_of(self.number, request))
            self.now += every_s
        return self

    def write(self, data: bytes) -> Self:
        self.checker.host_says(data, self.now)
        return self

    @property
    def broken(self) -> set[str]:
        """The names of the rules that were broken."""
        lines = self.checker.broken
        return {rule for rule, words in self.rules.items() if any(words in one for one in lines)}
