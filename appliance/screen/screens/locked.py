"""The screen of `locked`: the plan of the day, and the pages record, sound, language, date."""

from datetime import datetime

from PIL import Image

from appliance.screen.drawing import fonts
from appliance.screen.drawing.canvas import BODY_TOP, INNER, LEFT, LINE, Canvas, Phrases
from appliance.screen.drawing.pixels import LIT
from appliance.screen.screens import record
from appliance.screen.screens.widgets import MIDDLE, Footer, footer, header, scale, title
from appliance.session.cues import LOUDEST
from appliance.session.machine.pages import LOOKED_AT, SWITCH_OFF
from appliance.session.view import View
from appliance.therapy.calendar import DAILY_SESSIONS, GENTLE_SESSIONS, WEEKDAYS
from appliance.therapy.exercise import STRENGTHENING
from appliance.therapy.plan import GUEST, DayUsed, Due, Offer, told_minutes


def draw(canvas: Canvas, view: View, words: Phrases) -> None:
    _PAGES.get(view.page_name or "plan", _plan)(canvas, view, words)
    footer(canvas, _does(view, words), view.hold)


def _does(view: View, words: Phrases) -> Footer:
    match view.page_name:
        case "switch_off":
            return Footer(back=words("foot.no"), confirm=words("foot.off"))
        case "switching_off":
            return Footer()
        case "still_on":
            return Footer(back=words("foot.back"))
    confirm = words(_confirm_key(view)) if view.can_confirm else ""
    held, short = words("foot.hold_off"), words("foot.off")
    return Footer(words("foot.page"), held, short, confirm)


def _confirm_key(view: View) -> str:
    part = view.date.part if view.date else None
    if part is None:
        if view.page_name == "exercise":
            return "foot.begin"
        if view.page_name in LOOKED_AT:
            return "foot.ok"
        # If today is used up, CONFIRM only shows why.
        return "foot.start_check" if view.day_used is None else "foot.why"
    return "foot.ok" if part == "minute" else "foot.next"


def _plan(canvas: Canvas, view: View, words: Phrases) -> None:
    several = sum(person != GUEST for person in view.people) > 1
    header(canvas, words("locked.people" if several else "locked.title"), charge=view.battery)
    arrows = fonts.strong().width("◄ . ►") if several else 0
    name = fonts.strong().shorten(view.person, INNER - 1 - arrows)
    title(canvas, f"◄ {name} ►" if several else name)
    canvas.lines("\n".join(_news(view, words)), y=BODY_TOP + LINE, most=2)


def _news(view: View, words: Phrases) -> list[str]:
    """What is due today; below it the one other thing worth knowing."""
    lines = [line for line in (_due(view, words),) if line]
    if view.tells:
        lines = [words(f"fault.{view.tells[0]}.text")]
    elif view.due is not None and view.day_used is None:
        # After bad skin the full list is due as well: that needs no line of its own.
        if view.due.skin_closes:
            lines.append(words("locked.skin"))
        elif view.due.full_list:
            lines.append(words("locked.full_list"))
    if view.research_board:
        lines = [lines[0], words("locked.research")] if lines else [words("locked.research")]
    return lines


def _due(view: View, words: Phrases) -> str:
    if view.day_used is DayUsed.SORENESS:
        return words("locked.sore")
    if view.day_used in _RESTS:
        return words("locked.rest_day")
    if view.day_used is DayUsed.INTERVAL:
        return words("locked.too_soon")
    if view.day_used is not None:
        return words("locked.day_used")
    due = view.due
    if due is None:
        return ""
    if due.offer is Offer.UNFINISHED:
        return words("locked.unfinished", minutes=f"{due.total_minutes:.0f}")
    if due.offer is Offer.COMFORT:
        return words("locked.comfort")
    if not due.planned_today:
        return _rest(due, words)
    if due.minutes_each is None:
        return words("locked.some_minutes", minutes=f"{due.total_minutes:.0f}")
    each = told_minutes(due.minutes_each)
    if due.gentle_number is not None:
        return words(
            "locked.today_gentle",
            number=due.gentle_number,
            count=GENTLE_SESSIONS,
            stages=due.stage_count,
            minutes=each,
        )
    if due.daily_number is not None:
        return words(
            "locked.today_daily",
            number=due.daily_number,
            count=DAILY_SESSIONS,
            stages=due.stage_count,
            minutes=each,
        )
    return words("locked.today", stages=due.stage_count, minutes=each)


