"""SAFETY.md: the safety case as a page that a builder can read."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hardware.safety.campaign import section
from hardware.safety.case import BY_HAND, Control, Hazard, SafetyCase
from hardware.safety.removal import Removal, Result

LIKELIHOODS = ("", "hardly conceivable", "rare", "occasional", "probable", "frequent")
SEVERITIES = ("", "discomfort", "passing harm", "harm that needs care", "lasting harm", "death")
_HEAD = """# Safety

**This is not a medical device.** This page lists what can hurt a person who uses the box, what
the project does against it, and the tests that fail when that is taken away. The method is that
of ISO 14971; severity and likelihood are estimates of the makers, not figures from incidents.

Made from `hardware/safety/hazards.toml` by `python -m hardware.safety`; `--check` fails when this
page is stale, when a control has no test, or when a test that is named does not exist. A whole
run of the tests fails when one that is named here did not run. `python -m hardware.safety.removals`
takes each control away as `hardware/safety/removals.toml` says, and expects its test to fail.
`python -m tests.campaign` brings faults about by chance, in a whole box in virtual time.
"""


def page(
    case: SafetyCase,
    removals: Sequence[Removal],
    results: Mapping[str, Result],
    campaign: Mapping[str, Any],
) -> str:
    """The whole page as Markdown. `campaign` is what `python -m tests.campaign --record` wrote."""
    return "\n".join(
        [
            _HEAD,
            *_summary(case),
            "",
            *_tried(removals, results),
            "",
            *section(campaign),
            "## Hazards",
            "",
            *_hazards(case),
            "",
            "## Controls and the tests that hold them",
            "",
            *_controls(case, removals, results),
            "",
        ]
    )


def _summary(case: SafetyCase) -> Iterator[str]:
    kinds = [control.kind for control in case.controls.values()]
    by_kind = ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds))
    tests = len(case.test_names())
    yield f"{len(case.hazards)} hazards, {len(kinds)} controls ({by_kind}), {tests} named tests."
    yield ""
    yield from _risk_table(
        "Before the controls", [(h.severity, h.likelihood_before) for h in case.hazards]
    )
    yield ""
    yield from _risk_table(
        "After the controls", [(h.severity, h.likelihood_after) for h in case.hazards]
    )


def _risk_table(title: str, risks: list[tuple[int, int]]) -> Iterator[str]:
    """How many hazards have which severity and likelihood."""
    yield f"| {title} | {' | '.join(LIKELIHOODS[1:])} |"
    yield "|---|" + "---|" * (len(LIKELIHOODS) - 1)
    for severity in range(len(SEVERITIES) - 1, 0, -1):
        counts = [risks.count((severity, likelihood)) for likelihood in range(1, 6)]
        yield f"| {SEVERITIES[severity]} | {' | '.join(str(n) if n else '' for n in counts)} |"


def _hazards(case: SafetyCase) -> Iterator[str]:
    yield "| | hazard | cause | harm | risk before | after | controls |"
    yield "|---|---|---|---|---|---|---|"
    for hazard in case.hazards:
        yield _hazard(hazard)


def _hazard(hazard: Hazard) -> str:
    controls = ", ".join(f"[{control}](#{control})" for control in hazard.controls)
    return (
        f"| {hazard.id} | {hazard.title} | {hazard.cause} | {hazard.harm} "
        f"| {hazard.risk_before} | {hazard.risk_after} | {controls} |"
    )


def _tried(removals: Sequence[Removal], results: Mapping[str, Result]) -> Iterator[str]:
    of_now = [result for one in removals if (result := _result(one, results)) is not None]
    noticed = [result for result in of_now if not result.problem]
    commits = ", ".join(dict.fromkeys(f"`{result.commit}`" for result in of_now))
    yield (
        f"{len(removals)} ways to take a control away: {len(of_now)} were tried as they stand"
        f" ({commits}), and in {len(noticed)} of them the test that is named below failed."
    )


def _result(removal: Removal, results: Mapping[str, Result]) -> Result | None:
    result = results.get(removal.name)
    return result if result is not None and result.digest == removal.digest else None


def _controls(
    case: SafetyCase, removals: Sequence[Removal], results: Mapping[str, Result]
) -> Iterator[str]:
    for control in case.controls.values():
        yield from _control(control, case.hazards_of(control.id))
        for removal in removals:
            if removal.control == control.id:
                yield _removed(removal, _result(removal, results))
        yield ""


def _removed(removal: Removal, result: Result | None) -> str:
    files = ", ".join(dict.fromkeys(f"`{edit.file}`" for edit in removal.edits))
    if result is None:
        return f"* taken away in {files}: not tried yet"
    if result.problem:
        return f"* taken away in {files}: **not noticed**: {result.problem}"
    failed = ", ".join(f"`{test.partition('::')[2]}`" for test in result.failed)
    return f"* taken away in {files}, this fails: {failed}"


def _control(control: Control, hazards: tuple[str, ...]) -> Iterator[str]:
    yield f"### {control.id}"
    yield ""
    yield f"{control.what} ({control.kind}; {', '.join(hazards)})"
    yield ""
    for test in control.tests:
        if test.startswith(BY_HAND):
            yield f"* by hand: [{test[1:]}]({test[1:]})"
        else:
            path, _, name = test.partition("::")
            yield f"* [`{name}`]({path})"
