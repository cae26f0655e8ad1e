"""What may be wrong with a module: each mutant is one small error in its text."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
COMPARED = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
}
CALCULATED = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "/"),
    ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "*"),
    ast.Mod: ("%", "*"),
    ast.BitAnd: ("&", "|"),
    ast.BitOr: ("|", "&"),
}
EXCHANGED = {"min": "max", "max": "min", "any": "all", "all": "any"}
CHANGED_BY = ("but", "replace")
"""Calls whose named arguments are what changes: one may have been forgotten."""
CHANNEL = re.compile(r"(?<![a-z])[ab](?![a-z])")
"""A name, or a part of one, that says of which channel something is."""
IS_LOG = re.compile(r"^_?log(ger)?\b")


class Mutant(NamedTuple):
    """One error: `text` instead of the bytes from `start` to `end` of a file."""

    file: str
    where: str
    """The function, dotted; empty outside of any."""
    before: str
    after: str
    start: int
    end: int
    text: str
    line: int
    function: tuple[str, int] | None
    """Qualified name and first line of the outermost function around it."""

    @property
    def name(self) -> str:
        """What stays when lines move."""
        place = f"{self.file} {self.where}".strip()
        return f"{place}: {self.before} -> {self.after}"

    def source(self) -> bytes:
        """The whole file with the error in it."""
        whole = (ROOT / self.file).read_bytes()
        return whole[: self.start] + self.text.encode() + whole[self.end :]


Edit = tuple[int, int, str]


class _Text:
    """The bytes of a file, and where the parts of its tree stand."""

    def __init__(self, source: bytes) -> None:
        self.source = source
        self._lines = [0]
        for line in source.splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))

    def start(self, node: ast.AST) -> int:
        return self._lines[node.lineno - 1] + node.col_offset

    def end(self, node: ast.AST) -> int:
        return self._lines[node.end_lineno - 1] + node.end_col_offset

    def instead(self, node: ast.AST, text: str) -> Edit:
        return self.start(node), self.end(node), text

    def between(self, left: ast.AST, right: ast.AST, old: str, new: str) -> Iterator[Edit]:
        """Exchange the operator that stands between two operands."""
        at, until = self.end(left), self.start(right)
        pattern = rb"(?<![\w<>=!*/])" + re.escape(old.encode()).replace(rb"\ ", rb"\s+")
        if found := re.search(pattern + rb"(?![\w=*/])", self.source[at:until]):
            yield at + found.start(), at + found.end(), new

    def is_bracketed(self, node: ast.AST) -> bool:
        return self.source[self.start(node) : self.start(node) + 1] in (b"(", b"[")

    def around(self, start: int, end: int) -> tuple[int, int]:
        """The whole lines of a place."""
        first = self.source.rfind(b"\n", 0, start) + 1
        last = self.source.find(b"\n", end)
        return first, len(self.source) if last < 0 else last


def mutants_of(file: str) -> list[Mutant]:
    """All of one module, in the order of their places."""
    return list(_told_apart(found_in(file)))


@cache
def found_in(file: str) -> tuple[Mutant, ...]:
    text = _Text((ROOT / file).read_bytes())
    found: dict[Edit, Mutant] = {}
    for edit, where, function, line in _edits(ast.parse(text.source), text):
        start, end, new = edit
        first, last = text.around(start, end)
        before = text.source[first:last].decode()
        after = (text.source[first:start] + new.encode() + text.source[end:last]).decode()
        if " ".join(before.split()) != " ".join(after.split()):
            found[edit] = Mutant(
                file, where, _one_line(before), _one_line(after), *edit, line, function
            )
    return tuple(found[edit] for edit in sorted(found))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _told_apart(found: tuple[Mutant, ...]) -> Iterator[Mutant]:
    """With a number where a function has the same error more than once."""
    times: Counter[str] = Counter()
    for mutant in found:
        times[mutant.name] += 1
        again = f" ({times[mutant.name]})" if times[mutant.name] > 1 else ""
        yield mutant._replace(after=mutant.after + again)


Place = tuple[Edit, str, tuple[str, int] | None, int]


def _edits(tree: ast.Module, text: _Text) -> Iterator[Place]:
    yield from _in_body(tree, text, (), None)


def _in_body(
    node: ast.AST, text: _Text, names: tuple[str, ...], function: tuple[str, int] | None
) -> Iterator[Place]:
    for edit in _of_node(node, text, is_at_top=function is None):
        yield edit, ".".join(names), function, getattr(node, "lineno", 1)
    for child in _inner(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([child.lineno, *(one.lineno for one in child.decorator_list)])
            outer = function or (".".join((*names, child.name)), first)
            for default in (*child.args.defaults, *child.args.kw_defaults):
                if default:
                    # It is worked out where the function is defined.
                    yield from _in_body(default, text, (*names, child.name), function)
            yield from _in_body(child, text, (*names, child.name), outer)
        elif isinstance(child, ast.Lambda):
            outer = function or (".".join((*names, "<lambda>")), child.lineno)
            yield from _in_body(child, text, names, outer)
        elif isinstance(child, ast.ClassDef):
            yield from _in_body(child, text, (*names, child.name), function)
        else:
            yield from _in_body(child, text, names, function)


def _inner(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of a node in which an error would be one: no annotation, decorator or text."""
    if isinstance(node, ast.JoinedStr | ast.Raise | ast.Assert) or _is_log(node):
        return
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield from node.body
    elif isinstance(node, ast.AnnAssign):
        if node.value:
            yield node.value
    elif isinstance(node, ast.Lambda):
        yield node.body
    elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        yield node.value
    else:
        yield from ast.iter_child_nodes(node)


