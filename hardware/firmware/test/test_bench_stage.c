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

/* A pulse was delivered. */
static struct pulse deliver(struct board *board, uint32_t at)
{
    board->stage.channels[0].pulses++;
    board->stage.channels[0].delivered = at;
    return (struct pulse){.at = at};
}

/* Whether it looks 5 ms after a pulse that begins now, and no second time. */
static bool looks_after_pulse(struct bench_stage_watch *watch, struct board *board, uint32_t at)
{
    struct pulse pulse = deliver(board, at);
    uint32_t now = at + 5U * TICKS_PER_MS;
    bool looks = bench_stage_is_due(watch, board, &pulse, now);
    CHECK(!bench_stage_is_due(watch, board, &pulse, now + TICKS_PER_MS));
    return looks;
}

/* A board that is off, shortly before the time of the chip wraps, as it does every 268 s. */
static uint32_t begin(struct bench_stage_watch *watch, const struct board *board)
{
    const struct pulse none = {.at = 0};
    uint32_t now = UINT32_MAX - 50U * TICKS_PER_MS;
    CHECK(!bench_stage_is_due(watch, board, &none, now));
    return now;
}

static void every_pulse_of_a_long_session_is_looked_at(void)
{
    struct bench_stage_watch watch = {.fills = false};
    struct board board = {.state = EMS_STATE_OFF};
    for (unsigned session = 0; session < 2; session++) {
        uint32_t began = begin(&watch, &board);
        board.state = EMS_STATE_ON;
        /* While the reservoir fills nothing is. */
        for (uint32_t ms = 10; ms < 95; ms += 10)
            CHECK(!looks_after_pulse(&watch, &board, began + ms * TICKS_PER_MS));
        for (uint32_t ms = 100; ms < 600000; ms += 10)
            CHECK(looks_after_pulse(&watch, &board, began + ms * TICKS_PER_MS));
        board.state = EMS_STATE_OFF;
    }
}

static void what_charged_the_dividers_is_gone_before_it_looks(void)
{
    struct bench_stage_watch watch = {.fills = false};
    struct board board = {.state = EMS_STATE_ON};
    struct pulse pulse = deliver(&board, 0);
    CHECK(!bench_stage_is_due(&watch, &board, &pulse, BENCH_STAGE_LOOK_TICKS - 1U));
    CHECK(bench_stage_is_due(&watch, &board, &pulse, BENCH_STAGE_LOOK_TICKS));
}

static void a_pulse_whose_first_edge_was_refused_is_not_looked_at(void)
{
    struct bench_stage_watch watch = {.fills = false};
    struct board board = {.state = EMS_STATE_ON};
    struct pulse refused = {.at = 20U * TICKS_PER_MS};
    CHECK(looks_after_pulse(&watch, &board, TICKS_PER_MS));
    CHECK(!bench_stage_is_due(&watch, &board, &refused, 25U * TICKS_PER_MS));
    /* Nor what the one before it left, where there was no time for a look. */
    deliver(&board, 30U * TICKS_PER_MS);
    refused.at = 40U * TICKS_PER_MS;
    CHECK(!bench_stage_is_due(&watch, &board, &refused, 45U * TICKS_PER_MS));
    CHECK(looks_after_pulse(&watch, &board, 60U * TICKS_PER_MS));
}

static const struct test all[] = {
    TEST(a_failed_self_test_is_latched_for_good),
    TEST(looks_between_pulses_find_what_is_wrong),
    TEST(every_pulse_of_a_long_session_is_looked_at),
    TEST(what_charged_the_dividers_is_gone_before_it_looks),
    TEST(a_pulse_whose_first_edge_was_refused_is_not_looked_at),
};
const struct tests bench_stage_tests = {all, sizeof all / sizeof *all};
