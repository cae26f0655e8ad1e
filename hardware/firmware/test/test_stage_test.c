/* UNCERTIFIED, BENCH ONLY: the bench output stage's self-test and looks, against a stage on paper.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "bench_stage.h"
#include "check.h"
#include "desk.h"
#include "stage_test.h"

#define PASS (UINT32_C(200) * TICKS_PER_US)
#define STEPS 16U
#define RIGHT 0xFFFFU

/* A stage that answers as it should, but for one step, and the board around it. */
struct paper {
    struct stage_test test;
    struct stage_test_sight sight;
    uint32_t now;
    uint32_t late;
    uint16_t wrong_mv;    /* what the wrong step reads; RIGHT: none is wrong */
    uint8_t wrong;        /* step */
    uint8_t kinds[STEPS + 1U]; /* measurements of each step, so far */
    bool had_high_voltage;
};

static uint16_t right_mv(const struct stage_action *action)
{
    return (uint16_t)((action->least + action->value) / 2U);
}

/* Nodes of a sound stage: 10 V across the load, and 1.9 V on the capacitors between. */
static void nodes_of(const struct paper *paper, uint8_t phase, uint16_t nodes[2])
{
    static const uint16_t sound[3][2] = {{3390, 3044}, {3095, 3378}, {95, 34}};
    memcpy(nodes, sound[phase], sizeof sound[phase]);
    if (paper->wrong_mv != RIGHT && paper->wrong == 8U && phase == 1U)
        nodes[0] = (uint16_t)(3390U - paper->wrong_mv);
    if (paper->wrong_mv != RIGHT && paper->wrong == 5U && phase == 2U)
        nodes[0] = (uint16_t)(34U + paper->wrong_mv);
}

static void carry_out(struct paper *paper)
{
    const struct stage_action *action = stage_test_action(&paper->test);
    uint16_t readings[2] = {right_mv(action), 0};
    if (action->kind == STAGE_NODES)
        nodes_of(paper, (uint8_t)action->value, readings);
    else if (action->step == paper->wrong && paper->wrong_mv != RIGHT)
        readings[0] = paper->wrong_mv;
    if (action->kind == STAGE_CURRENT || action->kind == STAGE_HIGH || action->kind == STAGE_ACROSS ||
        action->kind == STAGE_LEFT)
        paper->kinds[action->step]++;
    stage_test_take(&paper->test, readings, paper->late);
}

static void pass(struct paper *paper)
{
    paper->now += PASS;
    paper->had_high_voltage = stage_test_pass(&paper->test, &paper->sight, paper->now);
    while (paper->test.state == STAGE_TEST_RUNS && has_come(paper->now, stage_test_time(&paper->test)))
        carry_out(paper);
}

static void pass_for(struct paper *paper, uint32_t ms)
{
    uint32_t end = paper->now + ms * TICKS_PER_MS;
    while (!has_come(paper->now, end))
        pass(paper);
}

static struct paper started(void)
{
    struct paper paper = {.wrong_mv = RIGHT, .sight = {.is_off = true}};
    stage_test_start(&paper.test, 0);
    return paper;
}

/* K1 was looked at, the board is armed, K1 closes. */
static struct paper armed(uint8_t wrong, uint16_t wrong_mv)
{
    struct paper paper = started();
    pass_for(&paper, 710);
    CHECK_EQUAL(paper.test.state, STAGE_TEST_READY);
    paper.wrong = wrong;
    paper.wrong_mv = wrong_mv;
    paper.sight = (struct stage_test_sight){.is_live = true, .high_voltage_dv = 1100};
    return paper;
}

static void a_sound_stage_passes(void)
{
    struct paper paper = armed(0, RIGHT);
    CHECK(!stage_test_lets_pulse(&paper.test));
    pass_for(&paper, 200);
    CHECK_EQUAL(paper.test.state, STAGE_TEST_PASSED);
    CHECK_EQUAL(paper.test.failed, 0);
    CHECK(paper.had_high_voltage);
    CHECK(stage_test_lets_pulse(&paper.test));
    CHECK(stage_test_lets_high_voltage(&paper.test, true));
    for (uint8_t step = 2; step <= STEPS; step++)
        CHECK(paper.kinds[step] > 0);
    pass_for(&paper, 2000);
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
        {16, 621},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct paper paper = armed(wrong[i].step, wrong[i].mv);
        pass_for(&paper, 300);
        CHECK_EQUAL(paper.test.failed, wrong[i].step);
        CHECK_EQUAL(paper.test.state, STAGE_TEST_FAILED);
        CHECK(!stage_test_lets_pulse(&paper.test));
        paper.sight.is_live = false;
        pass_for(&paper, 1000);
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
        {13, 3200}, {13, 3800}, {14, 25}, {16, 620},
    };
    for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
        struct paper paper = armed(right[i].step, right[i].mv);
        pass_for(&paper, 300);
        CHECK_EQUAL(paper.test.failed, 0);
        CHECK_EQUAL(paper.test.state, STAGE_TEST_PASSED);
    }
}

