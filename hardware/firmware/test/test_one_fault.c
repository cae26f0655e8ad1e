/* One fault of stage or chip: what shows it, and what the board does.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "check.h"
#include "desk.h"

#define HZ 5000U

static void works(struct desk *desk, uint16_t codes)
{
    desk_arm(desk);
    desk_hold(desk, codes, codes, HZ, 1000);
    CHECK_EQUAL(desk->report.amplitude_a_codes, codes);
}

static void judge(struct desk *desk, uint16_t codes, uint16_t positive, uint16_t negative)
{
    struct pulse pulse = {.channel = 0, .codes = codes, .width_us = 250, .at = desk->now};
    struct measured measured = {positive, negative};
    board_judge(&desk->board, &pulse, measured, desk->now);
}

static void phases_that_are_apart_twice_in_a_row_are_a_fault(void)
{
    static const uint16_t good[][2] = {{400, 400}, {400, 320}, {320, 400}};
    static const uint16_t bad[][2] = {{400, 319}, {319, 400}, {400, 0}};
    struct desk desk;
    works(&desk, 400);
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        judge(&desk, 400, good[i][0], good[i][1]);
        CHECK_EQUAL(desk.board.faults, 0);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        works(&desk, 400);
        judge(&desk, 400, bad[i][0], bad[i][1]);
        CHECK_EQUAL(desk.board.faults, 0);
        CHECK(!board_wants_high_voltage(&desk.board));
        judge(&desk, 400, bad[i][0], bad[i][1]);
        CHECK_EQUAL(desk.board.faults, EMS_FAULT_UNBALANCED);
    }
}

static void a_pad_that_comes_off_between_two_phases_is_an_open_lead(void)
{
    /* The second one too weak to show an open lead by its first phase. */
    static const uint16_t asked[] = {400, EMS_OPEN_LEAD_FROM_CODES - 1U};
    struct desk desk;
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        works(&desk, asked[i]);
        judge(&desk, asked[i], asked[i], 0);
        CHECK_EQUAL(desk.board.reason, EMS_REASON_OPEN_LEAD);
        CHECK_EQUAL(desk.board.contacts[0], EMS_CONTACT_OPEN);
    }
    desk_run_ms(&desk, EMS_OPEN_LEAD_COOL_DOWN_MS);
    desk_off(&desk);
    desk_say(&desk, desk_asks(&desk, 0, 0, HZ));
    desk_hold(&desk, 400, 400, HZ, 1000);
    judge(&desk, 400, 400, 0);
    CHECK_EQUAL(desk.board.reason, EMS_REASON_OPEN_LEAD);
}

static void a_phase_that_stays_away_is_a_fault_as_soon_as_it_shows_again(void)
{
    struct desk desk;
    works(&desk, 400);
    desk.no_negative = true;
    desk_run_ms(&desk, 20);
    CHECK_EQUAL(desk.board.reason, EMS_REASON_OPEN_LEAD);
    desk_run_ms(&desk, EMS_OPEN_LEAD_COOL_DOWN_MS);
    desk_off(&desk);
    desk_say(&desk, desk_asks(&desk, 0, 0, HZ));
    desk_hold(&desk, 400, 0, HZ, 200);
    CHECK_EQUAL(desk.board.faults, EMS_FAULT_UNBALANCED);
    CHECK(desk.pulses[(desk.count - 1U) % DESK_PULSES].codes < EMS_OPEN_LEAD_FROM_CODES);
}

static void too_much_in_the_negative_phase_alone_is_over_current(void)
{
    struct desk desk;
    works(&desk, 400);
    judge(&desk, 400, 400, board_most(400) + 1U);
    CHECK_EQUAL(desk.board.faults, EMS_FAULT_OVER_CURRENT);
}

static void an_open_lead_is_told_from_a_missing_phase(void)
{
    struct desk desk;
    works(&desk, 400);
    judge(&desk, 400, 0, 100);
    CHECK_EQUAL(desk.board.faults, 0);
    CHECK_EQUAL(desk.board.reason, EMS_REASON_OPEN_LEAD);
}

static void a_board_that_measures_one_phase_does_not_compare(void)
{
    struct desk desk;
    works(&desk, 400);
    desk.board.beginning.about.capabilities = EMS_CAPABILITY_CURRENT;
    judge(&desk, 400, 400, 0);
    CHECK_EQUAL(desk.board.faults, 0);
}

static void high_voltage_that_is_too_high_is_a_fault(void)
{
    struct desk desk;
    works(&desk, 400);
    desk.senses.high_voltage_dv = EMS_HIGH_VOLTAGE_MOST_DV;
    desk_run_ms(&desk, 1);
    CHECK_EQUAL(desk.board.faults, 0);
    desk.senses.high_voltage_dv++;
    desk_run_ms(&desk, 1);
    CHECK_EQUAL(desk.board.faults, EMS_FAULT_HIGH_VOLTAGE);
}

static void high_voltage_that_stays_after_off_is_a_fault(void)
{
    struct desk desk;
    works(&desk, 400);
    desk.senses.high_voltage_dv = EMS_HIGH_VOLTAGE_LEFT_DV + 1U;
    desk_off(&desk);
    desk_run_ms(&desk, EMS_HIGH_VOLTAGE_FALLS_MS - 1U);
    CHECK_EQUAL(desk.board.faults, 0);
    desk_run_ms(&desk, 2);
    CHECK_EQUAL(desk.board.faults, EMS_FAULT_HIGH_VOLTAGE);
    desk.senses.high_voltage_dv = EMS_HIGH_VOLTAGE_LEFT_DV;
    desk_run_ms(&desk, 1);
    desk_off(&desk);
    CHECK_EQUAL(desk.report.faults, 0);
}

