"""Settings that contradict each other: each is allowed alone, and together they make no sense."""

from collections.abc import Iterator, Mapping

from appliance.settings.model import Settings
from appliance.stimulator.boards import card_of


def contradictions(settings: Settings, tables: Mapping[str, object]) -> Iterator[str]:
    """A line for each: key, value, and what is allowed beside the other one.

    `tables` is what the file itself contains: a default does not contradict a value in the file.
    """
    limits, plan = settings.limits, settings.plan
    written = tables.get("limits")
    written = written if isinstance(written, Mapping) else {}
    if "gentle_current_ma" in written and limits.gentle_current_ma > limits.current_ma:
        yield (
            f"[limits] gentle_current_ma = {limits.gentle_current_ma:g}: allowed is at most"
            f" current_ma, which is {limits.current_ma:g}"
        )
    for key in ("minutes_per_day", "minutes_per_site"):
        minutes = getattr(limits, key)
        if minutes < plan.stage_minutes:
            yield (
                f"[limits] {key} = {minutes:g}: allowed is at least a stage, and [plan]"
                f" stage_minutes is {plan.stage_minutes:g}; raise this or lower that"
            )
    if limits.minutes_per_day < limits.minutes_per_site and "minutes_per_site" in written:
        yield (
            f"[limits] minutes_per_site = {limits.minutes_per_site:g}: allowed is at most"
            f" minutes_per_day, which is {limits.minutes_per_day:g}"
        )
    driver = settings.stimulator.driver
    if card_of(driver).needs_relay and settings.indicators.enable_line is None:
        yield (
            f"[indicators] enable_line = false: allowed is a pin, because [stimulator] driver is"
            f" {driver}, which goes off too late by itself: its relay has to be in the leads"
        )