static void a_welded_relay_is_found_before_anything_arms(void)
{
    struct paper paper = started();
    uint32_t until;
    pass_for(&paper, 599);
    CHECK(!stage_test_lets_high_voltage(&paper.test, false));
    CHECK(stage_test_holds_off(&paper.test, &until));
    CHECK_EQUAL(until, UINT32_C(701) * TICKS_PER_MS);
    pass_for(&paper, 2);
    CHECK(stage_test_lets_high_voltage(&paper.test, false));
    CHECK(stage_test_holds_off(&paper.test, &until));
    CHECK(has_come(UINT32_C(702) * TICKS_PER_MS, until));
    paper.sight.high_voltage_dv = 201;
    pass_for(&paper, 97);
    CHECK_EQUAL(paper.test.state, STAGE_TEST_FILLS);
    pass_for(&paper, 3);
    CHECK_EQUAL(paper.test.failed, 1);
    CHECK(!stage_test_lets_high_voltage(&paper.test, false));
    CHECK(!stage_test_holds_off(&paper.test, &until));
}

static void a_relay_that_is_open_lets_the_board_arm(void)
{
    struct paper paper = started();
    uint32_t until;
    paper.sight.high_voltage_dv = 200;
    pass_for(&paper, 710);
    CHECK_EQUAL(paper.test.state, STAGE_TEST_READY);
    CHECK(!stage_test_holds_off(&paper.test, &until));
    CHECK(!stage_test_lets_high_voltage(&paper.test, false));
    pass_for(&paper, 5000);
    CHECK_EQUAL(paper.test.state, STAGE_TEST_READY);
}

static void in_a_fault_the_relay_is_not_looked_at(void)
{
    struct paper paper = started();
    paper.sight.is_off = false;
    pass_for(&paper, 3000);
    CHECK_EQUAL(paper.test.state, STAGE_TEST_RESTS);
    paper.sight.is_off = true;
    pass_for(&paper, 650);
    CHECK_EQUAL(paper.test.state, STAGE_TEST_FILLS);
    paper.sight.is_off = false;
    pass(&paper);
    CHECK(!stage_test_lets_high_voltage(&paper.test, false));
}

static void nothing_begins_before_the_high_voltage_is_steady(void)
{
    static const uint16_t wrong_dv[] = {899, 1161};
    for (size_t i = 0; i < sizeof wrong_dv / sizeof *wrong_dv; i++) {
        struct paper paper = armed(0, RIGHT);
        paper.sight.high_voltage_dv = wrong_dv[i];
        pass_for(&paper, 500);
        CHECK_EQUAL(paper.test.state, STAGE_TEST_CLOSES);
        paper.sight.high_voltage_dv = 1100;
        pass_for(&paper, 18);
        CHECK_EQUAL(paper.test.state, STAGE_TEST_CLOSES);
        pass_for(&paper, 5);
        CHECK_EQUAL(paper.test.state, STAGE_TEST_RUNS);
        CHECK(paper.had_high_voltage);
    }
}

static void a_high_voltage_that_does_not_come_is_told(void)
{
    struct paper paper = armed(0, RIGHT);
    paper.sight.high_voltage_dv = 0;
    pass_for(&paper, 990);
    CHECK(paper.had_high_voltage);
    pass_for(&paper, 20);
    CHECK(!paper.had_high_voltage);
    CHECK_EQUAL(paper.test.failed, 0);
}

static void a_test_that_was_broken_off_begins_anew_when_the_board_arms(void)
{
    struct paper paper = armed(0, RIGHT);
    pass_for(&paper, 60);
    CHECK_EQUAL(paper.test.state, STAGE_TEST_RUNS);
    paper.sight.is_live = false;
    pass(&paper);
    CHECK_EQUAL(paper.test.state, STAGE_TEST_READY);
    CHECK(!stage_test_lets_high_voltage(&paper.test, false));
    paper.sight.is_live = true;
    pass_for(&paper, 200);
    CHECK_EQUAL(paper.test.state, STAGE_TEST_PASSED);
}

static void a_relay_that_opens_meanwhile_is_no_fault_of_the_stage(void)
{
    struct paper paper = armed(3, 300);
    pass_for(&paper, 22);
    CHECK_EQUAL(paper.test.state, STAGE_TEST_RUNS);
    paper.sight.high_voltage_dv = 599;
    pass(&paper);
    CHECK_EQUAL(paper.test.state, STAGE_TEST_CLOSES);
    CHECK_EQUAL(paper.test.failed, 0);
}