_RESTS = frozenset({DayUsed.SORENESS, DayUsed.SKIN, DayUsed.DOUBT, DayUsed.UNDATED})
"""Reasons for which a day is used up although it may have had no session."""


def _rest(due: Due, words: Phrases) -> str:
    if due.next_weekday is None:
        return words("locked.rest_day")
    return words("locked.next_day", day=words(f"weekday.{WEEKDAYS[due.next_weekday]}"))


def _sound(canvas: Canvas, view: View, words: Phrases) -> None:
    header(canvas, words("sound.title"))
    volume = view.volume
    title(canvas, words("sound.volume", value=volume) if volume else words("sound.mute"))
    canvas.put(scale(volume, LOUDEST), LEFT, BODY_TOP + LINE, "scale")
    canvas.text(LEFT, BODY_TOP + 2 * LINE, words("sound.turn"))


def _language(canvas: Canvas, view: View, words: Phrases) -> None:
    header(canvas, words("language_page.title"))
    canvas.text(MIDDLE, BODY_TOP, words("language.name"), fonts.large(), align="middle")
    canvas.text(MIDDLE, BODY_TOP + 2 * LINE, words("language_page.turn"), align="middle")


def _date(canvas: Canvas, view: View, words: Phrases) -> None:
    header(canvas, words("date.title"))
    date = view.date
    if date is None:
        canvas.lines(words("date.unknown"))
    elif date.part is not None:
        _date_being_set(canvas, date.local, date.part, words)
    elif date.keeps_time or date.by_hand:
        title(canvas, f"{date.local:%Y-%m-%d %H:%M}")
        key = "date.trusted" if date.keeps_time else "date.by_hand"
        canvas.lines(words(key), y=BODY_TOP + LINE, most=2)
    else:
        canvas.lines(words("date.not_known"))


_PARTS = {"year": 4, "month": 7, "day": 10, "hour": 13, "minute": 16}
"""Where each part of a date ends in its text."""


def _date_being_set(canvas: Canvas, local: datetime, part: str, words: Phrases) -> None:
    """The part that the knob changes is underlined."""
    text, face = f"{local:%Y-%m-%d %H:%M}", fonts.strong()
    title(canvas, text)
    before = text[: _PARTS[part]]
    width = face.width(before[-4:] if part == "year" else before[-2:])
    left = MIDDLE - face.width(text) // 2 + face.width(before) - width
    canvas.put(Image.new("1", (width, 2), LIT), left, BODY_TOP + LINE - 2, "underline")
    canvas.text(LEFT, BODY_TOP + LINE + 1, words(f"date.{part}"))
    if part == "minute":
        canvas.text(LEFT, BODY_TOP + 2 * LINE, words("date.sure"))


def _switch_off(canvas: Canvas, view: View, words: Phrases) -> None:
    """Asked, under way, or failed: the page's name is the key of its words."""
    header(canvas, words("switch_off.title"), charge=view.battery)
    canvas.lines(words(f"switch_off.{view.page_name}"))


def _exercise(canvas: Canvas, view: View, words: Phrases) -> None:
    """What CONFIRM leads to: stretches, and the strengthening block that is due."""
    header(canvas, words("exercise.title"))
    if view.exercise is None:
        canvas.text(LEFT, BODY_TOP, words("exercise.stretches"))
    else:
        block, count = view.exercise.block, len(STRENGTHENING)
        planned = words(
            "exercise.plan", exercises=count, sets=block.sets, repetitions=block.repetitions
        )
        canvas.text(LEFT, BODY_TOP, planned)
    canvas.text(LEFT, BODY_TOP + LINE, words("exercise.careful"))


_PAGES = {
    "exercise": _exercise,
    "plan": _plan,
    "record": record.draw,
    "sound": _sound,
    "language": _language,
    "date": _date,
    **dict.fromkeys(SWITCH_OFF, _switch_off),
}
