"""What all tests share: no example of hypothesis is judged by the wall clock, and what was
measured, or could not be tested here, is said at the end of the run."""

import pytest
from hypothesis import settings

# Told here because whoever imports it first decides, and more than one folder does.
pytest.register_assert_rewrite("tests.journeys.journey")

settings.register_profile("appliance", deadline=None)
settings.load_profile("appliance")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
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