def _is_log(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and bool(IS_LOG.match(ast.unparse(node.value)))


def _of_node(node: ast.AST, text: _Text, is_at_top: bool) -> Iterator[Edit]:
    match node:
        case ast.Compare():
            operands = [node.left, *node.comparators]
            for i, operator in enumerate(node.ops):
                yield from text.between(*operands[i : i + 2], *COMPARED[type(operator)])
        case ast.BoolOp():
            yield from _of_conditions(node, text)
        case ast.BinOp() if type(node.op) in CALCULATED:
            yield from text.between(node.left, node.right, *CALCULATED[type(node.op)])
        case ast.UnaryOp(op=ast.Not()):
            yield text.start(node), text.start(node) + len("not"), ""
        case ast.UnaryOp(op=ast.USub()) if not isinstance(node.operand, ast.Constant):
            yield text.start(node), text.start(node) + len("-"), ""
        case ast.Constant():
            yield from (text.instead(node, other) for other in _other_constants(node.value))
        case ast.Subscript(slice=ast.Constant(value=0 | 1 as index)):
            # The other channel, or the other of a pair.
            yield text.instead(node.slice, str(1 - index))
        case ast.If() | ast.IfExp():
            yield from (text.instead(node.test, other) for other in ("True", "False"))
        case ast.While():
            yield text.instead(node.test, "False")
        case ast.comprehension():
            yield from (text.instead(test, "True") for test in node.ifs)
        case ast.Name(ctx=ast.Load(), id=name) | ast.Attribute(ctx=ast.Load(), attr=name):
            if found := CHANNEL.search(name):
                other = "b" if found[0] == "a" else "a"
                at = text.end(node) - len(name) + found.start()
                yield at, at + 1, other
        case ast.Lambda():
            if isinstance(node.body, ast.Compare | ast.BoolOp | ast.UnaryOp | ast.Call):
                yield from (text.instead(node.body, other) for other in ("True", "False"))
        case ast.FunctionDef(returns=ast.Name(id="bool")):
            yield from _of_answers(node, text)
        case ast.Call():
            yield from _of_call(node, text)
        case ast.Expr(value=ast.Call()) if not _is_log(node):
            yield text.instead(node, "pass")
        case ast.Raise() | ast.AugAssign() | ast.Continue():
            yield text.instead(node, "pass")
        case ast.Break():
            yield text.instead(node, "continue")
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript() | ast.Tuple()]):
            if not isinstance(node.targets[0], ast.Tuple) or _are_attributes(node.targets[0]):
                yield text.instead(node, "pass")
        case ast.Set() | ast.Dict():
            yield from _of_members(node, text)
        case ast.Tuple() | ast.List() if is_at_top and text.is_bracketed(node):
            yield from _of_members(node, text)


def _of_conditions(node: ast.BoolOp, text: _Text) -> Iterator[Edit]:
    """`and` for `or`, and each condition left out."""
    old, new, without = ("and", "or", "True")
    if isinstance(node.op, ast.Or):
        old, new, without = ("or", "and", "False")
    for left, right in zip(node.values, node.values[1:], strict=False):
        yield from text.between(left, right, old, new)
    # Without a question for None the type checker fails: that is no error that tests have to find.
    left_out = (value for value in node.values if not _asks_for_none(value))
    yield from (text.instead(value, without) for value in left_out)


def _asks_for_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Compare) and ast.unparse(value).endswith(
        ("is None", "is not None")
    )


def _other_constants(value: object) -> Iterator[str]:
    if isinstance(value, bool):
        yield str(not value)
    elif isinstance(value, int):
        yield str(value + 1)
    elif isinstance(value, float):
        yield repr(value + 1.0 if value == 0.0 or value >= 2.0 else value * 2.0)


def _of_answers(node: ast.FunctionDef, text: _Text) -> Iterator[Edit]:
    """A question that is always answered yes, or always no."""
    answers = (inner.value for inner in ast.walk(node) if isinstance(inner, ast.Return))
    for answer in answers:
        if answer is not None and not isinstance(answer, ast.Constant):
            yield from (text.instead(answer, other) for other in ("True", "False"))


def _of_call(node: ast.Call, text: _Text) -> Iterator[Edit]:
    if isinstance(node.func, ast.Name) and node.func.id in EXCHANGED:
        yield text.instead(node.func, EXCHANGED[node.func.id])
    called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    called = node.func.id if isinstance(node.func, ast.Name) else called
    if called in CHANGED_BY:
        parts = [*node.args, *node.keywords]
        for i, part in enumerate(parts):
            if not isinstance(part, ast.keyword) or part.arg is None:
                continue
            if i + 1 < len(parts):
                yield text.start(part), text.start(parts[i + 1]), ""
            elif i:
                yield text.end(parts[i - 1]), text.end(part), ""
            else:
                yield text.instead(part, "")


def _of_members(node: ast.Set | ast.Dict | ast.Tuple | ast.List, text: _Text) -> Iterator[Edit]:
    """Each row of a table left out; what is left has to be as good as a table of two."""
    if isinstance(node, ast.Dict):
        rows = [
            (text.start(key), text.end(value))
            for key, value in zip(node.keys, node.values, strict=True)
            if key is not None
        ]
    else:
        rows = [(text.start(one), text.end(one)) for one in node.elts]
    if len(rows) < 3 and not isinstance(node, ast.Dict | ast.Set):
        return
    for start, end in rows:
        after = re.match(rb"\s*,", text.source[end:])
        if after:
            yield start, end + after.end(), ""


def _are_attributes(target: ast.Tuple) -> bool:
    return all(isinstance(one, ast.Attribute) for one in target.elts)
