/* UNCERTIFIED, BENCH ONLY: nothing but the load may be connected before the bench output stage's self-test
 * asks anything that would be felt.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "check.h"
#include "paper.h"
#include "ticks.h"

/* 1 kOhm takes this much of the high voltage on paper, 750 Ohm this much, nothing at all nothing. */
#define TWO_LOADS_MV 576U
#define NO_LOAD_MV 0U

static void what_takes_more_or_less_than_the_load_ends_it_before_a_phase_that_is_felt(void)
{
    static const uint16_t wrong_mv[] = {TWO_LOADS_MV, NO_LOAD_MV};
    for (size_t i = 0; i < sizeof wrong_mv / sizeof *wrong_mv; i++) {
        struct paper paper = paper_armed(17, wrong_mv[i]);
        paper_pass_for(&paper, 1000);
        CHECK_EQUAL(paper.test.failed, 17);
        CHECK_EQUAL(paper.raised, 0);
        /* Nor is it asked again before the next start. */
        paper.wrong_mv = PAPER_RIGHT;
        paper.sight.is_live = false;
        paper_pass_for(&paper, 10);
        paper.sight.is_live = true;
        paper_pass_for(&paper, 1000);
        CHECK_EQUAL(paper.test.state, STAGE_TEST_FAILED);
        CHECK_EQUAL(paper.raised, 0);
    }
}

/* Of the weak question: either direction, while no more than 14 mA are asked for and the supply is off. */
static void the_weak_question_comes_before_everything_else_that_flows(void)
{
    struct paper paper = paper_armed(0, PAPER_RIGHT);
    uint16_t asked = 0;
    uint8_t directions = 0;
    paper_pass_to_actions(&paper);
    while (stage_test_action(&paper.test)->kind != STAGE_SUPPLY_ON) {
        const struct stage_action *action = stage_test_action(&paper.test);
        CHECK(action->kind != STAGE_RAISE);
        if (action->kind == STAGE_ASK)
            asked = action->value;
        if (action->kind == STAGE_LOAD_POSITIVE || action->kind == STAGE_LOAD_NEGATIVE) {
            directions |= action->kind == STAGE_LOAD_POSITIVE ? STAGE_POSITIVE : STAGE_NEGATIVE;
            CHECK_EQUAL(asked, 560);
            CHECK(!stage_test_lets_high_voltage(&paper.test, true));
        }
        paper_carry_out(&paper);
    }
    CHECK_EQUAL(directions, STAGE_POSITIVE | STAGE_NEGATIVE);
}

/* The strongest come after both looks at the load, the weak one and that of 10 mA. */
static void nothing_strong_is_asked_before_the_load_was_looked_at_with_10_ma(void)
{
    struct paper paper = paper_armed(0, PAPER_RIGHT);
    uint16_t asked = 0;
    paper_pass_to_actions(&paper);
    while (paper.test.state == STAGE_TEST_RUNS) {
        const struct stage_action *action = stage_test_action(&paper.test);
        if (action->kind == STAGE_ASK)
            asked = action->value;
        if (action->kind == STAGE_RAISE && asked > 560)
            CHECK_EQUAL(paper.kinds[8], 1);
        if (action->kind == STAGE_RAISE)
            CHECK_EQUAL(paper.kinds[17], 2);
        paper_carry_out(&paper);
    }
    CHECK_EQUAL(paper.test.state, STAGE_TEST_PASSED);
}

static void a_high_voltage_that_is_gone_altogether_fails_like_a_missing_load(void)
{
    static const uint16_t low_mv[] = {0, 27, 28, 299};
    for (size_t i = 0; i < sizeof low_mv / sizeof *low_mv; i++) {
        struct paper paper = paper_armed(17, (uint16_t)(low_mv[i] < 28U ? 0U : low_mv[i] * 5U / 4U - 34U));
        paper.low_mv = low_mv[i];
        paper_pass_for(&paper, 300);
        CHECK_EQUAL(paper.test.failed, 17);
    }
    struct paper paper = paper_armed(17, 341);
    paper.low_mv = 300;
    paper_pass_for(&paper, 300);
    CHECK_EQUAL(paper.test.state, STAGE_TEST_PASSED);
}

