"""What is tried: the modules that decide, and for each the tests that have to notice an error.

What is nearest to the module comes first, and nothing follows the first failure. The long ones
(the walk through all states, the years) are left out: an error that only they find is told by no
name.
"""

from functools import cache

from tests.mutation.mutants import ROOT

_NEAREST = {
    "appliance/controls": {
        "contacts": "controls: stop buttons kernel_edges",
        "edges": "controls: stop buttons encoder",
        "encoder": "controls: encoder knob",
        "inputs": "controls: knob buttons stop kernel_edges",
        "kernel_edges": "controls: kernel_edges",
    },
    "appliance/journal": {
        "barred_boards": "journal: barred_boards",
    },
    "appliance/service": {
        "frames": "service: frames the_loop wake_ups",
        "loop": "service: steps in_locked shown_and_spoken the_end the_loop wake_ups"
        " enable_line_and_lamp views new_settings looks systemd_notify",
    },
    "appliance/session": {
        "barring": "session: barred_boards fault + cli: status_words",
        "board": "session: gate fault + stimulator: contract_of_the_dose + cli: status_words",
        "dry_minutes": "session: dry_delivery + cli: programs",
        "dry_pads": "session: dry_pad_judge dry_pads",
        "dry_run": "session: dry_delivery + settings: dry_delivery",
        "envelope": "session: envelope active_rest program_grammar flow",
        "faults": "session: fault barred_boards agreeing",
        "gate": "session: gate fault agreeing",
        "levels": "session: levels knob_turns",
        "over_current": "session: over_current flow fault",
        "presses": "session: press_and_hold order agreeing",
        "record": "session: gate date_page flow view fault",
        "rest_owed": "session: rest_by_itself rest_owed",
        "stage_layout": "session: stage_done site_charge envelope worn_pads",
        "stage_run": "session: knob_turns charge contractions envelope prompts booking flow"
        " lost_contact fault dry_pads",
        "view_of_record": "session: view hints record_pages date_page stage_done told_and_offered"
        " dry_pads + screen: agrees",
    },
    "appliance/session/machine": {
        "actions": "session: switching_off view flow agreeing preparing placing stage_done stopped"
        " aftercare",
        "aftercare": "session: aftercare agreeing + therapy: exercise",
        "date_page": "session: date_page",
        "entry_actions": "session: contractions flow agreeing prompts preparing stage_done stopped"
        " fault",
        "guards": "session: flow agreeing stopped fault preparing lost_contact stage_done placing"
        " worn_pads aftercare booking contractions switching_off order idle knob_turns"
        " press_and_hold",
        "machine": "session: flow fault agreeing order press_and_hold stopped notes prompts",
        "order": "session: order",
        "pages": "session: record_pages view flow agreeing preparing placing worn_pads aftercare"
        " fault prompts",
        "prompts": "session: prompts flow",
        "transition_table": "session: placing switching_off record_pages aftercare flow agreeing"
        " stopped fault idle lost_contact stage_done",
    },
    "appliance/therapy": {
        "calendar": "therapy: calendar plan",
        "catalogue": "therapy: catalogue programs placements",
        "checklist": "therapy: checklist_data + session: agreeing",
        "exercise": "therapy: exercise",
        "ledger": "therapy: the_day today + session: booking + journal: histories",
        "limits": "therapy: limit_arithmetic programs the_day + session: gate",
        "offers": "therapy: plan today the_day + session: told_and_offered",
        "pads": "session: worn_pads view",
        "placements": "therapy: placements catalogue",
        "plan": "therapy: plan today the_day calendar + session: agreeing",
        "program_file": "therapy: forms_past_a_bound programs catalogue + cli: programs",
        "program_rules": "therapy: forms_past_a_bound programs catalogue",
        "programs": "therapy: programs forms_past_a_bound limit_arithmetic"
        " + session: envelope gate",
        "questions": "therapy: questions + session: aftercare",
        "routines": "therapy: catalogue plan",
        "skin": "session: agreeing aftercare told_and_offered + journal: histories",
        "standing": "therapy: today the_day plan",
    },
    "appliance/stimulator": {
        "card": "stimulator: board_cards probing",
        "link": "stimulator: link leased_deadlines",
        "probing": "stimulator: probing",
        "serial_port": "stimulator: serial_port stop_bytes",
    },
    "appliance/stimulator/reference": {
        "conversation": "stimulator: reference_conversation reference/driver reference/reports"
        " reference/bursts",
        "driver": "stimulator: reference/deadlines reference/driver a_failing_port"
        " hello_to_another_board stop_bytes",
        "judge": "stimulator: reference_judge reference/driver reference/bursts",
        "reporting": "stimulator: reference/composed_reports reference/reports reference/driver",
        "units": "stimulator: reference_units contract_of_the_dose",
    },
    "appliance/stimulator/hasomed": {
        "byte_stuffing": "stimulator: hasomed_framing",
        "leased_driver": "stimulator: leased_deadlines leased_driver a_failing_port"
        " sciencemode/conversation sciencemode/replies rehastim2_driver hello_to_another_board",
        "pending_requests": "stimulator: pending_requests sciencemode/replies rehastim2_driver",
        "slew_limit": "stimulator: hasomed_slew_limit",
    },
    "appliance/stimulator/sciencemode": {
        "activity": "stimulator: sciencemode/activity sciencemode/replies",
        "conversation": "stimulator: sciencemode/next_requests sciencemode/verdicts"
        " sciencemode/told_channels sciencemode/conversation sciencemode/replies sciencemode/looks"
        " leased_deadlines sciencemode_safe_set",
        "greeting": "stimulator: sciencemode/greeting sciencemode/conversation probing",
        "pulses": "stimulator: sciencemode_messages sciencemode/conversation contract_of_the_dose"
        " sciencemode_safe_set",
        "replies": "stimulator: sciencemode/replies sciencemode/conversation sciencemode_messages",
        "units": "stimulator: sciencemode/units sciencemode/replies",
    },
    "appliance/stimulator/rehastim2": {
        "conversation": "stimulator: rehastim2/next_requests rehastim2/verdicts rehastim2_driver"
        " leased_deadlines rehastim2_safe_set",
        "greeting": "stimulator: rehastim2/greeting rehastim2_driver probing",
        "lists": "stimulator: rehastim2/lists rehastim2_driver",
        "units": "stimulator: rehastim2/units rehastim2_driver",
    },
    "appliance/stimulator/openemsstim": {
        "conversation": "stimulator: openemsstim_conversation openemsstim_driver",
        "driver": "stimulator: openemsstim_driver contract",
        "greeting": "stimulator: openemsstim_greeting openemsstim_driver probing",
        "hearing": "stimulator: openemsstim_grammar openemsstim_driver",
        "rise": "stimulator: openemsstim_conversation",
    },
}
"""By folder and module: rooms of `tests`, and files in them without their `test_`."""


def files() -> list[str]:
    """Every module that is tried."""
    return [f"{folder}/{name}.py" for folder, modules in _NEAREST.items() for name in modules]


@cache
def tests_of(file: str) -> tuple[str, ...]:
    """The files of tests that have to notice an error in this module, nearest first."""
    folder, _, name = file.removesuffix(".py").rpartition("/")
    rooms = (part.split(": ") for part in _NEAREST[folder][name].split(" + "))
    return tuple(_test(room, one) for room, names in rooms for one in names.split())


def _test(room: str, name: str) -> str:
    inner, _, last = name.rpartition("/")
    path = "/".join(part for part in ("tests", room, inner, f"test_{last}.py") if part)
    if not (ROOT / path).is_file():
        raise ValueError(f"{path}: there is no such file of tests")
    return path
