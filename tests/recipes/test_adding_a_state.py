"""A new state with its screen touches the files of its recipe, and nothing else."""

import pytest

from tests.recipes.copies import Copy

ROWS = """    # breather
    Transition(S.PAUSED, T.MORE, S.BREATHER),
    Transition(S.BREATHER, T.CONFIRM, S.PAUSED),
"""
SCREEN = '''
    """The screen of `breather`: a pause within the pause."""

    from appliance.screen.drawing import fonts
    from appliance.screen.drawing.canvas import BODY_TOP, Canvas, Phrases
    from appliance.screen.screens.widgets import MIDDLE, Footer, footer
    from appliance.session.view import View


    def draw(canvas: Canvas, view: View, words: Phrases) -> None:
        canvas.text(MIDDLE, BODY_TOP, words("breather.title"), fonts.large(), align="middle")
        footer(canvas, Footer(confirm=words("foot.go_on")), view.hold)
    '''
EXAMPLE = '    yield Example("breather", a_view(State.BREATHER))\n'
WORDS = """
[breather]
title = "BREATHE"

[spoken.breather]
breathe = "Breathe out. Press OK to go on."
"""
DRAWER = "    State.BREATHER: breather.draw,\n"
PROMPT = "    State.BREATHER: (Cue.DO, Cue.THREE),\n"
SENTENCE = '    State.BREATHER: lambda view, words: ("breather.breathe",),\n'
WAY = "    State.BREATHER: _on(State.PAUSED, lambda core: core.turn(+1)),\n"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """The code with the new state in it."""
    copy = Copy(tmp_path_factory.mktemp("copy"))
    copy.add("appliance/session/state.py", '    BREATHER = "breather"\n')
    table = "appliance/session/machine/transition_table.py"
    copy.add(table, ROWS, after="guards.every_cause_gone),\n")
    copy.write("appliance/screen/screens/breather.py", SCREEN)
    copy.add("appliance/screen/draw.py", "    breather,\n", after="    aftercare,\n")
    copy.add("appliance/screen/draw.py", DRAWER, after="    State.PAUSED: paused.draw,\n")
    copy.add_words(WORDS)
    copy.add("appliance/session/machine/prompts.py", PROMPT, after="(Cue.PAUSED,),\n")
    copy.add("appliance/voice/sentences.py", SENTENCE, after='("self_test.checking",),\n')
    after = '    yield Example("paused STOP pressed", paused)\n'
    copy.add("appliance/screen/examples/after.py", EXAMPLE, after=after)
    copy.add(
        "tests/session/states.py",
        WAY,
        after="    State.PAUSED: _on(State.STIMULATING, Core.confirm),\n",
    )
    return copy


def test_the_machine_comes_to_it_and_leaves_it(copy: Copy) -> None:
    code = """
        from appliance.session.state import State
        from tests.session.states import at

        core = at(State.BREATHER)
        core.confirm()
        print(core.record.state.value, core.record.set_point)
    """
    assert copy.run_code(code).split() == ["paused", "None"]


def test_it_has_its_screen_and_its_words(copy: Copy) -> None:
    copy.passes("tests/screen/test_words.py", "tests/screen/test_pictures.py")
    copy.passes("tests/screen/test_measured.py", "-k", "footer or state or confirm")


def test_it_can_be_led_by_ear(copy: Copy) -> None:
    passed = copy.passes("tests/session/test_prompts.py")
    assert "[State.BREATHER]" in passed
    passed = copy.passes("tests/voice/test_sentences.py", "-k", "breather or eight_words")
    assert "[breather-en]" in passed or "[breather-de]" in passed


def test_the_diagram_shows_it(copy: Copy) -> None:
    copy.run("-m", "pytest", "-n", "0", "tests/docs", "-k", "generated", RECORD_PAGES="1")
    readme = (copy.folder / "README.md").read_text("utf-8")
    assert "    breather --> paused: CONFIRM\n" in readme


def test_the_types_are_those_that_the_rest_expects(copy: Copy) -> None:
    copy.run("-m", "mypy", "appliance/screen/screens/breather.py", "appliance/screen/draw.py")