static void the_high_voltage_may_take_65_ms_to_fall(void)
{
    struct paper paper = paper_armed(0, PAPER_RIGHT);
    paper.falls = STAGE_TEST_FALLS;
    paper_pass_for(&paper, 23 + 60);
    CHECK_EQUAL(paper.test.state, STAGE_TEST_RUNS);
    CHECK_EQUAL(paper.raised, 0);
    paper_pass_for(&paper, 180);
    CHECK_EQUAL(paper.test.state, STAGE_TEST_PASSED);

    paper = paper_armed(0, PAPER_RIGHT);
    paper.falls = STAGE_TEST_FALLS + 1U;
    paper_pass_for(&paper, 300);
    CHECK_EQUAL(paper.test.failed, 16);
}

static void the_supply_is_off_while_the_high_voltage_falls_and_no_relay_that_opened(void)
{
    struct paper paper = paper_armed(0, PAPER_RIGHT);
    paper_pass_for(&paper, 24);
    CHECK_EQUAL(paper.test.state, STAGE_TEST_RUNS);
    CHECK(!stage_test_lets_high_voltage(&paper.test, true));
    paper.sight.high_voltage_dv = 0;
    paper_pass_for(&paper, 40);
    CHECK(stage_test_lets_high_voltage(&paper.test, true));
    paper_pass_for(&paper, 90);
    CHECK_EQUAL(paper.test.state, STAGE_TEST_RUNS);
    paper.sight.high_voltage_dv = 1100;
    paper_pass_for(&paper, 80);
    CHECK_EQUAL(paper.test.state, STAGE_TEST_PASSED);
}

static void a_look_that_came_late_brings_the_supply_back_and_the_test_begins_anew(void)
{
    struct paper paper = paper_armed(0, PAPER_RIGHT);
    paper.falls = 2;
    paper_pass_to_actions(&paper);
    while (stage_test_action(&paper.test)->kind != STAGE_LOAD_POSITIVE)
        paper_carry_out(&paper);
    CHECK(!stage_test_lets_high_voltage(&paper.test, true));
    paper.now = stage_test_time(&paper.test);
    paper.late = STAGE_TEST_LATE_TICKS + 1U;
    paper_carry_out(&paper);
    CHECK_EQUAL(paper.test.state, STAGE_TEST_CLOSES);
    CHECK(stage_test_lets_high_voltage(&paper.test, true));
    paper.late = 0;
    paper.falls = STAGE_TEST_FALLS;
    paper_pass_for(&paper, 270);
    CHECK_EQUAL(paper.test.state, STAGE_TEST_PASSED);
}

static void a_high_voltage_that_does_not_come_back_is_no_fault_of_the_stage(void)
{
    static const uint16_t full_mv[] = {2779, 3591};
    for (size_t i = 0; i < sizeof full_mv / sizeof *full_mv; i++) {
        struct paper paper = paper_armed(0, PAPER_RIGHT);
        paper.full_mv = full_mv[i];
        paper_pass_for(&paper, 180);
        CHECK_EQUAL(paper.test.failed, 0);
        CHECK_EQUAL(paper.raised, 0);
        CHECK(stage_test_lets_high_voltage(&paper.test, true));
        /* It begins anew, and in the end the board goes off. */
        paper_pass_for(&paper, 900);
        CHECK(!paper.had_high_voltage);
        CHECK_EQUAL(paper.test.failed, 0);
    }
}

static const struct test all[] = {
    TEST(what_takes_more_or_less_than_the_load_ends_it_before_a_phase_that_is_felt),
    TEST(the_weak_question_comes_before_everything_else_that_flows),
    TEST(nothing_strong_is_asked_before_the_load_was_looked_at_with_10_ma),
    TEST(a_high_voltage_that_is_gone_altogether_fails_like_a_missing_load),
    TEST(the_high_voltage_may_take_65_ms_to_fall),
    TEST(the_supply_is_off_while_the_high_voltage_falls_and_no_relay_that_opened),
    TEST(a_look_that_came_late_brings_the_supply_back_and_the_test_begins_anew),
    TEST(a_high_voltage_that_does_not_come_back_is_no_fault_of_the_stage),
};
const struct tests stage_test_weak_tests = {all, sizeof all / sizeof *all};
