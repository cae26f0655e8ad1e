/* How strong a pulse is, and which channel it belongs to.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "check.h"
#include "desk.h"

#define FIFTY_HERTZ 5000U
#define PERIOD (TICKS_PER_S / 50U)

static const struct pulse *newest(const struct desk *desk, uint8_t channel)
{
    size_t i = desk->count;
    while (i > 0 && desk->pulses[i - 1].channel != channel)
        i--;
    return i > 0 ? &desk->pulses[i - 1] : NULL;
}

static void the_first_pulse_is_at_most_one_milliampere(void)
{
    struct desk desk;
    desk_arm(&desk);
    desk_hold(&desk, 3200, 3200, FIFTY_HERTZ, 60);
    CHECK_EQUAL(desk.pulses[0].codes, EMS_FIRST_PULSE_CODES);
    CHECK_EQUAL(desk.pulses[1].codes, EMS_FIRST_PULSE_CODES);
    CHECK_EQUAL(desk.pulses[2].codes, EMS_FIRST_PULSE_CODES + 32);
}

static void the_amplitude_rises_by_40_ma_a_second_and_2_ma_a_pulse_at_any_frequency(void)
{
    const uint16_t frequencies[] = {100, 333, 3500, 5000, 12000};
    for (size_t i = 0; i < sizeof frequencies / sizeof *frequencies; i++) {
        struct desk desk;
        desk_arm(&desk);
        desk_hold(&desk, 3200, 3200, frequencies[i], 3000);
        CHECK(desk.count >= 4);
        for (size_t j = 2; j < desk.count; j++) {
            const struct pulse *before = &desk.pulses[j - 2];
            const struct pulse *pulse = &desk.pulses[j];
            CHECK_EQUAL(pulse->channel, before->channel);
            uint32_t rise = (pulse->at - before->at) / 10000U;
            uint32_t most = before->codes + (rise < EMS_STEP_CODES ? rise : EMS_STEP_CODES);
            CHECK_EQUAL(pulse->codes, most < 3200 ? most : 3200);
        }
    }
}

static void a_pause_between_pulses_earns_no_more_than_one_period_of_rise(void)
{
    struct desk desk;
    desk_arm(&desk);
    desk_hold(&desk, 400, 0, 12000, 500);
    CHECK_EQUAL(newest(&desk, 0)->codes, 400);
    desk_say(&desk, desk_asks(&desk, 1000, 0, 12000));
    /* A main loop that is late by a period and a fifth: after more it would be a rest. */
    size_t count = desk.count;
    desk.now += TICKS_PER_S / 100U;
    desk_run_ms(&desk, 20);
    CHECK(desk.count > count + 1);
    for (size_t i = count; i < desk.count; i++)
        CHECK(desk.pulses[i].codes <= desk.pulses[i - 1].codes + 13);
}

static void no_pulse_is_handed_over_above_what_is_asked(void)
{
    struct desk desk;
    desk_arm(&desk);
    desk_say(&desk, desk_asks(&desk, EMS_FIRST_PULSE_CODES / 2, 0, FIFTY_HERTZ));
    CHECK(desk.has_pulse);
    CHECK_EQUAL(desk.pulse.codes, EMS_FIRST_PULSE_CODES / 2);
}

static void down_is_immediate(void)
{
    struct desk desk;
    desk_arm(&desk);
    desk_hold(&desk, 800, 800, FIFTY_HERTZ, 1000);
    desk_say(&desk, desk_asks(&desk, 100, 60, FIFTY_HERTZ));
    CHECK_EQUAL(desk.report.amplitude_a_codes, 100);
    size_t count = desk.count;
    desk_run_ms(&desk, 40);
    CHECK(desk.count >= count + 2);
    for (size_t i = count; i < desk.count; i++)
        CHECK_EQUAL(desk.pulses[i].codes, desk.pulses[i].channel == 0 ? 100 : 60);
}

static void a_pulse_that_was_handed_over_still_follows_down(void)
{
    struct desk desk;
    desk_arm(&desk);
    desk_hold(&desk, 800, 0, FIFTY_HERTZ, 1000);
    while (!desk.has_pulse)
        desk_run(&desk, 1600);
    desk_say(&desk, desk_asks(&desk, 300, 0, FIFTY_HERTZ));
    size_t count = desk.count;
    desk_run_ms(&desk, 3);
    CHECK_EQUAL(desk.count, count + 1);
    CHECK_EQUAL(desk.pulses[count].codes, 300);
    /* Up it does not follow: its rise is spent. */
    while (!desk.has_pulse)
        desk_run(&desk, 1600);
    uint16_t codes = desk.pulse.codes;
    desk_say(&desk, desk_asks(&desk, 3000, 0, FIFTY_HERTZ));
    CHECK_EQUAL(board_keeps(&desk.board, &desk.pulse), codes);
}

