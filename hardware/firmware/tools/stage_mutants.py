"""Each rule of the bench output stage's deciding part, and the edit that takes it out."""

from core_mutants import Mutant, in_file

POSITIVE_LOAD, NEGATIVE_LOAD = (
    f"    {{AT({us}), STAGE_LOAD_{way}, LOAD, LOAD_LEAST_SHARE, LOAD_MOST_SHARE}},\n"
    for us, way in ((31550, "POSITIVE"), (31950, "NEGATIVE"))
)

MUTANTS = [
    *in_file(
        "bench_stage/bench_stage.c",
        ("a tenth too much", "looks->asked / OVER_PART", "looks->asked / 5U"),
        ("1 mA too much", " + OVER_CODES)", " + OVER_CODES + 1U)"),
        ("high voltage too low", "looks->high_voltage < HIGH_LEAST_MV || ", ""),
        ("high voltage too high", " || looks->high_voltage > HIGH_MOST_MV", ""),
        ("node 1 high", "one > NODE_MOST_MV || ", ""),
        ("node 2 high", " || other > NODE_MOST_MV", ""),
        (
            "the reservoir has its time to fill, at every start",
            "        watch->fills = true;\n",
            "",
        ),
        (
            "it fills only once",
            "    } else if (watch->fills && has_come(now, watch->fills_until)) {\n",
            "    } else {\n        watch->fills = true;\n    }\n"
            "    if (has_come(now, watch->fills_until)) {\n",
        ),
        ("no look without a pulse", "channel->pulses == watch->pulses || ", ""),
        ("one look a pulse", "    watch->pulses = channel->pulses;\n", ""),
        (
            "no look too soon",
            " || !has_come(now, channel->delivered + BENCH_STAGE_LOOK_TICKS))",
            ")",
        ),
        ("no look while it fills", "return !watch->fills && ", "return "),
        ("no look after a pulse that did not come", " && channel->delivered == pulse->at;", ";"),
        ("charge that stayed", "apart > APART_MOST_MV ? EMS_FAULT_UNBALANCED : 0", "0"),
    ),
    *in_file(
        "bench_stage/stage_test.c",
        ("K1 welded", "if (sight->high_voltage_dv > HIGH_LEFT_DV)", "if (0)"),
        (
            "K1 is open before it is looked at",
            "test->since + STAGE_TEST_RESTS_TICKS",
            "test->since",
        ),
        (
            "the reservoir has time to fill",
            "now, test->since + STAGE_TEST_FILLS_TICKS",
            "now, test->since",
        ),
        ("no high voltage in a fault", "if (!sight->is_off)", "if (0)"),
        ("nothing arms before", "return test->state == STAGE_TEST_RESTS ||", "return "),
        ("high voltage not too low", "sight->high_voltage_dv < HIGH_LEAST_DV || ", ""),
        ("high voltage not too high", " || sight->high_voltage_dv > HIGH_MOST_DV", ""),
        (
            "the contact has come to rest",
            "test->steady_since + STAGE_TEST_STEADY_TICKS",
            "test->since",
        ),
        ("a relay that never closes", "has_come(now, test->since + STAGE_TEST_CLOSES_TICKS)", "0"),
        ("a relay that opens every time", " || test->tries > STAGE_TEST_TRIES", ""),
        ("tries are counted from arming", "        test->tries = 0;\n", ""),
        (
            "off breaks the test off",
            "if (!sight->is_live)\n        go(test, STAGE_TEST_READY, now);\n    else if",
            "if",
        ),
        ("a relay that opens meanwhile", "sight->high_voltage_dv < HIGH_LOST_DV", "0"),
        ("but not while it falls or comes back", "!test->is_low && sight", "sight"),
        (
            "no pulse before it has passed",
            "return test->state == STAGE_TEST_PASSED;",
            "return true;",
        ),
        ("the supply is off while it falls", " && !test->is_supply_off);", ");"),
        (
            "the supply comes back",
            "        test->is_supply_off = false;\n    else",
            "        ;\n    else",
        ),
        ("it has to be back", "        test->is_low = false;\n", "        ;\n"),
        (
            "what breaks off turns the supply on",
            "    test->is_supply_off = test->is_low = false;\n",
            "    test->is_low = false;\n",
        ),
        ("what comes late says nothing", "if (late > STAGE_TEST_LATE_TICKS)", "if (0)"),
        (
            "a supply that would go off late stays on",
            "    if (late > STAGE_TEST_LATE_TICKS)\n",
            "    if (action->kind == STAGE_SUPPLY_OFF)\n        test->is_supply_off = true;\n"
            "    if (late > STAGE_TEST_LATE_TICKS && action->kind != STAGE_SUPPLY_OFF)\n",
        ),
        ("a high voltage that falls is waited for", "mv <= action->value || ", "true || "),
        ("but not for ever", " || test->falls == STAGE_TEST_FALLS", ""),
        ("looks at it are counted from arming", "    test->falls = 0;\n", ""),
        ("a wrong answer fails", "else if (is_right(test, action, readings))", "else if (1)"),
        (
            "a high voltage that does not come back is no fault of the stage",
            "else if (action->kind == STAGE_FULL)\n        go(",
            "else if (0)\n        go(",
        ),
        ("nobody beside the load, one way", POSITIVE_LOAD, ""),
        ("nobody beside the load, the other way", NEGATIVE_LOAD, ""),
        (
            "the weak question is weak",
            "STAGE_ASK, DISCHARGE, 0, WEAK_CODES}",
            "STAGE_ASK, DISCHARGE, 0, TEN_CODES}",
        ),
        (
            "the current of the load is judged",
            "        mv = share(readings);\n",
            "        mv = 1000U;\n",
        ),
        (
            "a high voltage that is gone",
            "    if (readings[1] < LOW_LEAST_MV)\n        return 0;\n",
            "",
        ),
        ("too little", "return mv >= action->least && mv", "return mv"),
        ("too much", " && mv <= action->value;", ";"),
        ("the load", "mv = across(test);", "mv = action->least;"),
        ("node 1 of the load", "above(first) + above(second)", "2U * above(second)"),
        ("the series capacitors", "mv = above(test->nodes[BETWEEN]);", "mv = action->least;"),
        (
            "what failed stays failed",
            "    case STAGE_TEST_FAILED:\n        return true;",
            "        return true;",
        ),
    ),
    Mutant(
        "a failed self-test is for good",
        "core/board.c",
        "    board->beginning.faults |= EMS_FAULT_SELF_TEST;\n",
        "",
    ),
]
