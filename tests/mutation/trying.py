"""Try mutants on tests, each in a process of its own: fork, put the error in, run until one fails.

Pytest collects once. An error within a function is put into the live function of a forked process.
One outside of functions has been read everywhere by then, so its process imports the program anew;
so does that of a survivor: what was worked out at import may hide it.
"""

import ctypes
import functools
import gc
import importlib.abc
import importlib.machinery
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import NamedTuple

import pytest

from tests.mutation.chosen import tests_of
from tests.mutation.mutants import ROOT, Mutant

SECONDS_A_TEST = 120.0
"""A test that takes longer hangs, and has noticed the error. None takes a tenth of it."""
SURVIVED, AGAIN, HANGS, NO_PROGRAM = "survived", "again", "a test hangs", "its tests cannot be read"
_PR_SET_PDEATHSIG = 1
_CACHED = type(functools.cache(len))
_FOLDER = Path("/dev/shm") if os.access("/dev/shm", os.W_OK) else None


class Verdict(NamedTuple):
    """What became of a mutant: the test that failed, or one of the words above."""

    what: str
    seconds: float


class Order:
    """Which tests come first: what has seen most errors of this function and file in a second."""

    def __init__(self) -> None:
        self._seen: Counter[tuple[str, str]] = Counter()
        self.seconds: dict[str, float] = {}
        """How long each test took when it ran last."""

    def learn(self, mutant: Mutant, test: str) -> None:
        self._seen[f"{mutant.file} {mutant.where}", test] += 5
        self._seen[mutant.file, test] += 1

    def rank(self, mutant: Mutant, test: str) -> float:
        """Smaller is earlier. Equal ones stay in the order of the list."""
        seen = self._seen[f"{mutant.file} {mutant.where}", test] + self._seen[mutant.file, test]
        return -seen / max(self.seconds.get(test, 1.0), 0.1)


def try_all(mutants: Sequence[Mutant], tell: Callable[[Mutant, Verdict], None]) -> None:
    """Try each of them, and tell of each at once."""
    order = Order()
    in_functions = [mutant for mutant in mutants if mutant.function]
    left = [mutant for mutant in mutants if not mutant.function]
    for mutant, verdict in _tried_in_functions(in_functions, order):
        if verdict.what in (SURVIVED, AGAIN):
            left.append(mutant)
        else:
            tell(mutant, verdict)
    for mutant in left:
        tell(mutant, tried_anew(mutant, order))


def tried_anew(mutant: Mutant | None, order: Order, files: Sequence[str] = ()) -> Verdict:
    """Import everything with this error in it, or without one, and run its tests."""

    def run(said: Connection) -> None:
        if mutant:
            sys.meta_path.insert(0, _WithError(mutant))
        tests = tests_of(mutant.file) if mutant else files
        code = _pytest(tests, _Sorted(mutant, order), _Telling(said))
        # A test that fails has been told of. Where it is none of them, they could not be read.
        said.send((SURVIVED if code == pytest.ExitCode.OK else NO_PROGRAM, True, 0.0))

    return _watched(run, order)


def _tried_in_functions(
    mutants: Sequence[Mutant], order: Order
) -> Iterator[tuple[Mutant, Verdict]]:
    """Those in functions, from a process in which pytest has collected all their tests."""
    ours, theirs = Pipe(duplex=False)
    child = os.fork()
    if not child:
        _be_child(functools.partial(_serve, mutants, order), theirs)
    theirs.close()
    for mutant in mutants:
        try:
            verdict = ours.recv()
        except EOFError:
            raise SystemExit("pytest did not collect the tests of these modules") from None
        order.learn(mutant, verdict.what)
        yield mutant, verdict
    os.waitpid(child, 0)


def _serve(mutants: Sequence[Mutant], order: Order, said: Connection) -> None:
    files = dict.fromkeys(test for mutant in mutants for test in tests_of(mutant.file))
    _pytest(list(files), _Bench(mutants, order, said))


class _Bench:
    """Takes the place of the loop in which pytest runs what it has collected."""

    def __init__(self, mutants: Sequence[Mutant], order: Order, said: Connection) -> None:
        self._mutants, self._order, self._said = mutants, order, said

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        by_file: dict[str, list[pytest.Item]] = {}
        for item in session.items:
            by_file.setdefault(item.path.relative_to(ROOT).as_posix(), []).append(item)
        for mutant in self._mutants:
            items = [item for file in tests_of(mutant.file) for item in by_file.get(file, [])]
            ranks = {item: self._order.rank(mutant, item.nodeid) for item in items}
            items.sort(key=ranks.__getitem__)
            verdict = _watched(functools.partial(_run, session, mutant, items), self._order)
            self._order.learn(mutant, verdict.what)
            self._said.send(verdict)
        return True


