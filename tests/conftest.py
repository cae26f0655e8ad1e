"""What all tests share: no example of hypothesis is judged by the wall clock, and what was
measured, or could not be tested here, is said at the end of the run."""

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import Phase, settings

from hardware.safety.case import ROOT, SafetyCase, read
from tests import levels_told

# Set here because the first import decides, and more than one folder imports it.
pytest.register_assert_rewrite("tests.journeys.journey")

# The same examples in every run: a change is judged by what it changed. New examples are sought
# with `pytest --hypothesis-profile=new-examples`, and what breaks becomes a test of its own.
settings.register_profile("appliance", deadline=None, derandomize=True)
settings.register_profile("new-examples", deadline=None)
# What breaks is not made smaller: `tests.campaign.planted` only asks whether something does.
settings.register_profile(
    "first-break", deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate]
)
settings.load_profile("appliance")


def pytest_xdist_auto_num_workers() -> int | None:
    """One worker more than there are cores: tests of processes wait for real time."""
    if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ or not hasattr(os, "sched_getaffinity"):
        return None
    return len(os.sched_getaffinity(0)) + 1


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Keep with the test's report whether A and B had unlike levels in it."""
    levels_told.forget()
    try:
        return (yield)
    finally:
        told = levels_told.of_this_test()
        if told is not None:
            item.user_properties.append(("levels", told))


@cache
def _safety_case() -> SafetyCase:
    return read()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """A test of the safety case that fails names the controls and hazards that it stands for."""
    report = yield
    if report.failed:
        file = Path(item.path).relative_to(ROOT).as_posix()
        held = _safety_case().held_by(f"{file}::{getattr(item, 'originalname', item.name)}")
        report.sections += [("Safety case", "\n".join(held))] if held else []
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _is_whole_run(terminalreporter.config):
        _tell_of_controls(terminalreporter)
    for line in _levels_told(terminalreporter)[0]:
        terminalreporter.write_line(line)
    for report in terminalreporter.getreports("passed"):
        for name, text in getattr(report, "user_properties", ()):
            if name == "summary":
                terminalreporter.write_line(str(text))
    skipped = [
        report
        for report in terminalreporter.getreports("skipped")
        if report.nodeid.startswith("tests/firmware/")
    ]
    if skipped:
        *_, reason = skipped[0].longrepr
        terminalreporter.write_line(f"NOT TESTED: {len(skipped)} of tests/firmware: {reason}")


def _levels_told(terminalreporter: pytest.TerminalReporter) -> tuple[list[str], bool]:
    """A line for each kind of test that tells a board levels, and whether enough are unlike."""
    told: dict[str, list[str]] = {}
    for report in terminalreporter.getreports("passed"):
        kind = levels_told.kind_of(report.nodeid)
        for name, levels in report.user_properties if kind else ():
            if name == "levels" and kind:
                told.setdefault(kind, []).append(str(levels))
    lines, enough = [], True
    for kind, levels in sorted(told.items()):
        unlike = levels.count("one")
        lines.append(f"{kind}: in {unlike} of {len(levels)} A and B have unlike levels, one none")
        enough &= unlike >= levels_told.LEAST_SHARE * len(levels)
    return lines, enough


def _is_whole_run(config: pytest.Config) -> bool:
    """Whether the whole suite was asked for: no file, no keyword, no mark."""
    whole = config.args == config.getini("testpaths")
    return whole and not (config.option.keyword or config.option.markexpr)


def _tell_of_controls(terminalreporter: pytest.TerminalReporter) -> None:
    """Name each test of the safety case that did not run; `pytest_sessionfinish` fails for it."""
    case = _safety_case()
    missing = sorted(case.test_names() - _ran(terminalreporter))
    terminalreporter.write_line(
        f"safety case: {len(case.hazards)} hazards, {len(case.controls)} controls, "
        f"{len(case.test_names())} named tests, {len(missing)} of them did not run"
    )
    for name in missing:
        terminalreporter.write_line(f"DID NOT RUN: {name}")


def _ran(terminalreporter: pytest.TerminalReporter) -> set[str]:
    outcomes = ("passed", "failed", "xfailed")
    reports = (report for outcome in outcomes for report in terminalreporter.getreports(outcome))
    return {report.nodeid.split("[")[0] for report in reports if hasattr(report, "nodeid")}


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """A whole run in which A and B had mostly one level is no green run, nor is one in CI in which
    a test of the safety case did not run.

    Elsewhere the firmware's tools may be missing; the summary then says what did not run.
    """
    config = session.config
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or hasattr(config, "workerinput") or not _is_whole_run(config):
        return
    missing = os.environ.get("CI") and _safety_case().test_names() - _ran(reporter)
    if exitstatus == pytest.ExitCode.OK and (missing or not _levels_told(reporter)[1]):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
