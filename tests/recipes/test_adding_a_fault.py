"""A new fault is one row of the table of faults, its words, and the witness's own opinion."""

import pytest

from tests.recipes.copies import Copy

ROWS = """    Fault("case_open", Effect.OFF_NOW),
    Fault("case_warm", Effect.FINISH_STAGE),
    Fault("case_dusty", Effect.TELL),
"""
WORDS = """
[fault.case_open]
text = "Case is open."
next = "Close the case."

[fault.case_warm]
text = "Case is warm."
next = "Let it cool down."

[fault.case_dusty]
text = "Case is dusty."
next = "Clean the case."
"""
SENTENCES = """case_open = "Close the case."
case_warm = "Let it cool down."
case_dusty = "Clean the case."
"""
MAY_GO_ON = """        "case_warm",
        "case_dusty",
"""
MEETS_IT = """
    from appliance.session.events import FaultsChanged
    from appliance.session.state import State
    from tests.session.states import at

    core = at(State.STIMULATING)
    assert core.record.set_point is not None
    core.step(FaultsChanged(core.now, frozenset({"case_open"})))
    print(core.record.state.value, core.record.set_point)
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """The code with a new fault of each effect in it."""
    copy = Copy(tmp_path_factory.mktemp("copy"))
    copy.add("appliance/session/faults.py", ROWS, after="    # Controls\n")
    copy.add_words(SENTENCES, after="[spoken.fault]\n")
    copy.add_words(WORDS)
    copy.add("tests/session/witness.py", MAY_GO_ON, after="MAY_GO_ON = frozenset(\n    {\n")
    return copy


def test_it_has_its_effect(copy: Copy) -> None:
    assert copy.run_code(MEETS_IT).split() == ["fault", "None"]
    passed = copy.passes("tests/session/test_fault.py", "-k", "case_")
    for fault in ("case_open", "case_warm"):
        assert f"[{fault}" in passed


def test_it_has_its_screen_and_its_words(copy: Copy) -> None:
    copy.passes("tests/screen/test_words.py", "tests/screen/test_pictures.py")
    passed = copy.passes("tests/screen/test_measured.py", "-k", "fault")
    assert "test_every_fault_that_there_is_has_its_picture" in passed


def test_it_is_spoken(copy: Copy) -> None:
    passed = copy.passes("tests/voice/test_sentences.py", "-k", "case_ or has_a_sentence")
    assert "[fault case_open" in passed
