"""Each rule of the bench output stage's deciding part, and the edit that takes it out."""

from core_mutants import Mutant, in_file

MUTANTS = [
    *in_file(
        "bench_stage/bench_stage.c",
        ("a tenth too much", "looks->asked / OVER_PART", "looks->asked / 5U"),
        ("1 mA too much", " + OVER_CODES)", " + OVER_CODES + 1U)"),
        ("high voltage too low", "looks->high_voltage < HIGH_LEAST_MV || ", ""),
        ("high voltage too high", " || looks->high_voltage > HIGH_MOST_MV", ""),
        ("node 1 high", "one > NODE_MOST_MV || ", ""),
        ("node 2 high", " || other > NODE_MOST_MV", ""),
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
        ("but not in the discharge", "!test->is_supply_off && sight", "sight"),
        (
            "no pulse before it has passed",
            "return test->state == STAGE_TEST_PASSED;",
            "return true;",
        ),
        ("the supply is off in the discharge", " && !test->is_supply_off);", ");"),
        ("what comes late says nothing", "if (late > STAGE_TEST_LATE_TICKS)", "if (0)"),
        (
            "a supply that would go off late stays on",
            "    else {\n        if (action->kind == STAGE_SUPPLY_OFF)\n"
            "            test->is_supply_off = true;\n        test->next++;\n    }\n",
            "    else\n        test->next++;\n    if (action->kind == STAGE_SUPPLY_OFF)\n"
            "        test->is_supply_off = true;\n",
        ),
        ("a wrong answer fails", "else if (!is_right(test, action, readings))", "else if (0)"),
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
