/* UNCERTIFIED, BENCH ONLY: what looks between pulses find at the bench output stage, and what a failed self-test does.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "bench_stage.h"
#include "check.h"
#include "desk.h"

static void a_failed_self_test_is_latched_for_good(void)
{
    struct desk desk;
    desk_arm(&desk);
    board_fail_self_test(&desk.board, EMS_CHECK_BRIDGE, desk.now);
    board_fail_self_test(&desk.board, EMS_CHECK_BRIDGE, desk.now);
    desk_off(&desk);
    CHECK_EQUAL(desk.report.state, EMS_STATE_FAULT);
    CHECK_EQUAL(desk.report.faults, EMS_FAULT_SELF_TEST);
    CHECK_EQUAL(desk.report.check, EMS_CHECK_BRIDGE);
}

static void looks_between_pulses_find_what_is_wrong(void)
{
    static const struct {
        struct bench_stage_looks looks;
        uint16_t fault;
    } cases[] = {
        {{3407, {64, 65}, 1600, 1605}, 0},
        {{2780, {500, 440}, 1600, 1605}, 0},
        {{3590, {440, 500}, 1600, 1605}, 0},
        {{2779, {64, 65}, 1600, 1605}, EMS_FAULT_HIGH_VOLTAGE},
        {{3591, {64, 65}, 1600, 1605}, EMS_FAULT_HIGH_VOLTAGE},
        {{3407, {501, 450}, 1600, 1605}, EMS_FAULT_HIGH_VOLTAGE},
        {{3407, {450, 501}, 1600, 1605}, EMS_FAULT_HIGH_VOLTAGE},
        {{3407, {64, 125}, 1600, 1605}, EMS_FAULT_UNBALANCED},
        {{3407, {125, 64}, 1600, 1605}, EMS_FAULT_UNBALANCED},
        {{3407, {64, 65}, 1600, 1800}, 0},
        {{3407, {64, 65}, 1600, 1801}, EMS_FAULT_OVER_CURRENT},
        {{3407, {64, 65}, 40, 84}, 0},
        {{3407, {64, 65}, 40, 85}, EMS_FAULT_OVER_CURRENT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        CHECK_EQUAL(bench_stage_fault(&cases[i].looks), cases[i].fault);
}

static const struct test all[] = {
    TEST(a_failed_self_test_is_latched_for_good),
    TEST(looks_between_pulses_find_what_is_wrong),
};
const struct tests bench_stage_tests = {all, sizeof all / sizeof *all};
