"""`plan`: what is due, and a calendar of the past and coming four weeks, or JSON."""

import argparse
import json
import os
from typing import TYPE_CHECKING, Any

from appliance.cli.arguments import add_config
from appliance.records import Fixed

if TYPE_CHECKING:
    from datetime import date

    from appliance.session.record import Rules
    from appliance.settings.model import Settings
    from appliance.therapy.calendar import CalendarDay, DayKind
    from appliance.therapy.history import History
    from appliance.therapy.offers import Today

MARKS = {
    "done": "*",
    "part": "/",
    "sore": "s",
    "missed": "o",
    "rest": ".",
    "due": "+",
    "due_gentle": "g",
    "before": " ",
}
LEGEND = (
    "* done   / less than half   s rest, sore   o not done   . rest   + due   g due, gentle\n"
    "[ ] is today. "
    "A session that was not done only moves the plan; nothing has to be made up for."
)


class PersonPlan(Fixed, frozen=True):
    """The plan of one person: what is due and offered now, and the days around it."""

    person: str
    history: "History"
    today: "Today"
    days: tuple["CalendarDay", ...]


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--person", metavar="NAME", help="only this person")
    parser.add_argument("--json", action="store_true", help="the same for scripts")
    add_config(parser)
    parser.set_defaults(run=_plan)


def _plan(arguments: argparse.Namespace) -> int:
    from appliance.cli.looking import known_person
    from appliance.settings import reading

    settings = reading.load(arguments.config, os.environ)
    chosen = known_person(arguments.person, settings.plan.people)
    plans = [
        plan
        for plan in plans_of(settings, rules_of(arguments, settings))
        if chosen in (None, plan.person)
    ]
    if arguments.json:
        print(json.dumps({"people": [as_json(plan) for plan in plans]}, ensure_ascii=False))
    else:
        print("\n\n".join(in_words(plan) for plan in plans) + f"\n\n{LEGEND}")
    return 0


def rules_of(arguments: argparse.Namespace, settings: "Settings") -> "Rules":
    from appliance.session.record import Rules
    from appliance.settings import library, reading

    path = reading.settings_path(arguments.config, os.environ)
    return Rules(settings.plan, settings.limits, library.load_catalogue(path, settings))


def plans_of(settings: "Settings", rules: "Rules") -> list[PersonPlan]:
    """The plan of everybody in the settings, as the box has it now."""
    from appliance.cli.looking import journal_of, now_by
    from appliance.journal import database
    from appliance.journal.calendar_query import DaysDone, days_done
    from appliance.journal.history_query import histories
    from appliance.stimulator.boards import card_of
    from appliance.therapy.history import History

    people = rules.plan.people
    if database.is_there(settings.journal.path):
        with journal_of(settings) as look:
            # A date that was set by hand counts here too: the machine may be months behind.
            today = look.now.wall.date()
            found = histories(look.connection, people, look.now)
            done = {one: days_done(look.connection, one, today) for one in people}
    else:
        now = now_by(None)
        today, weekday = now.wall.date(), now.wall.weekday() if now.trusted else None
        fresh = History(weekday=weekday, clock_trusted=now.trusted, readable=True)
        found, done = dict.fromkeys(people, fresh), dict.fromkeys(people, DaysDone({}, 0))
    on_body = card_of(settings.stimulator.driver).on_body
    return [
        person_plan(one, found[one], done[one], rules, today, on_body=on_body) for one in people
    ]


def person_plan(
    person: str,
    history: "History",
    done: Any,
    rules: "Rules",
    today: Any,
    *,
    on_body: bool = True,
) -> PersonPlan:
    """The plan of one person. `on_body` is False on a board that is for dummy loads only."""
    from appliance.therapy.calendar import calendar
    from appliance.therapy.offers import bench_today
    from appliance.therapy.offers import today as today_of

    if on_body:
        offered = today_of(person, history, rules.plan, rules.limits, rules.catalogue)
    else:
        offered = bench_today(person, history, rules.plan, rules.catalogue)
    asked = asked_today(offered)
    days = calendar(done.days, done.counted_before, today, rules.plan.days, asked)
    return PersonPlan(person, history, offered, days)


