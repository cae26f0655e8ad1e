/* When a pulse comes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "check.h"
#include "desk.h"

#define FIFTY_HERTZ 5000U
#define PERIOD (TICKS_PER_S / 50U)

static void b_runs_half_a_period_after_a_and_periods_are_exact(void)
{
    const uint16_t frequencies[] = {100, 101, 110, 777, 4700, 5000, 11999, 12000};
    for (size_t i = 0; i < sizeof frequencies / sizeof *frequencies; i++) {
        struct desk desk;
        desk_arm(&desk);
        desk_hold(&desk, 40, 40, frequencies[i], 3000);
        CHECK(desk.count >= 4);
        for (size_t j = 2; j < desk.count; j++) {
            int64_t period = desk.pulses[j].at - desk.pulses[j - 2].at;
            /* Within half a tick of the exact one. */
            CHECK(2 * (period * frequencies[i] - 1600000000LL) <= frequencies[i]);
            CHECK(2 * (1600000000LL - period * frequencies[i]) <= frequencies[i]);
        }
        CHECK_EQUAL(desk.pulses[0].channel, 0);
        CHECK_EQUAL(desk.pulses[1].channel, 1);
        CHECK_EQUAL(desk.pulses[1].at - desk.pulses[0].at,
                    (desk.pulses[2].at - desk.pulses[0].at) / 2);
    }
}

static void set_points_move_no_edge(void)
{
    struct desk desk;
    desk_arm(&desk);
    for (unsigned i = 0; i < 300; i++) {
        uint16_t codes = (uint16_t)(40 + i % 7);
        desk_say(&desk, desk_asks(&desk, codes, codes, FIFTY_HERTZ));
        desk_run(&desk, 100000 + 997 * i);
    }
    CHECK(desk.count > 200);
    for (size_t j = 2; j < desk.count; j++)
        CHECK_EQUAL(desk.pulses[j].at - desk.pulses[j - 2].at, PERIOD);
}

static void no_two_pulses_of_a_channel_come_closer_than_a_period(void)
{
    struct desk desk;
    desk_arm(&desk);
    const uint16_t frequencies[] = {5000, 12000, 100, 12000, 3000, 5000};
    uint32_t last[CHANNELS] = {0, 0};
    for (unsigned i = 0; i < 600; i++) {
        uint16_t centihz = frequencies[i / 7 % 6];
        uint32_t period = 1600000000U / centihz;
        size_t count = desk.count;
        /* Through a rest, too. */
        uint16_t codes = i % 7 == 3 ? 0 : 60;
        desk_say(&desk, desk_asks(&desk, codes, codes, centihz));
        bool was_handed_over = desk.has_pulse;
        desk_run(&desk, 60000 + 7919 * (i % 13));
        for (size_t j = count; j < desk.count; j++) {
            const struct pulse *pulse = &desk.pulses[j];
            if (last[pulse->channel] && !(j == count && was_handed_over))
                CHECK(pulse->at - last[pulse->channel] >= period);
            last[pulse->channel] = pulse->at;
        }
    }
    CHECK(desk.count > 100);
}

/* Nothing of A keeps its pulses apart then. */
static void b_alone_keeps_its_period_over_a_rest_to_the_tick(void)
{
    struct desk desk;
    desk_arm(&desk);
    desk_hold(&desk, 0, 60, 12000, 100);
    size_t count = desk.count;
    while (desk.count == count)
        desk_run(&desk, 160);
    desk_say(&desk, desk_asks(&desk, 0, 0, 12000));
    desk_say(&desk, desk_asks(&desk, 0, 60, 12000));
    desk_run_ms(&desk, 15);
    /* Of an odd number of ticks, so that half of it is not. */
    CHECK_EQUAL(desk.pulses[count + 1].at - desk.pulses[count].at, 1600000000U / 12000);
}

static void a_late_main_loop_delays_pulses_and_never_crowds_them(void)
{
    struct desk desk;
    desk_arm(&desk);
    desk_hold(&desk, 60, 60, FIFTY_HERTZ, 200);
    size_t count = desk.count;
    desk.now += 3 * PERIOD + 1234;
    uint32_t late_at = desk.now;
    desk_hold(&desk, 60, 60, FIFTY_HERTZ, 200);
    CHECK(desk.count >= count + 18);
    /* The first of these had been handed over in time. */
    CHECK(has_come(desk.pulses[count + 1].at, late_at + STAGE_NOTICE_TICKS));
    for (size_t j = count; j < desk.count; j++)
        CHECK(desk.pulses[j].at - desk.pulses[j - 2].at >= PERIOD);
    CHECK_EQUAL(desk.pulses[count + 2].at - desk.pulses[count + 1].at, PERIOD / 2);
}

static void a_pulse_has_notice(void)
{
    struct desk desk;
    desk_arm(&desk);
    desk_say(&desk, desk_asks(&desk, 60, 60, FIFTY_HERTZ));
    CHECK_EQUAL(desk.pulse.at - desk.now, STAGE_START_TICKS);
    for (unsigned i = 0; i < 1000; i++) {
        desk_run(&desk, 4000);
        if (desk.has_pulse && !has_come(desk.now, desk.pulse.at - STAGE_NOTICE_TICKS))
            CHECK(desk.pulse.at - desk.now <= STAGE_AHEAD_TICKS);
        if (i % 40 == 0)
            desk_say(&desk, desk_asks(&desk, 60, 60, FIFTY_HERTZ));
    }
    CHECK(desk.count > 20);
}

static void time_may_wrap(void)
{
    struct desk desk;
    desk_power_up(&desk, 0, 0U - TICKS_PER_S / 2);
    desk_hello(&desk);
    desk_off(&desk);
    desk_say(&desk, desk_asks(&desk, 0, 0, FIFTY_HERTZ));
    desk_hold(&desk, 200, 200, FIFTY_HERTZ, 1000);
    CHECK_EQUAL(desk.report.state, EMS_STATE_ON);
    CHECK(desk.count >= 98);
    for (size_t j = 2; j < desk.count; j++)
        CHECK_EQUAL(desk.pulses[j].at - desk.pulses[j - 2].at, PERIOD);
}

static void a_pulse_of_long_ago_is_forgotten(void)
{
    struct desk desk;
    desk_arm(&desk);
    desk_hold(&desk, 40, 40, FIFTY_HERTZ, 100);
    /* Half a turn of the clock: what lies behind would look as if it were ahead. */
    for (unsigned i = 0; i < 150; i++)
        desk_hold(&desk, 0, 0, FIFTY_HERTZ, 1000);
    size_t count = desk.count;
    desk_hold(&desk, 40, 40, FIFTY_HERTZ, 40);
    CHECK(desk.count >= count + 2);
}

static const struct test all[] = {
    TEST(b_runs_half_a_period_after_a_and_periods_are_exact),
    TEST(set_points_move_no_edge),
    TEST(no_two_pulses_of_a_channel_come_closer_than_a_period),
    TEST(b_alone_keeps_its_period_over_a_rest_to_the_tick),
    TEST(a_late_main_loop_delays_pulses_and_never_crowds_them),
    TEST(a_pulse_has_notice),
    TEST(time_may_wrap),
    TEST(a_pulse_of_long_ago_is_forgotten),
};
const struct tests timing_tests = {all, sizeof all / sizeof *all};