static void a_pulse_that_runs_while_less_is_asked_counts_as_less(void)
{
    struct desk desk;
    desk_arm(&desk);
    desk_hold(&desk, 800, 0, FIFTY_HERTZ, 1000);
    while (!desk.has_pulse || !has_come(desk.now, desk.pulse.at))
        desk_run(&desk, 160);
    CHECK_EQUAL(desk.pulse.codes, 800);
    desk_say(&desk, desk_asks(&desk, 80, 0, FIFTY_HERTZ));
    desk_run_ms(&desk, 1);
    CHECK_EQUAL(desk.pulses[desk.count - 1].codes, 800);
    desk_say(&desk, desk_asks(&desk, 3200, 0, FIFTY_HERTZ));
    CHECK_EQUAL(desk.report.amplitude_a_codes, 80);
    desk_run_ms(&desk, 20);
    CHECK_EQUAL(desk.pulses[desk.count - 1].codes, 80 + 32);
}

static void a_pulse_that_ends_in_a_rest_shows_no_current(void)
{
    struct desk desk;
    desk_arm(&desk);
    desk_hold(&desk, 800, 0, FIFTY_HERTZ, 1000);
    while (!desk.has_pulse || !has_come(desk.now, desk.pulse.at))
        desk_run(&desk, 160);
    desk_say(&desk, desk_asks(&desk, 0, 0, FIFTY_HERTZ));
    size_t count = desk.count;
    desk_run_ms(&desk, 2);
    CHECK_EQUAL(desk.count, count + 1);
    CHECK_EQUAL(desk.board.stage.channels[0].measured, 0);
    CHECK_EQUAL(desk.board.stage.channels[0].in_force, 0);
}

static void a_rest_that_is_over_before_the_running_pulse_is_a_rest(void)
{
    struct desk desk;
    desk_arm(&desk);
    desk_hold(&desk, 800, 800, FIFTY_HERTZ, 1000);
    while (!desk.has_pulse || !has_come(desk.now, desk.pulse.at))
        desk_run(&desk, 1600);
    size_t count = desk.count;
    desk_say(&desk, desk_asks(&desk, 0, 0, FIFTY_HERTZ));
    desk_say(&desk, desk_asks(&desk, 800, 800, FIFTY_HERTZ));
    desk_run_ms(&desk, 40);
    CHECK(desk.count >= count + 3);
    CHECK_EQUAL(desk.pulses[count].codes, 800);
    for (size_t i = count + 1; i < count + 3; i++)
        CHECK_EQUAL(desk.pulses[i].codes, EMS_FIRST_PULSE_CODES);
}

static void after_a_rest_and_after_an_off_the_pulses_begin_at_once(void)
{
    struct desk desk;
    desk_arm(&desk);
    desk_hold(&desk, 60, 60, FIFTY_HERTZ, 200);
    desk_hold(&desk, 0, 0, FIFTY_HERTZ, 100);
    desk_run(&desk, 12345);
    desk_say(&desk, desk_asks(&desk, 60, 60, FIFTY_HERTZ));
    CHECK_EQUAL(desk.pulse.at - desk.now, STAGE_START_TICKS);
    desk_hold(&desk, 60, 60, FIFTY_HERTZ, 200);
    desk_off(&desk);
    CHECK(!desk.board.stage.runs);
    desk_run(&desk, 543210);
    struct ems_set_point asked = desk_asks(&desk, 0, 0, FIFTY_HERTZ);
    desk_say(&desk, asked);
    desk_say(&desk, desk_asks(&desk, 60, 60, FIFTY_HERTZ));
    CHECK_EQUAL(desk.pulse.at - desk.now, STAGE_START_TICKS);
}

static void another_frequency_leaves_each_channel_its_period(void)
{
    struct desk desk;
    desk_arm(&desk);
    desk_hold(&desk, 40, 40, 10000, 200);
    while (desk.count % 2 == 1 || desk.has_pulse)
        desk_run(&desk, 1600);
    uint32_t a = newest(&desk, 0)->at;
    uint32_t b = newest(&desk, 1)->at;
    CHECK(has_come(b, a));
    desk_say(&desk, desk_asks(&desk, 40, 40, 12000));
    /* The pulse of A that was due already comes in its time. */
    desk_run_ms(&desk, 10);
    CHECK_EQUAL(desk.pulses[desk.count - 2].at - a, 160000);
    CHECK_EQUAL(desk.pulses[desk.count - 1].at - b, 160000 - 80000 + 1600000000U / 12000 / 2);
    b = newest(&desk, 1)->at;
    desk_say(&desk, desk_asks(&desk, 40, 40, 12000));
    desk_run_ms(&desk, 9);
    /* The period is odd, so half of it is not. */
    CHECK_EQUAL(newest(&desk, 1)->at - b, 1600000000U / 12000);
}

