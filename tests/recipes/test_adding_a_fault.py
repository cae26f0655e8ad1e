"""A new fault is one row of the table of faults and its words, and nothing else."""

import pytest

from tests.recipes.copies import Copy

ROW = '    Fault("case_open", Effect.OFF_NOW),\n'
WORDS = """
[fault.case_open]
text = "Case is open."
next = "Close the case."
"""
SENTENCE = 'case_open = "Close the case."\n'
MEETS_IT = """
    from appliance.session.events import FaultsChanged
    from appliance.session.state import State
    from tests.session.core import at

    core = at(State.STIMULATING)
    assert core.record.set_point is not None
    core.step(FaultsChanged(core.now, frozenset({"case_open"})))
    print(core.record.state.value, core.record.set_point)
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """The code with the new fault in it."""
    copy = Copy(tmp_path_factory.mktemp("copy"))
    copy.add("appliance/session/faults.py", ROW, after="    # Controls\n")
    copy.add_words(SENTENCE, after="[spoken.fault]\n")
    copy.add_words(WORDS)
    return copy


def test_it_has_its_effect(copy: Copy) -> None:
    assert copy.run_code(MEETS_IT).split() == ["fault", "None"]
    told = copy.passes("tests/session/test_fault.py", "-k", "case_open")
    assert "[case_open" in told


def test_it_has_its_screen_and_its_words(copy: Copy) -> None:
    copy.passes("tests/screen/test_words.py", "tests/screen/test_pictures.py")
    told = copy.passes("tests/screen/test_measured.py", "-k", "fault")
    assert "test_every_fault_that_there_is_has_its_picture" in told


def test_it_is_spoken(copy: Copy) -> None:
    told = copy.passes("tests/voice/test_sentences.py", "-k", "case_open or has_a_sentence")
    assert "[fault case_open" in told