def _run(
    session: pytest.Session, mutant: Mutant, items: Sequence[pytest.Item], said: Connection
) -> None:
    if not put_in(mutant):
        said.send((AGAIN, True, 0.0))
        return
    session.config.pluginmanager.register(_Telling(said))
    for item, following in zip(items, [*items[1:], None], strict=True):
        item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
    said.send((SURVIVED, True, 0.0))


def put_in(mutant: Mutant) -> bool:
    """Have the functions of this process run the mutant's code; False where that cannot be."""
    path = str(ROOT / mutant.file)
    whole = compile(mutant.source(), path, "exec", dont_inherit=True)
    new = [
        code for code in _codes(whole) if (code.co_qualname, code.co_firstlineno) == mutant.function
    ]
    objects = gc.get_objects()
    functions = [
        one
        for one in objects
        if type(one) is FunctionType
        and one.__code__.co_filename == path
        and (one.__code__.co_qualname, one.__code__.co_firstlineno) == mutant.function
    ]
    if len(new) != 1 or not functions:
        return False
    try:
        for function in functions:
            function.__code__ = new[0]
    except ValueError:
        # It needs another number of variables from around it.
        return False
    for one in objects:
        # What was worked out without the error.
        if isinstance(one, _CACHED) and _is_ours(one):
            one.cache_clear()
    return True


def _is_ours(function: object) -> bool:
    return str(getattr(function, "__module__", "")).startswith(("appliance", "tests"))


def _codes(code: CodeType) -> Iterator[CodeType]:
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield one
            yield from _codes(one)


class _WithError(importlib.abc.MetaPathFinder):
    """Loads one module with an error in it."""

    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant
        self._name = mutant.file.removesuffix(".py").replace("/", ".")

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name != self._name:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        if spec:
            spec.loader = _LoaderWithError(self._mutant, name)
        return spec


class _LoaderWithError(importlib.machinery.SourceFileLoader):
    def __init__(self, mutant: Mutant, name: str) -> None:
        super().__init__(name, str(ROOT / mutant.file))
        self._mutant = mutant

    def get_code(self, fullname: str) -> CodeType:
        return compile(self._mutant.source(), self.path, "exec", dont_inherit=True)


def _pytest(tests: Sequence[str], *plugins: object) -> int:
    os.chdir(ROOT)
    # A simulated board that a test leaves behind because it failed is no failure of the next one.
    off = ("cacheprovider", "unraisableexception", "terminalreporter", "logging")
    options = [word for name in off for word in ("-p", f"no:{name}")]
    with tempfile.TemporaryDirectory(prefix="mutation-", dir=_FOLDER) as folder:
        options += [f"--basetemp={folder}/tests", "-x", "-n", "0", "--tb=no"]
        return pytest.main([*options, *tests], plugins=list(plugins))


class _Telling:
    """Sends the outcome of each test as it comes."""

    def __init__(self, said: Connection) -> None:
        self._said = said

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed or report.when == "call":
            self._said.send((report.nodeid, report.failed, report.duration))


class _Sorted:
    """Runs what may see the error first."""

    def __init__(self, mutant: Mutant | None, order: Order) -> None:
        self._mutant, self._order = mutant, order

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        mutant = self._mutant
        if mutant:
            items.sort(key=lambda item: self._order.rank(mutant, item.nodeid))


def _watched(run: Callable[[Connection], None], order: Order) -> Verdict:
    """What came of a process of its own, which is ended at the first failure."""
    began = time.monotonic()
    ours, theirs = Pipe(duplex=False)
    child = os.fork()
    if not child:
        _be_child(run, theirs)
    theirs.close()
    try:
        what = _first_failure(ours, order)
    finally:
        ours.close()
        # With all that its tests have started.
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return Verdict(what, time.monotonic() - began)


def _be_child(run: Callable[[Connection], None], said: Connection) -> None:
    status = 1
    try:
        # It ends with its parent, which may be stopped at any time.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        os.setsid()
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nothing, stream)
        run(said)
        status = 0
    finally:
        os._exit(status)


def _first_failure(said: Connection, order: Order) -> str:
    try:
        while said.poll(SECONDS_A_TEST):
            what, is_last, seconds = said.recv()
            order.seconds[what] = seconds
            if is_last:
                return str(what)
    except EOFError:
        return NO_PROGRAM
    return HANGS