def asked_today(today: "Today") -> "DayKind":
    """What the box asks for today, for the calendar: the same as on the screen."""
    from appliance.therapy.calendar import DayKind

    if not today.due.planned_today:
        return DayKind.REST
    return DayKind.DUE_GENTLE if today.due.gentle else DayKind.DUE


def in_words(plan: PersonPlan) -> str:
    """The plan for a person at a terminal."""
    from appliance.therapy.calendar import WEEKDAYS, WEEKS_SHOWN

    lines = [f"{plan.person}: {headline(plan)}"]
    if not plan.history.clock_trusted:
        lines.append("The clock is not trusted, so the dates below may be wrong.")
    lines += ["", "            " + " ".join(name[:2].capitalize() for name in WEEKDAYS)]
    lines += _weeks(plan.days, today=plan.days[7 * WEEKS_SHOWN].day)
    return "\n".join(lines)


_USED = {
    "sessions": "done for today",
    "minutes": "the minutes of today are used",
    "interval": "rest for some hours",
    "box": "all minutes of the box are used",
    "undated": "no date is known: leave the box on for a day, or set the clock",
    "doubt": "the record is not whole: rest for a day",
    "soreness": "very sore: rest for a day",
    "skin": "rest until the skin is good",
}
_OFFERED = {
    "unfinished": "today an unfinished session, {minutes:.0f} min",
    "comfort": "today only comfort programs",
}


def headline(plan: PersonPlan) -> str:
    """What is due, in one sentence."""
    from appliance.therapy.calendar import DAILY_SESSIONS, GENTLE_SESSIONS, WEEKDAYS
    from appliance.therapy.plan import told_minutes

    due, used = plan.today.due, plan.today.used
    without = ", without a place whose skin was not good" if due.skin_closes else ""
    if used is None and due.offer.value in _OFFERED:
        told = _OFFERED[due.offer.value].format(minutes=due.total_minutes)
        return f"{told}{without}"
    if not due.planned_today:
        why = _USED[used.value] if used is not None else "rest today"
        if due.next_weekday is None:  # Without a date no weekday is known either.
            return why
        return f"{why}; next: {WEEKDAYS[due.next_weekday].capitalize()}"
    which = ""
    if due.gentle_number is not None:
        which = f"gentle session {due.gentle_number} of {GENTLE_SESSIONS}, "
    elif due.daily_number is not None:
        which = f"session {due.daily_number} of {DAILY_SESSIONS}, "
    elif due.gentle:
        which = "a gentle session after the break, "
    if due.minutes_each is None:
        return f"today {which}{due.total_minutes:.0f} min{without}"
    return f"today {which}{due.stage_count} x {told_minutes(due.minutes_each)} min{without}"


def _weeks(days: tuple["CalendarDay", ...], today: "date") -> list[str]:
    lines, week = [], ""
    for index, day in enumerate(days):
        weekday = day.day.weekday()
        if index == 0 or weekday == 0:
            lines += [week.rstrip()] if week else []
            week = f"{day.day:%d %b %y}  " + "   " * weekday
        mark = MARKS[day.kind.value]
        week += f"[{mark}]" if day.day == today else f" {mark} "
    return [*lines, week.rstrip()]


def as_json(plan: PersonPlan) -> dict[str, Any]:
    from appliance.therapy.offers import figures

    return {
        "person": plan.person,
        "clock_trusted": plan.history.clock_trusted,
        "sessions_counted": plan.history.sessions_counted,
        **figures(plan.today),
        "calendar": [
            {
                "date": day.day.isoformat(),
                "kind": day.kind.value,
                "number": day.number,
                "minutes": round(day.minutes, 1),
            }
            for day in plan.days
        ],
    }
