/* UNCERTIFIED, BENCH ONLY: when the bench output stage's self-test begins, and when it breaks off.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "check.h"
#include "paper.h"
#include "ticks.h"

static void a_welded_relay_is_found_before_anything_arms(void)
{
    struct paper paper = paper_started();
    uint32_t until;
    paper_pass_for(&paper, 599);
    CHECK(!stage_test_lets_high_voltage(&paper.test, false));
    CHECK(stage_test_holds_off(&paper.test, &until));
    CHECK_EQUAL(until, UINT32_C(701) * TICKS_PER_MS);
    paper_pass_for(&paper, 2);
    CHECK(stage_test_lets_high_voltage(&paper.test, false));
    CHECK(stage_test_holds_off(&paper.test, &until));
    CHECK(has_come(UINT32_C(702) * TICKS_PER_MS, until));
    paper.sight.high_voltage_dv = 201;
    paper_pass_for(&paper, 97);
    CHECK_EQUAL(paper.test.state, STAGE_TEST_FILLS);
    paper_pass_for(&paper, 3);
    CHECK_EQUAL(paper.test.failed, 1);
    CHECK(!stage_test_lets_high_voltage(&paper.test, false));
    CHECK(!stage_test_holds_off(&paper.test, &until));
}

static void a_relay_that_is_open_lets_the_board_arm(void)
{
    struct paper paper = paper_started();
    uint32_t until;
    paper.sight.high_voltage_dv = 200;
    paper_pass_for(&paper, 710);
    CHECK_EQUAL(paper.test.state, STAGE_TEST_READY);
    CHECK(!stage_test_holds_off(&paper.test, &until));
    CHECK(!stage_test_lets_high_voltage(&paper.test, false));
    paper_pass_for(&paper, 5000);
    CHECK_EQUAL(paper.test.state, STAGE_TEST_READY);
}

static void in_a_fault_the_relay_is_not_looked_at(void)
{
    struct paper paper = paper_started();
    paper.sight.is_off = false;
    paper_pass_for(&paper, 3000);
    CHECK_EQUAL(paper.test.state, STAGE_TEST_RESTS);
    paper.sight.is_off = true;
    paper_pass_for(&paper, 650);
    CHECK_EQUAL(paper.test.state, STAGE_TEST_FILLS);
    paper.sight.is_off = false;
    paper_pass(&paper);
    CHECK(!stage_test_lets_high_voltage(&paper.test, false));
}

static void nothing_begins_before_the_high_voltage_is_steady(void)
{
    static const uint16_t wrong_dv[] = {899, 1161};
    for (size_t i = 0; i < sizeof wrong_dv / sizeof *wrong_dv; i++) {
        struct paper paper = paper_armed(0, PAPER_RIGHT);
        paper.sight.high_voltage_dv = wrong_dv[i];
        paper_pass_for(&paper, 500);
        CHECK_EQUAL(paper.test.state, STAGE_TEST_CLOSES);
        paper.sight.high_voltage_dv = 1100;
        paper_pass_for(&paper, 18);
        CHECK_EQUAL(paper.test.state, STAGE_TEST_CLOSES);
        paper_pass_for(&paper, 5);
        CHECK_EQUAL(paper.test.state, STAGE_TEST_RUNS);
        CHECK(paper.had_high_voltage);
    }
}

static void a_high_voltage_that_does_not_come_is_told(void)
{
    struct paper paper = paper_armed(0, PAPER_RIGHT);
    paper.sight.high_voltage_dv = 0;
    paper_pass_for(&paper, 990);
    CHECK(paper.had_high_voltage);
    paper_pass_for(&paper, 20);
    CHECK(!paper.had_high_voltage);
    CHECK_EQUAL(paper.test.failed, 0);
}

static void a_test_that_was_broken_off_begins_anew_when_the_board_arms(void)
{
    struct paper paper = paper_armed(0, PAPER_RIGHT);
    paper_pass_for(&paper, 60);
    CHECK_EQUAL(paper.test.state, STAGE_TEST_RUNS);
    paper.sight.is_live = false;
    paper_pass(&paper);
    CHECK_EQUAL(paper.test.state, STAGE_TEST_READY);
    CHECK(!stage_test_lets_high_voltage(&paper.test, false));
    paper.sight.is_live = true;
    paper_pass_for(&paper, 230);
    CHECK_EQUAL(paper.test.state, STAGE_TEST_PASSED);
}

static void a_relay_that_opens_meanwhile_is_no_fault_of_the_stage(void)
{
    struct paper paper = paper_armed(3, 300);
    paper_pass_for(&paper, 22);
    CHECK_EQUAL(paper.test.state, STAGE_TEST_RUNS);
    paper_pass_for(&paper, 142);
    CHECK_EQUAL(paper.test.state, STAGE_TEST_RUNS);
    paper.sight.high_voltage_dv = 599;
    paper_pass(&paper);
    CHECK_EQUAL(paper.test.state, STAGE_TEST_CLOSES);
    CHECK_EQUAL(paper.test.failed, 0);
}

static const struct test all[] = {
    TEST(a_welded_relay_is_found_before_anything_arms),
    TEST(a_relay_that_is_open_lets_the_board_arm),
    TEST(in_a_fault_the_relay_is_not_looked_at),
    TEST(nothing_begins_before_the_high_voltage_is_steady),
    TEST(a_high_voltage_that_does_not_come_is_told),
    TEST(a_test_that_was_broken_off_begins_anew_when_the_board_arms),
    TEST(a_relay_that_opens_meanwhile_is_no_fault_of_the_stage),
};
const struct tests stage_test_begin_tests = {all, sizeof all / sizeof *all};
