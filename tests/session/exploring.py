"""A walk over worlds, breadth first: all that are reached, and the journey to a broken rule."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence

from tests.session.world import World

Move = Callable[[World], None]
Key = tuple[object, ...]


def breadth_first(
    first: Sequence[World],
    moves: Callable[[World], Iterable[Move]],
    key: Callable[[World], Key],
    check: Callable[[Move, World], None],
) -> dict[Key, World]:
    """Every world that these moves lead to, the first one found of each key."""
    seen = {key(world): world for world in first}
    came_from: dict[Key, tuple[Key, Move]] = {}
    waiting = deque(seen)
    while waiting:
        here = waiting.popleft()
        for move in moves(seen[here]):
            after = seen[here].copy()
            try:
                move(after)
                check(move, after)
            except AssertionError as error:
                raise AssertionError(_journey(here, move, came_from)) from error
            if (found := key(after)) not in seen:
                seen[found] = after
                came_from[found] = (here, move)
                waiting.append(found)
    return seen


def _journey(
    here: Key,
    last: Move,
    came_from: dict[Key, tuple[Key, Move]],
) -> str:
    lines = [f"{here[0]}: {_name(last)}: here a rule breaks"]
    while here in came_from:
        here, move = came_from[here]
        lines.append(f"{here[0]}: {_name(move)}")
    return "\n".join(reversed(lines))


def _name(move: Move) -> str:
    function = getattr(move, "func", move)
    told = ", ".join(map(str, getattr(move, "args", ())))
    return f"{getattr(function, '__name__', function)} {told}"
