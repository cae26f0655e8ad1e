"""The report for a physiotherapist: one self-contained HTML page that prints on A4."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from html import escape

from appliance.cli.log_words import end_of
from appliance.cli.looking import Look
from appliance.cli.plan import PersonPlan
from appliance.cli.report_plot import line_plot
from appliance.journal.session_query import SessionRecord, sessions
from appliance.journal.weeks_query import Week, undated_sessions, weeks
from appliance.records import Fixed
from appliance.session.machine.pages import QUESTIONS, SKIPPABLE
from appliance.settings.words import Words
from appliance.therapy.calendar import WEEKDAYS, DayKind
from appliance.therapy.questions import SKIPPED

MOST_SESSIONS = 500
"""Newest sessions in the table; the plots have all weeks."""
_STYLE = """
@page { size: A4; margin: 15mm }
body { font: 10.5pt/1.4 "DejaVu Sans", Verdana, sans-serif; color: #1c2428; max-width: 180mm;
  margin: 8mm auto; padding: 0 4mm }
h1 { font-size: 17pt; margin: 0 0 1mm } h2 { font-size: 12.5pt; margin: 7mm 0 2mm }
p { margin: 0 0 2mm } .note { color: #566; font-size: 9pt }
table { border-collapse: collapse; width: 100%; font-size: 8.5pt }
th, td { text-align: left; padding: .8mm 1.5mm; border-bottom: .2mm solid #ccd3d6;
  vertical-align: top }
thead { display: table-header-group } tr, figure { break-inside: avoid }
td.number, th.number { text-align: right; white-space: nowrap }
.sessions td:not(:last-child) { white-space: nowrap }
figure { margin: 0 0 3mm } figcaption { font-size: 9.5pt; font-weight: bold }
svg { width: 100%; height: auto }
.calendar { width: 99% }
.calendar th:first-child { white-space: nowrap }
.calendar td, .calendar th { text-align: center; border: .2mm solid #ccd3d6; width: 12% }
.done { background: #bfe0cc } .part { background: #e2f0e7 } .missed { background: #f5efe0 }
.sore { background: #f3d9d3 } .due, .due_gentle { background: #dbe8f4 }
@media print { body { margin: 0; padding: 0; max-width: none } }
"""


class Report(Fixed, frozen=True):
    """What the page says, of one person."""

    person: str
    made: datetime
    since: str
    sessions: tuple[SessionRecord, ...]
    weeks: tuple[Week, ...]
    undated: int
    """Sessions that no week has, because their date is not certain."""
    plan: PersonPlan | None


def gather(look: Look, person: str, since: str, plan: PersonPlan | None) -> Report:
    """All figures of the page, read from the journal."""
    found = sessions(look.connection, person, MOST_SESSIONS, since=since)
    by_week = weeks(look.connection, person, since)
    undated = undated_sessions(look.connection, person)
    return Report(person, look.now.wall, since, found, by_week, undated, plan)


def html(report: Report, words: Words) -> str:
    """The whole page."""
    body = "\n".join(_sections(report, words))
    title = escape(words("report.title", person=report.person))
    return (
        f'<!DOCTYPE html>\n<html lang="{words.language}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n{body}\n"
        "</body>\n</html>\n"
    )


def _sections(report: Report, words: Words) -> Iterator[str]:
    yield f"<h1>{escape(words('report.title', person=report.person))}</h1>"
    yield f'<p class="note">{escape(words("report.made", day=f"{report.made:%Y-%m-%d}"))}</p>'
    yield f"<p>{escape(words('report.about'))}</p>"
    yield f"<p>{escape(_summary(report, words))}</p>"
    if report.undated:
        yield f"<p>{escape(words('report.undated', sessions=report.undated))}</p>"
    if report.plan is not None:
        yield _heading(words, "plan")
        yield _calendar(report.plan, words)
    yield _heading(words, "weeks")
    yield from _plots(report.weeks, words)
    if any(week.blocks for week in report.weeks):
        yield _heading(words, "exercise")
        yield from _exercises(report.weeks, words)
    asked = _day_answers(report.sessions, words)
    if asked:
        yield _heading(words, "days")
        yield f"<table><tbody>{asked}</tbody></table>"
    yield _heading(words, "sessions")
    yield _session_table(report.sessions, words)
    yield f'<p class="note">{escape(words("report.scales"))}</p>'


def _heading(words: Words, name: str) -> str:
    return f"<h2>{escape(words(f'report.{name}'))}</h2>"


def _summary(report: Report, words: Words) -> str:
    minutes = sum(week.minutes for week in report.weeks)
    count = sum(week.sessions for week in report.weeks)
    return words("report.summary", sessions=count, minutes=f"{minutes:.0f}", since=_from(report))


def _from(report: Report) -> str:
    if report.since:
        return report.since
    return report.weeks[0].monday.isoformat() if report.weeks else f"{report.made:%Y-%m-%d}"


def _calendar(plan: PersonPlan, words: Words) -> str:
    names = "".join(f"<th>{escape(words(f'weekday.{name}')[:2])}</th>" for name in WEEKDAYS)
    rows, cells = [], ""
    for index, day in enumerate(plan.days):
        weekday = day.day.weekday()
        if index == 0 or weekday == 0:
            rows += [f"<tr>{cells}</tr>"] if cells else []
            cells = f"<th>{day.day:%Y-%m-%d}</th>" + "<td></td>" * weekday
        text = "" if day.kind is DayKind.BEFORE else words(f"report.day_{day.kind.value}")
        cells += f'<td class="{day.kind.value}">{escape(text)}</td>'
    rows.append(f"<tr>{cells}</tr>")
    return f'<table class="calendar"><tr><th></th>{names}</tr>{"".join(rows)}</table>'


def _plots(found: Sequence[Week], words: Words) -> Iterator[str]:
    figures: tuple[tuple[str, Callable[[Week], float | None], float], ...] = (
        ("minutes", lambda week: week.minutes, 1.0),
        ("level", lambda week: week.level, 1.0),
        ("comfort", lambda week: week.comfort, 10.0),
        ("soreness", lambda week: week.soreness, 10.0),
    )
    for name, figure, least in figures:
        yield _plot(name, [(week.monday, figure(week)) for week in found], least, words)


def _plot(
    name: str, values: Sequence[tuple[date, float | None]], least: float, words: Words
) -> str:
    caption = escape(words(f"report.plot_{name}"))
    drawn = line_plot(values, least) or f'<p class="note">{escape(words("report.nothing"))}</p>'
    return f"<figure><figcaption>{caption}</figcaption>{drawn}</figure>"


def _exercises(found: Sequence[Week], words: Words) -> Iterator[str]:
    days, repetitions = sum(w.blocks for w in found), sum(w.repetitions for w in found)
    summary = words("report.exercise_summary", days=days, repetitions=repetitions)
    yield f"<p>{escape(summary)}</p>"
    yield _plot("blocks", [(week.monday, float(week.blocks)) for week in found], 1.0, words)


def _day_answers(found: Sequence[SessionRecord], words: Words) -> str:
    """The rows of all questions of the day, the newest first."""
    return "".join(
        f"<tr><td>{session.began:%Y-%m-%d}{_doubt(session)}</td>"
        f"<td>{escape(words(f'report.answer_{question}'))}</td>"
        f"<td>{escape(words('report.skipped') if answer == SKIPPED else answer)}</td></tr>"
        for session in found
        for question, answer in session.answers
        if question in SKIPPABLE
    )


def _session_table(found: Sequence[SessionRecord], words: Words) -> str:
    if not found:
        return f'<p class="note">{escape(words("report.nothing"))}</p>'
    columns = ("when", "what", "time", "levels", "answers", "end")
    head = "".join(f"<th>{escape(words(f'report.column_{name}'))}</th>" for name in columns)
    rows = "".join(_session_row(session, words) for session in found)
    return f'<table class="sessions"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _session_row(session: SessionRecord, words: Words) -> str:
    gentle = f" ({words('report.gentle')})" if session.gentle else ""
    answers = dict(session.answers)
    cells = (
        f"{session.began:%Y-%m-%d %H:%M}{_doubt(session)}",
        "\n".join(_stage_name(stage.placement, words) for stage in session.stages) + gentle,
        f"{session.delivered_s / 60:.0f} / {session.planned_s / 60:.0f}",
        "\n".join(_levels(session)),
        "\n".join(
            f"{words(f'report.answer_{name}')} {answers[name]}"
            for name in QUESTIONS
            if name in answers and name not in SKIPPABLE
        ),
        end_of(session.why, words),
    )
    return "<tr>" + "".join(f"<td>{_lines(cell)}</td>" for cell in cells) + "</tr>"


def _doubt(session: SessionRecord) -> str:
    return "" if session.clock_trusted else " ?"


def _stage_name(placement: str, words: Words) -> str:
    key = f"stage.{placement}.name"
    return words(key) if key in words else placement


def _levels(session: SessionRecord) -> Iterator[str]:
    """Highest and mean level of each stage, channel A and B."""
    for stage in session.stages:
        if not stage.delivered_s:
            yield "-"
            continue
        means = ["?" if mean is None else f"{mean:.0f}" for mean in stage.mean]
        pairs = zip("AB", stage.highest, means, strict=True)
        yield ", ".join(f"{name} {high:g} ({mean})" for name, high, mean in pairs)


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")
