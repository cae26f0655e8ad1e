"""What a mutant is, and that each has tests and each survivor of the list is a mutant."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mutation import __main__ as program
from tests.mutation import chosen, mutants
from tests.mutation.__main__ import sample
from tests.mutation.chosen import files
from tests.mutation.mutants import ROOT, Mutant, mutants_of
from tests.mutation.verdicts import explained, summary

SOURCE = '''
"""A rule."""

MOST = 20.0
TABLE = (
    ("stop", lambda record: not record.stop_open),
    ("state", lambda record: record.state is ON),
    ("time", has_time),
)


def may(record, limit: float = 3.0) -> bool:
    """Whether it may."""
    if record.level_a < limit and record.run is not None:
        log.info("one %d", 5)
        return record.but(level=0, now=1)
    raise ValueError("no")
'''
EXPECTED = {
    "MOST = 21.0",
    '("stop", lambda record: record.stop_open),',
    '("stop", lambda record: True),',
    '("state", lambda record: record.state is not ON),',
    "",
    "def may(record, limit: float = 4.0) -> bool:",
    "if record.level_a <= limit and record.run is not None:",
    "if record.level_b < limit and record.run is not None:",
    "if record.level_a < limit or record.run is not None:",
    "if record.level_a < limit and record.run is None:",
    "if True and record.run is not None:",
    "if False:",
    "return record.but(now=1)",
    "return record.but(level=0)",
    "return record.but(level=1, now=1)",
    "return True",
    "pass",
}
NEVER = ("log", "ValueError", "Whether")


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Mutant]]:
    (tmp_path / "rule.py").write_text(SOURCE)
    monkeypatch.setattr(mutants, "ROOT", tmp_path)
    mutants.found_in.cache_clear()
    yield mutants_of("rule.py")
    mutants.found_in.cache_clear()


def test_each_part_of_a_rule_is_wrong_once(made: list[Mutant]) -> None:
    texts = {mutant.after.strip() for mutant in made}
    assert texts >= EXPECTED, EXPECTED - texts
    assert not [text for text in texts if any(word in text for word in NEVER)]
    assert not [text for text in texts if text.endswith("and True:")]


def test_a_mutant_is_the_whole_file_with_one_error(made: list[Mutant]) -> None:
    for mutant in made:
        compile(mutant.source(), mutant.file, "exec")
        assert mutant.source() != SOURCE.encode()


def test_a_mutant_knows_the_function_that_it_is_in(made: list[Mutant]) -> None:
    of = {mutant.after: mutant.function for mutant in made}
    assert of["MOST = 21.0"] is None
    assert of["if False:"] == ("may", 12)
    assert of["def may(record, limit: float = 4.0) -> bool:"] is None
    assert of['("stop", lambda record: True),'] == ("<lambda>", 6)


def test_each_module_has_mutants_and_tests_that_are_there() -> None:
    for file in files():
        assert mutants_of(file), file
        assert chosen.tests_of(file), file


def test_each_name_is_that_of_one_mutant() -> None:
    for file in files():
        names = [mutant.name for mutant in mutants_of(file)]
        assert len(names) == len(set(names)), file


def test_what_is_explained_is_still_a_mutant_and_has_a_reason() -> None:
    names = {mutant.name for file in files() for mutant in mutants_of(file)}
    assert [name for name in explained() if name not in names] == []
    assert all(why.strip() for why in explained().values())


def test_a_larger_sample_begins_with_the_smaller_one() -> None:
    assert sample(50, 7, "")[:20] == sample(20, 7, "")
    assert sample(20, 7, "") != sample(20, 8, "")
    assert {mutant.file for mutant in sample(20, 7, "session/gate.py")} == {
        "appliance/session/gate.py"
    }


def test_the_score_names_only_survivors_that_nothing_explains() -> None:
    a, b, c, d = sample(4, 7, "")
    verdicts = {a.name: "tests/x.py::test_y", b.name: "survived", c.name: "survived"}
    score, *left = summary([a, b, c, d], verdicts, {b.name: "The same to everybody."})
    assert score == "mutants: 3 tried, 1 killed (0 by a hang), 1 explained, 1 survived"
    assert left == [f"{c.file}:{c.line}: {c.name}"]
    assert (ROOT / c.file).is_file()


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The verdicts on the mutants of the gate that the program finds, to be changed."""
    verdicts = {mutant.name: "tests/x.py::test_y" for mutant in sample(2, 1, "session/gate.py")}
    monkeypatch.setattr(program, "read", lambda: verdicts)
    monkeypatch.setattr(program, "RESULTS", tmp_path / "mutation.jsonl")
    options = ["--count", "2", "--module", "session/gate.py", "--passed"]
    monkeypatch.setattr("sys.argv", ["mutation", *options])
    return verdicts


def test_survivors_have_an_exit_code_of_their_own(told: dict[str, str]) -> None:
    assert program.main() == 0
    told[next(iter(told))] = "survived"
    assert program.main() == 3


def test_a_job_that_crashes_fails_the_run(
    told: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise SystemExit(1)

    del told[next(iter(told))]
    monkeypatch.setattr(program, "work", crash)
    with pytest.raises(SystemExit, match="a job ended before"):
        program.main()


def test_a_wrong_usage_is_no_survivor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["mutation", "--count", "many"])
    with pytest.raises(SystemExit) as raised:
        program.main()
    assert raised.value.code == 2