static void a_frequency_that_falls_and_falls_leaves_both_channels_their_pulses(void)
{
    struct desk desk;
    desk_arm(&desk);
    desk_hold(&desk, 40, 40, 570, 1000);
    size_t begin = desk.count;
    for (uint16_t centihz = 570; centihz > 270; centihz -= 12)
        desk_hold(&desk, 40, 40, centihz, 60);
    CHECK(desk.count >= begin + 10);
    for (size_t i = begin; i < desk.count; i++) {
        const struct pulse *before = &desk.pulses[i - 2];
        CHECK_EQUAL(desk.pulses[i].channel, before->channel);
        CHECK(desk.pulses[i].at - before->at >= TICKS_PER_S * 100U / 570U);
        CHECK_EQUAL(desk.pulses[i].codes, 40);
    }
}

static void after_a_rest_the_rise_begins_anew(void)
{
    struct desk desk;
    desk_arm(&desk);
    desk_hold(&desk, 800, 800, FIFTY_HERTZ, 1000);
    desk_hold(&desk, 0, 0, FIFTY_HERTZ, 40);
    size_t count = desk.count;
    desk_hold(&desk, 800, 800, FIFTY_HERTZ, 40);
    CHECK_EQUAL(desk.pulses[count].codes, EMS_FIRST_PULSE_CODES);
    CHECK_EQUAL(desk.pulses[count + 1].codes, EMS_FIRST_PULSE_CODES);
}

static void after_a_rest_a_begins_whose_turn_it_was_before(void)
{
    struct desk desk;
    desk_arm(&desk);
    desk_hold(&desk, 80, 80, FIFTY_HERTZ, 200);
    while (desk.has_pulse || newest(&desk, 1)->at == desk.pulses[desk.count - 1].at)
        desk_run(&desk, 1600);
    desk_hold(&desk, 0, 0, FIFTY_HERTZ, 40);
    size_t count = desk.count;
    desk_hold(&desk, 80, 80, FIFTY_HERTZ, 40);
    CHECK_EQUAL(desk.pulses[count].channel, 0);
    CHECK_EQUAL(desk.pulses[count + 1].channel, 1);
}

static void rest_keeps_the_board_on_without_a_pulse(void)
{
    struct desk desk;
    desk_arm(&desk);
    desk_hold(&desk, 80, 80, FIFTY_HERTZ, 200);
    while (!desk.has_pulse)
        desk_run(&desk, 1600);
    desk_say(&desk, desk_asks(&desk, 0, 0, FIFTY_HERTZ));
    CHECK(!desk.has_pulse);
    size_t count = desk.count;
    desk_hold(&desk, 0, 0, FIFTY_HERTZ, 1000);
    CHECK_EQUAL(desk.count, count);
    CHECK_EQUAL(desk.report.state, EMS_STATE_ON);
    CHECK(board_wants_high_voltage(&desk.board));
    CHECK_EQUAL(desk.report.amplitude_a_codes, 0);
    CHECK_EQUAL(desk.report.measured_a_codes, 0);
    CHECK_EQUAL(desk.report.measured_b_codes, 0);
    CHECK_EQUAL(desk.report.negative_a_codes, 0);
    CHECK_EQUAL(desk.report.negative_b_codes, 0);
}

static void one_channel_may_rest_while_the_other_works(void)
{
    struct desk desk;
    desk_arm(&desk);
    desk_hold(&desk, 200, 0, FIFTY_HERTZ, 400);
    CHECK(newest(&desk, 1) == NULL);
    uint32_t a = newest(&desk, 0)->at;
    desk_hold(&desk, 0, 200, FIFTY_HERTZ, 400);
    CHECK_EQUAL((newest(&desk, 1)->at - a) % PERIOD, PERIOD / 2);
    CHECK_EQUAL(newest(&desk, 1)->codes, 200);
    a = newest(&desk, 0)->at;
    CHECK(desk.now - a > 15 * PERIOD);
}

static const struct test all[] = {
    TEST(the_first_pulse_is_at_most_one_milliampere),
    TEST(the_amplitude_rises_by_40_ma_a_second_and_2_ma_a_pulse_at_any_frequency),
    TEST(a_pause_between_pulses_earns_no_more_than_one_period_of_rise),
    TEST(no_pulse_is_handed_over_above_what_is_asked),
    TEST(down_is_immediate),
    TEST(a_pulse_that_was_handed_over_still_follows_down),
    TEST(a_pulse_that_runs_while_less_is_asked_counts_as_less),
    TEST(a_pulse_that_ends_in_a_rest_shows_no_current),
    TEST(a_rest_that_is_over_before_the_running_pulse_is_a_rest),
    TEST(after_a_rest_and_after_an_off_the_pulses_begin_at_once),
    TEST(another_frequency_leaves_each_channel_its_period),
    TEST(a_frequency_that_falls_and_falls_leaves_both_channels_their_pulses),
    TEST(after_a_rest_the_rise_begins_anew),
    TEST(after_a_rest_a_begins_whose_turn_it_was_before),
    TEST(rest_keeps_the_board_on_without_a_pulse),
    TEST(one_channel_may_rest_while_the_other_works),
};
const struct tests stage_tests = {all, sizeof all / sizeof *all};
