"""What `status` answers: the session as JSON, for scripts and for people over SSH."""

from collections.abc import Mapping
from typing import Any

from appliance import __version__
from appliance.session.record import Record
from appliance.session.state import State
from appliance.session.view import ChannelView, StageView, View
from appliance.session.view_of_record import NO_DETAILS, view_of
from appliance.settings.words import Words
from appliance.therapy.offers import figures


def status_of(
    record: Record,
    driver: str,
    words: Words,
    details: Mapping[str, str] = NO_DETAILS,
    settings_error: str = "",
) -> dict[str, Any]:
    """The answer to `status`. Its keys are a contract.

    `settings_error` is why new settings are not taken.
    """
    view = view_of(record, details)
    stage = view.stage
    faults = [_fault(name, words, details.get(name, "")) for name in view.faults]
    return {
        "state": view.state.value,
        "person": view.person,
        "stage": stage.placement if stage else None,
        "stage_index": stage.index if stage else None,
        "stages": stage.count if stage else 0,
        "phase": stage.phase if stage else None,
        "step": _step(view, stage),
        "stage_remaining_s": round(stage.remaining_s, 3) if stage else None,
        "unit": view.unit.value,
        "limit": view.limit,
        "limit_reason": view.limit_reason,
        "channels": [_channel(channel) for channel in view.channels],
        "knob_side": view.knob_side,
        "output": view.output.value,
        "stop_pressed": view.stop_pressed,
        "stop_stuck": view.stop_stuck,
        "checklist": {
            "confirmed": record.checklist_valid,
            "item": view.statement.id if view.statement else None,
        },
        "fault": faults[0] if faults else None,
        "faults": faults,
        "tells": [_fault(name, words, details.get(name, "")) for name in view.tells],
        "hint": _hint(view, words),
        "plan": figures(record.today),
        "board": _board(record, driver, view.battery),
        "settings": {"error": settings_error or None},
        "version": __version__,
    }


def _step(view: View, stage: StageView | None) -> str | None:
    """The step of the contraction while stimulating, else the page of the state."""
    if view.state is State.STIMULATING:
        return stage.part if stage else None
    return view.page_name


def _channel(channel: ChannelView) -> dict[str, Any]:
    return {
        "name": channel.name,
        "target": channel.target,
        "level": round(channel.level, 3),
        "in_force": round(channel.in_force, 3),
        "measured": None if channel.measured is None else round(channel.measured, 3),
        "contact": channel.contact.value,
    }


def _fault(name: str, words: Words, detail: str) -> dict[str, str]:
    text, what_next = words.fault(name)
    return {
        "id": name,
        "text": text,
        "next": what_next,
        "detail": detail,
    }


def _hint(view: View, words: Words) -> dict[str, str] | None:
    """The few words that the screen shows for a moment."""
    if view.hint is None:
        return None
    reason = f"limit.{view.limit_reason}"
    at_limit = view.hint == "limit" and reason in words
    return {"id": view.hint, "text": words(reason if at_limit else f"hint.{view.hint}")}


def _board(record: Record, driver: str, battery: float | None) -> dict[str, Any]:
    report = record.report
    return {
        "driver": driver,
        "firmware": report.identity.firmware if report.identity else None,
        "link": report.link.value,
        "battery_v": report.battery_v,
        "battery": battery,
        "refusals": report.refusals,
        "research_only": report.identity.research_only if report.identity else False,
    }
