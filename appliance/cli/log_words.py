"""A session of the record in words, for a terminal."""

from appliance.journal.session_query import SessionRecord
from appliance.settings.words import Words
from appliance.therapy.questions import SKIPPED

SCALES = "soreness, discomfort, questions: 0 none, 10 worst; skin: 0 good, 1 red, 2 burn or blister"


def line_of(session: SessionRecord, words: Words) -> str:
    """One session in one line."""
    doubt = "" if session.clock_trusted else " (date not certain)"
    gentle = ", gentle" if session.gentle else ""
    return (
        f"{session.id:>5}  {session.began:%Y-%m-%d %H:%M}  {session.person}: {session.routine}"
        f"{gentle}, {session.delivered_s / 60:.0f} of {session.planned_s / 60:.0f} min,"
        f" {end_of(session.why, words)}{doubt}"
    )


def lines_of(session: SessionRecord, words: Words) -> list[str]:
    """One session with everything that is known of it."""
    lines = [line_of(session, words).strip()]
    for stage in session.stages:
        began = stage.why is not None or stage.delivered_s > 0.0
        ended = end_of(stage.why, words) if began else "not begun"
        lines.append(
            f"  {stage.placement}, {stage.program}: {stage.delivered_s / 60:.1f} of"
            f" {stage.planned_s / 60:.1f} min, {ended}"
        )
        for index, channel in enumerate("AB" if stage.delivered_s else ""):
            mean, measured = stage.mean[index], stage.measured_ma[index]
            line = f"    {channel}: highest level {stage.highest[index]:g}"
            line += "" if mean is None else f", mean {mean:.1f}"
            line += "" if measured is None else f", measured up to {measured:.1f} mA"
            lines.append(line)
    answers = [_answer(question, answer, words) for question, answer in session.answers]
    return lines + answers + ([f"  ({SCALES})"] if answers else [])


def end_of(why: str | None, words: Words) -> str:
    """How a session or a stage ended."""
    if why is None:
        return words("report.end_running")
    key = f"report.end_{why}"
    return words(key) if key in words else words("report.end_interrupted", why=why)


def _answer(question: str, answer: str, words: Words) -> str:
    key = f"report.answer_{question}"
    given = words("report.skipped") if answer == SKIPPED else answer
    return f"  {words(key) if key in words else question}: {given}"
