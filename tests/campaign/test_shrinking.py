"""A break becomes as small as it can be, and a test that lives through it again."""

from pathlib import Path

from tests.campaign.kinds import Fault
from tests.campaign.scenes import FLOWS, Scene
from tests.campaign.shrinking import Break, keep, rule_of, shrunk

SCENE = Scene("p24", FLOWS, "17", 0.62, (22.0, 0.0), (400.0, 2400.0), 4.217)
SILENT, STOP = Fault("silent", 0.1042, 311), Fault("STOP", 0.3307, 99)


def test_all_is_left_out_that_the_break_does_not_need() -> None:
    def breaks(found: Break) -> bool:
        scene, hit_by = found
        return scene.place == FLOWS and scene.wait_s >= 2.0 and SILENT.kind in kinds(hit_by)

    scene, hit_by = shrunk((SCENE, (STOP, SILENT)), breaks)
    assert hit_by == (Fault("silent", 0.0, 0),)
    assert scene == Scene("reference", FLOWS, "gentle", 0.0, (4.0, 4.0), (1000.0, 1000.0), 2.0)


def test_what_the_break_needs_stays() -> None:
    def breaks(found: Break) -> bool:
        return found == (SCENE, (STOP, SILENT))

    assert shrunk((SCENE, (STOP, SILENT)), breaks) == (SCENE, (STOP, SILENT))


def test_the_same_rule_with_other_numbers_is_the_same_rule() -> None:
    assert rule_of("current 12 ms after it had to end") == rule_of(
        "current 3.5 ms after it had to end"
    )
    assert rule_of("the knob brought current back") != rule_of("current 3 ms after it had to end")


def test_what_is_kept_is_a_test_of_this_scene_and_these_faults(tmp_path: Path) -> None:
    path = keep((SCENE, (STOP, SILENT)), "current 0 ms after it had to end", tmp_path)
    tried: list[object] = []
    names: dict[str, object] = {}
    exec(compile(path.read_text(), path, "exec"), names)
    names["broken_in"] = lambda folder, *found: tried.append(found) or []
    test = names["test_stop_and_silent_current_p24_breaks_no_rule"]
    assert callable(test)
    test(tmp_path)
    assert tried == [(SCENE, STOP, SILENT)]
    assert all(len(line) <= 100 for line in path.read_text().splitlines())


def kinds(hit_by: tuple[Fault, ...]) -> set[str]:
    return {fault.kind for fault in hit_by}