static void an_action_that_came_late_says_nothing(void)
{
    struct paper paper = armed(3, 300);
    paper.late = STAGE_TEST_LATE_TICKS;
    pass_for(&paper, 40);
    CHECK_EQUAL(paper.test.failed, 3);
    paper = armed(3, 300);
    paper.late = STAGE_TEST_LATE_TICKS + 1U;
    pass_for(&paper, 40);
    CHECK_EQUAL(paper.test.failed, 0);
    /* And in the end the board goes off. */
    pass_for(&paper, 200);
    CHECK(!paper.had_high_voltage);
    CHECK_EQUAL(paper.test.state, STAGE_TEST_CLOSES);
    /* Armed once more, it may try again. */
    paper.sight.is_live = false;
    pass(&paper);
    pass(&paper);
    paper.sight.is_live = true;
    paper.late = 0;
    pass_for(&paper, 40);
    CHECK_EQUAL(paper.test.failed, 3);
}

static void a_supply_that_would_go_off_late_stays_on(void)
{
    struct paper paper = armed(0, RIGHT);
    pass_for(&paper, 22);
    while (stage_test_action(&paper.test)->kind != STAGE_SUPPLY_OFF)
        carry_out(&paper);
    paper.now = stage_test_time(&paper.test);
    paper.late = STAGE_TEST_LATE_TICKS + 1U;
    carry_out(&paper);
    CHECK_EQUAL(paper.test.state, STAGE_TEST_CLOSES);
    CHECK(stage_test_lets_high_voltage(&paper.test, true));
    /* The high voltage is still there, and the test begins anew. */
    paper.late = 0;
    pass_for(&paper, 200);
    CHECK(paper.had_high_voltage);
    CHECK_EQUAL(paper.test.state, STAGE_TEST_PASSED);
}

static void the_supply_is_off_while_the_discharge_is_looked_at(void)
{
    struct paper paper = armed(0, RIGHT);
    pass_for(&paper, 90);
    CHECK_EQUAL(paper.test.state, STAGE_TEST_RUNS);
    CHECK(!stage_test_lets_high_voltage(&paper.test, true));
    paper.sight.high_voltage_dv = 0;
    pass_for(&paper, 60);
    CHECK_EQUAL(paper.test.state, STAGE_TEST_REFILLS);
    CHECK(stage_test_lets_high_voltage(&paper.test, true));
    pass_for(&paper, 900);
    CHECK_EQUAL(paper.test.state, STAGE_TEST_REFILLS);
    CHECK(paper.had_high_voltage);
    pass_for(&paper, 120);
    CHECK(!paper.had_high_voltage);
}

static void no_pin_is_high_when_the_test_is_over_or_for_longer_than_the_second_clock_allows(void)
{
    struct paper paper = armed(0, RIGHT);
    uint32_t kept_at = 0;
    bool is_high = false;
    pass_for(&paper, 21);
    while (paper.test.state != STAGE_TEST_REFILLS) {
        const struct stage_action *action = stage_test_action(&paper.test);
        uint32_t due = stage_test_time(&paper.test);
        CHECK(!is_high || due - kept_at < UINT32_C(430) * TICKS_PER_US);
        kept_at = due;
        if (action->kind == STAGE_RAISE || action->kind == STAGE_DROP)
            is_high = action->kind == STAGE_RAISE;
        carry_out(&paper);
    }
    CHECK(!is_high);
}

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
    TEST(a_sound_stage_passes),
    TEST(each_wrong_answer_is_named_and_no_pulse_may_begin),
    TEST(what_is_just_right_passes),
    TEST(a_welded_relay_is_found_before_anything_arms),
    TEST(a_relay_that_is_open_lets_the_board_arm),
    TEST(in_a_fault_the_relay_is_not_looked_at),
    TEST(nothing_begins_before_the_high_voltage_is_steady),
    TEST(a_high_voltage_that_does_not_come_is_told),
    TEST(a_test_that_was_broken_off_begins_anew_when_the_board_arms),
    TEST(a_relay_that_opens_meanwhile_is_no_fault_of_the_stage),
    TEST(an_action_that_came_late_says_nothing),
    TEST(a_supply_that_would_go_off_late_stays_on),
    TEST(the_supply_is_off_while_the_discharge_is_looked_at),
    TEST(no_pin_is_high_when_the_test_is_over_or_for_longer_than_the_second_clock_allows),
    TEST(a_failed_self_test_is_latched_for_good),
    TEST(looks_between_pulses_find_what_is_wrong),
};
const struct tests stage_test_tests = {all, sizeof all / sizeof *all};
