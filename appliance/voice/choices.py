"""What the knob or BACK has chosen, as a sentence."""

from appliance.session.cues import LOUDEST
from appliance.session.state import State
from appliance.session.view import QuestionView, View
from appliance.settings.words import Words
from appliance.therapy.plan import Offer


def choice_sentence(view: View, words: Words) -> str | None:
    """What is chosen on this screen now; None where nothing is chosen there.

    An answer, an option, a part of the date, the person, the volume, or the side that the knob
    moves.
    """
    if view.question is not None:
        return _answer(view.question, words)
    if view.date is not None and view.date.part is not None:
        return words(f"spoken.date.{view.date.part}", value=part_of_date(view))
    if view.state is State.CHOOSING and view.options:
        return _option(view, words)
    if view.state is State.STIMULATING:
        return words(f"spoken.side.{view.knob_side}")
    if view.state is State.LOCKED and view.page_name == "sound":
        return words("spoken.value", value=view.volume, largest=LOUDEST)
    if view.state is State.LOCKED and view.page_name in (None, "plan"):
        return words("spoken.person", person=view.person)
    return None


def part_of_date(view: View) -> int:
    """The value of the part of the date that is being set; 0 where none is."""
    date = view.date
    return 0 if date is None or date.part is None else int(getattr(date.local, date.part))


def _answer(question: QuestionView, words: Words) -> str:
    if question.id == "new_pads":
        return words("spoken.preparing.pads_new" if question.value else "spoken.preparing.pads_old")
    if question.value is None:
        return words("spoken.no_answer")
    if question.id == "skin":
        return words(f"spoken.skin.{question.value}")
    return words("spoken.value", value=question.value, largest=question.largest)


def _option(view: View, words: Words) -> str:
    """The option with its number: without it nobody hears where the list ends."""
    option = view.options[view.option_index]
    place = {"number": view.option_index + 1, "choices": len(view.options)}
    if option.offer is Offer.REST_DAY:
        return words("spoken.option.rest", **place)
    minutes, names_a_place = round(option.minutes), option.offer is Offer.SINGLE
    key = f"stage.{option.id}.name" if names_a_place else f"routine.{option.id}"
    if key not in words:
        own = option.id.replace("_", " ")
        return words("spoken.option.own", name=own, minutes=minutes, **place)
    return words("spoken.option.chosen", name=words(key), minutes=minutes, **place)