static void a_board_that_does_not_sense_high_voltage_takes_any(void)
{
    struct desk desk;
    works(&desk, 400);
    desk.board.beginning.about.capabilities &= (uint8_t)~EMS_CAPABILITY_HIGH_VOLTAGE;
    desk.senses.high_voltage_dv = 9999;
    desk_run_ms(&desk, 1);
    CHECK_EQUAL(desk.board.faults, 0);
}

static void current_between_pulses_is_a_fault(void)
{
    for (uint8_t channel = 0; channel < CHANNELS; channel++) {
        struct desk desk;
        works(&desk, 400);
        desk.senses.offset[channel] = EMS_OFFSET_CODES;
        desk_run_ms(&desk, 1);
        CHECK_EQUAL(desk.board.faults, 0);
        desk.senses.offset[channel]++;
        desk_run_ms(&desk, 1);
        CHECK_EQUAL(desk.board.faults, EMS_FAULT_INTERNAL);
        CHECK_EQUAL(desk.board.check, EMS_CHECK_OFFSET);
    }
}

static void the_first_check_that_failed_is_told(void)
{
    struct desk desk;
    works(&desk, 400);
    board_fail_check(&desk.board, EMS_CHECK_CLOCK, desk.now);
    board_fail_check(&desk.board, EMS_CHECK_BRIDGE, desk.now);
    CHECK_EQUAL(desk.board.check, EMS_CHECK_CLOCK);
    desk_off(&desk);
    CHECK_EQUAL(desk.report.check, EMS_CHECK_NONE);
}

static void a_self_test_that_failed_is_for_good_and_always_told(void)
{
    struct desk desk;
    struct beginning beginning = desk_beginning(EMS_FAULT_SELF_TEST);
    beginning.check = EMS_CHECK_FLASH;
    desk_power_up(&desk, 0, 0);
    board_power_up(&desk.board, &beginning);
    desk_run_ms(&desk, 1);
    for (unsigned i = 0; i < 3; i++) {
        desk_off(&desk);
        CHECK_EQUAL(desk.report.faults, EMS_FAULT_SELF_TEST);
        CHECK_EQUAL(desk.report.check, EMS_CHECK_FLASH);
    }
}

static void a_board_of_one_channel_never_takes_current_for_the_other(void)
{
    struct desk desk;
    desk_arm(&desk);
    desk.board.beginning.about.channels = 1;
    CHECK(desk_refuses(&desk, desk_asks(&desk, 0, 40, HZ), EMS_REFUSAL_LIMIT));
    CHECK_EQUAL(desk_say(&desk, desk_asks(&desk, 40, 0, HZ)), EMS_REFUSAL_NONE);
}

static void a_channel_that_falls_short_is_held_and_rises_from_what_flows(void)
{
    for (uint8_t channel = 0; channel < CHANNELS; channel++) {
        struct desk desk;
        works(&desk, 800);
        desk.most[channel] = 600;
        desk_hold(&desk, 800, 800, HZ, 200);
        CHECK_EQUAL(desk.report.flags, EMS_FLAG_GREETED |
                                           (channel ? EMS_FLAG_HELD_B : EMS_FLAG_HELD_A));
        /* The tolerance of 5 % + 1 mA, and one rise of 0.8 mA. */
        CHECK(desk.board.stage.channels[channel].in_force <= 600 + 40 + 35 + 32);
        desk.most[channel] = NO_LIMIT;
        desk_hold(&desk, 800, 800, HZ, 400);
        CHECK_EQUAL(desk.report.flags, EMS_FLAG_GREETED);
        CHECK_EQUAL(desk.board.stage.channels[channel].in_force, 800);
    }
}

static void a_board_that_is_off_hands_over_no_pulse_whatever_its_stage_says(void)
{
    struct desk desk;
    struct pulse pulse;
    works(&desk, 200);
    while (desk.has_pulse)
        desk_run(&desk, 1600);
    struct stage runs = desk.board.stage;
    board_fail(&desk.board, EMS_FAULT_INTERNAL, desk.now);
    desk.board.stage = runs;
    desk.board.lease_end = desk.now + TICKS_PER_S;
    for (unsigned i = 0; i < 100; i++)
        CHECK(!board_next_pulse(&desk.board, desk.now + i * TICKS_PER_MS, &pulse));
}

static const struct test all[] = {
    TEST(a_board_that_is_off_hands_over_no_pulse_whatever_its_stage_says),
    TEST(phases_that_are_apart_twice_in_a_row_are_a_fault),
    TEST(a_pad_that_comes_off_between_two_phases_is_an_open_lead),
    TEST(a_phase_that_stays_away_is_a_fault_as_soon_as_it_shows_again),
    TEST(too_much_in_the_negative_phase_alone_is_over_current),
    TEST(an_open_lead_is_told_from_a_missing_phase),
    TEST(a_board_that_measures_one_phase_does_not_compare),
    TEST(high_voltage_that_is_too_high_is_a_fault),
    TEST(high_voltage_that_stays_after_off_is_a_fault),
    TEST(a_board_that_does_not_sense_high_voltage_takes_any),
    TEST(current_between_pulses_is_a_fault),
    TEST(the_first_check_that_failed_is_told),
    TEST(a_self_test_that_failed_is_for_good_and_always_told),
    TEST(a_board_of_one_channel_never_takes_current_for_the_other),
    TEST(a_channel_that_falls_short_is_held_and_rises_from_what_flows),
};
const struct tests one_fault_tests = {all, sizeof all / sizeof *all};
