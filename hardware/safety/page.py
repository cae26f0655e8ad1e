"""SAFETY.md: the safety case as a page that a builder can read."""

from collections.abc import Iterator

from hardware.safety.case import BY_HAND, Control, Hazard, SafetyCase

LIKELIHOODS = ("", "hardly conceivable", "rare", "occasional", "probable", "frequent")
SEVERITIES = ("", "discomfort", "passing harm", "harm that needs care", "lasting harm", "death")
_HEAD = """# Safety

**This is not a medical device.** This page lists what can hurt a person who uses the box, what
the project does against it, and the tests that fail when that is taken away. The method is that
of ISO 14971; severity and likelihood are estimates of the makers, not figures from incidents.

Made from `hardware/safety/hazards.toml` by `python -m hardware.safety`; `--check` fails when this
page is stale, when a control has no test, or when a test that is named does not exist. A whole
run of the tests fails when one that is named here did not run.
"""


def page(case: SafetyCase) -> str:
    """The whole page as Markdown."""
    return "\n".join(
        [
            _HEAD,
            *_summary(case),
            "",
            "## Hazards",
            "",
            *_hazards(case),
            "",
            "## Controls and the tests that hold them",
            "",
            *_controls(case),
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


def _controls(case: SafetyCase) -> Iterator[str]:
    for control in case.controls.values():
        yield from _control(control, case.hazards_of(control.id))


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
    yield ""
