/* UNCERTIFIED, BENCH ONLY: what the bench output stage's self-test asks, and which answers it takes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "check.h"
#include "paper.h"
#include "ticks.h"

static void a_sound_stage_passes(void)
{
    struct paper paper = paper_armed(0, PAPER_RIGHT);
    CHECK(!stage_test_lets_pulse(&paper.test));
    paper_pass_for(&paper, 230);
    CHECK_EQUAL(paper.test.state, STAGE_TEST_PASSED);
    CHECK_EQUAL(paper.test.failed, 0);
    CHECK(paper.had_high_voltage);
    CHECK(stage_test_lets_pulse(&paper.test));
    CHECK(stage_test_lets_high_voltage(&paper.test, true));
    for (uint8_t step = 2; step <= PAPER_STEPS; step++)
        CHECK(paper.kinds[step] > 0);
    paper_pass_for(&paper, 2000);
    CHECK_EQUAL(paper.test.state, STAGE_TEST_PASSED);
}

static void each_wrong_answer_is_named_and_no_pulse_may_begin(void)
{
    static const struct {
        uint8_t step;
        uint16_t mv;
    } wrong[] = {
        {2, 359}, {2, 441}, {3, 26}, {4, 26}, {5, 0}, {5, 44}, {5, 86}, {6, 359}, {6, 441}, {7, 26},
        {8, 100}, {9, 26}, {10, 26}, {11, 26}, {12, 26}, {13, 3199}, {13, 3801}, {14, 26}, {15, 26},
        {16, 406}, {17, 0}, {17, 389}, {17, 513},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct paper paper = paper_armed(wrong[i].step, wrong[i].mv);
        paper_pass_for(&paper, 300);
        CHECK_EQUAL(paper.test.failed, wrong[i].step);
        CHECK_EQUAL(paper.test.state, STAGE_TEST_FAILED);
        CHECK(!stage_test_lets_pulse(&paper.test));
        paper.sight.is_live = false;
        paper_pass_for(&paper, 1000);
        CHECK_EQUAL(paper.test.state, STAGE_TEST_FAILED);
    }
}

static void what_is_just_right_passes(void)
{
    static const struct {
        uint8_t step;
        uint16_t mv;
    } right[] = {
        {2, 360}, {2, 440}, {3, 25}, {5, 45}, {5, 85}, {6, 360}, {6, 440}, {7, 25}, {10, 25},
        {13, 3200}, {13, 3800}, {14, 25}, {16, 405}, {17, 390}, {17, 512},
    };
    for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
        struct paper paper = paper_armed(right[i].step, right[i].mv);
        paper_pass_for(&paper, 300);
        CHECK_EQUAL(paper.test.failed, 0);
        CHECK_EQUAL(paper.test.state, STAGE_TEST_PASSED);
    }
}

static void an_action_that_came_late_says_nothing(void)
{
    struct paper paper = paper_armed(3, 300);
    paper.late = STAGE_TEST_LATE_TICKS;
    paper_pass_for(&paper, 180);
    CHECK_EQUAL(paper.test.failed, 3);
    paper = paper_armed(3, 300);
    paper.late = STAGE_TEST_LATE_TICKS + 1U;
    paper_pass_for(&paper, 40);
    CHECK_EQUAL(paper.test.failed, 0);
    /* And in the end the board goes off. */
    paper_pass_for(&paper, 200);
    CHECK(!paper.had_high_voltage);
    CHECK_EQUAL(paper.test.state, STAGE_TEST_CLOSES);
    /* Armed once more, it may try again. */
    paper.sight.is_live = false;
    paper_pass(&paper);
    paper_pass(&paper);
    paper.sight.is_live = true;
    paper.late = 0;
    paper_pass_for(&paper, 180);
    CHECK_EQUAL(paper.test.failed, 3);
}

static void a_supply_that_would_go_off_late_stays_on(void)
{
    struct paper paper = paper_armed(0, PAPER_RIGHT);
    paper_pass_to_actions(&paper);
    while (stage_test_action(&paper.test)->kind != STAGE_SUPPLY_OFF)
        paper_carry_out(&paper);
    paper.now = stage_test_time(&paper.test);
    paper.late = STAGE_TEST_LATE_TICKS + 1U;
    paper_carry_out(&paper);
    CHECK_EQUAL(paper.test.state, STAGE_TEST_CLOSES);
    CHECK(stage_test_lets_high_voltage(&paper.test, true));
    /* The high voltage is still there, and the test begins anew. */
    paper.late = 0;
    paper_pass_for(&paper, 230);
    CHECK(paper.had_high_voltage);
    CHECK_EQUAL(paper.test.state, STAGE_TEST_PASSED);
}

static void no_pin_is_high_when_the_test_is_over_or_for_longer_than_the_second_clock_allows(void)
{
    struct paper paper = paper_armed(0, PAPER_RIGHT);
    uint32_t kept_at = 0;
    bool is_high = false;
    paper_pass_to_actions(&paper);
    while (paper.test.state == STAGE_TEST_RUNS) {
        const struct stage_action *action = stage_test_action(&paper.test);
        uint32_t due = stage_test_time(&paper.test);
        CHECK(!is_high || due - kept_at < UINT32_C(430) * TICKS_PER_US);
        kept_at = due;
        if (action->kind == STAGE_RAISE || action->kind == STAGE_DROP)
            is_high = action->kind == STAGE_RAISE;
        paper_carry_out(&paper);
    }
    CHECK(!is_high);
}

static const struct test all[] = {
    TEST(a_sound_stage_passes),
    TEST(each_wrong_answer_is_named_and_no_pulse_may_begin),
    TEST(what_is_just_right_passes),
    TEST(an_action_that_came_late_says_nothing),
    TEST(a_supply_that_would_go_off_late_stays_on),
    TEST(no_pin_is_high_when_the_test_is_over_or_for_longer_than_the_second_clock_allows),
};
const struct tests stage_test_tests = {all, sizeof all / sizeof *all};
