"""Mean level, measured current, sets of pads and changes of settings are in the journal."""

from appliance.journal.recorder import Recorder
from appliance.journal.reopening import Source
from appliance.session.notes import Answered, Chosen, Sample, StateEntered
from tests.journal.conftest import WHOLE


def test_the_mean_level_goes_by_delivered_time(household):
    household.begin()
    household.deliver(0, WHOLE[0], 10.0, levels=((10.0, 20.0), (20.0, 20.0)))
    household.end_stage(10.0)
    [(a, b, delivered_s)] = household.rows(
        "SELECT level_seconds_a, level_seconds_b, delivered_s FROM stages WHERE delivered_s > 0"
    )
    assert (a / delivered_s, b / delivered_s) == (15.0, 20.0)


def test_the_highest_measured_current_is_kept_and_unknown_stays_unknown(household):
    household.begin()
    household.deliver(0, WHOLE[0], 1.0)
    assert household.rows("SELECT measured_a, measured_b FROM stages WHERE delivered_s > 0") == [
        (None, None)
    ]
    for delivered_s, measured in ((70.0, (9.5, None)), (80.0, (8.0, None))):
        household.put(Sample(household.at, delivered_s, (10.0, 10.0), (10.0, 10.0), measured))
    assert household.rows("SELECT measured_a, measured_b FROM stages WHERE delivered_s > 70") == [
        (9.5, None)
    ]


def test_new_pads_begin_the_next_set(household):
    household.whole_session()
    household.put(Answered(household.at, "Me", "new_pads", "glutes"))
    assert household.rows("SELECT uses, set_number FROM pads WHERE placement = 'glutes'") == [
        (0, 2)
    ]
    household.whole_session()
    assert household.rows("SELECT uses, set_number FROM pads WHERE placement = 'glutes'") == [
        (1, 2)
    ]


def begin(path, settings):
    recorder = Recorder(Source(path, settings=settings, boot_id="boot"), threaded=False)
    recorder.put([StateEntered(1.0, "Me", "locked")])
    return recorder


def changes(household):
    return household.rows("SELECT name, old_value, new_value FROM setting_changes ORDER BY id")


def test_a_change_of_the_file_is_kept_with_old_and_new_value(household):
    household.close()
    for milliamperes in (60, 60, 45):
        begin(household.path, f'{{"limits": {{"current_ma": {milliamperes}}}}}').close()
    assert changes(household) == [("limits.current_ma", "60", "45")]


def test_a_choice_on_the_box_is_kept_with_old_and_new_value(household):
    household.close()
    recorder = begin(household.path, '{"sound": {"volume": 7}}')
    recorder.put([Chosen(2.0, "sound.volume", 4), Chosen(3.0, "sound.volume", 5)])
    recorder.close()
    assert changes(household) == [("sound.volume", "7", "4"), ("sound.volume", "4", "5")]
