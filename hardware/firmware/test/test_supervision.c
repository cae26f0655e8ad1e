/* Leads, currents, supply, emergency stop and resets.
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
    CHECK_EQUAL(desk->report.state, EMS_STATE_ON);
}

/* Runs until something has happened, for one period at most, and counts the pulses. */
static size_t pulses_until_off(struct desk *desk)
{
    size_t count = desk->count;
    for (unsigned i = 0; i < 110 && board_wants_high_voltage(&desk->board); i++)
        desk_run(desk, DESK_PASS_TICKS);
    return desk->count - count;
}

static void an_open_lead_is_off_within_one_pulse_and_named_until_the_next_off(void)
{
    for (uint8_t channel = 0; channel < CHANNELS; channel++) {
        struct desk desk;
        works(&desk, 400);
        desk.most[channel] = 0;
        CHECK(pulses_until_off(&desk) <= 2);
        CHECK_EQUAL(desk.pulses[desk.count - 1].channel, channel);
        CHECK_EQUAL(desk.board.state, EMS_STATE_OFF);
        CHECK_EQUAL(desk.board.reason, EMS_REASON_OPEN_LEAD);
        CHECK_EQUAL(desk_say(&desk, desk_asks(&desk, 0, 0, HZ)), EMS_REFUSAL_ARMING);
        CHECK_EQUAL(channel ? desk.report.contact_b : desk.report.contact_a, EMS_CONTACT_OPEN);
        CHECK_EQUAL(channel ? desk.report.contact_a : desk.report.contact_b,
                    EMS_CONTACT_UNKNOWN);
        desk_off(&desk);
        CHECK_EQUAL(channel ? desk.report.contact_b : desk.report.contact_a,
                    EMS_CONTACT_UNKNOWN);
    }
}

static void half_of_what_was_asked_is_contact_and_less_is_not(void)
{
    struct desk desk;
    works(&desk, 401);
    desk.most[0] = 201;
    desk_hold(&desk, 401, 401, HZ, 100);
    CHECK_EQUAL(desk.report.state, EMS_STATE_ON);
    CHECK_EQUAL(desk.report.contact_a, EMS_CONTACT_GOOD);
    works(&desk, 401);
    desk.most[0] = 200;
    pulses_until_off(&desk);
    CHECK_EQUAL(desk.board.reason, EMS_REASON_OPEN_LEAD);
}

static void below_two_milliampere_nobody_can_tell_whether_a_lead_is_open(void)
{
    struct desk desk;
    desk_arm(&desk);
    desk.most[0] = 0;
    desk_hold(&desk, 79, 79, HZ, 500);
    CHECK_EQUAL(desk.report.state, EMS_STATE_ON);
    CHECK_EQUAL(desk.report.contact_a, EMS_CONTACT_UNKNOWN);
    desk_hold(&desk, 80, 80, HZ, 60);
    CHECK_EQUAL(desk.report.reason, EMS_REASON_OPEN_LEAD);
}

static void contact_is_that_of_the_last_pulse_and_a_weak_one_shows_none(void)
{
    struct desk desk;
    works(&desk, 200);
    CHECK_EQUAL(desk.report.contact_a, EMS_CONTACT_GOOD);
    desk.most[0] = 0;
    /* Of the pulse before it is still known. */
    desk_say(&desk, desk_asks(&desk, 79, 200, HZ));
    CHECK_EQUAL(desk.report.contact_a, EMS_CONTACT_GOOD);
    desk_hold(&desk, 79, 200, HZ, 60);
    CHECK_EQUAL(desk.report.state, EMS_STATE_ON);
    CHECK_EQUAL(desk.report.amplitude_a_codes, 79);
    CHECK_EQUAL(desk.report.contact_a, EMS_CONTACT_UNKNOWN);
    CHECK_EQUAL(desk.report.contact_b, EMS_CONTACT_GOOD);
}

static void a_weak_pulse_keeps_an_open_lead_named_until_the_next_off(void)
{
    struct desk desk;
    works(&desk, 200);
    desk.most[0] = 0;
    pulses_until_off(&desk);
    desk_run_ms(&desk, EMS_OPEN_LEAD_COOL_DOWN_MS + 1U);
    /* Its refusal tells the new number, with which this host arms and sends no off. */
    desk_say(&desk, desk_asks(&desk, 0, 0, HZ));
    desk_say(&desk, desk_asks(&desk, 0, 0, HZ));
    desk_hold(&desk, 40, 40, HZ, 60);
    CHECK_EQUAL(desk.report.state, EMS_STATE_ON);
    CHECK_EQUAL(desk.report.contact_a, EMS_CONTACT_OPEN);
}

static void contact_is_unknown_at_zero_current(void)
{
    struct desk desk;
    works(&desk, 200);
    CHECK_EQUAL(desk.report.contact_a, EMS_CONTACT_GOOD);
    CHECK_EQUAL(desk.report.contact_b, EMS_CONTACT_GOOD);
    desk_hold(&desk, 0, 200, HZ, 20);
    CHECK_EQUAL(desk.report.contact_a, EMS_CONTACT_UNKNOWN);
    CHECK_EQUAL(desk.report.contact_b, EMS_CONTACT_GOOD);
}

static void over_current_is_a_fault_within_one_pulse(void)
{
    struct desk desk;
    works(&desk, 400);
    desk.extra = 400 / 5 + 40;
    desk_hold(&desk, 400, 400, HZ, 100);
    CHECK_EQUAL(desk.report.state, EMS_STATE_ON);
    desk.extra++;
    CHECK_EQUAL(pulses_until_off(&desk), 1);
    CHECK_EQUAL(desk.board.state, EMS_STATE_FAULT);
    CHECK_EQUAL(desk.board.reason, EMS_REASON_FAULT);
    CHECK_EQUAL(desk.board.faults, EMS_FAULT_OVER_CURRENT);
    CHECK_EQUAL(desk_say(&desk, desk_asks(&desk, 0, 0, HZ)), EMS_REFUSAL_FAULT);
    desk_off(&desk);
    CHECK_EQUAL(desk.report.faults, EMS_FAULT_OVER_CURRENT);
    desk_run_ms(&desk, EMS_OVER_CURRENT_COOL_DOWN_MS);
    desk_off(&desk);
    CHECK_EQUAL(desk.report.state, EMS_STATE_OFF);
    CHECK_EQUAL(desk.report.faults, 0);
}

static void an_open_lead_long_after_an_over_current_is_no_fault(void)
{
    struct desk desk;
    works(&desk, 400);
    desk.extra = 1000;
    pulses_until_off(&desk);
    CHECK_EQUAL(desk.board.faults, EMS_FAULT_OVER_CURRENT);
    desk.extra = 0;
    desk_run_ms(&desk, EMS_OVER_CURRENT_COOL_DOWN_MS + 1U);
    desk_off(&desk);
    desk_say(&desk, desk_asks(&desk, 0, 0, HZ));
    desk_hold(&desk, 400, 400, HZ, 6000);
    CHECK_EQUAL(desk.report.state, EMS_STATE_ON);
    CHECK_EQUAL(desk.report.faults, 0);
    desk.most[0] = 0;
    pulses_until_off(&desk);
    desk_off(&desk);
    CHECK_EQUAL(desk.report.faults, 0);
    CHECK_EQUAL(desk.report.state, EMS_STATE_OFF);
    CHECK(desk.report.cool_down_ms > 0);
}

static void over_current_of_a_pulse_that_an_off_cut_short_is_still_a_fault(void)
{
    struct desk desk;
    works(&desk, 400);
    while (!desk.has_pulse || !has_come(desk.now, desk.pulse.at))
        desk_run(&desk, 160);
    desk.extra = 1000;
    desk_off(&desk);
    desk_run_ms(&desk, 2);
    CHECK_EQUAL(desk.board.state, EMS_STATE_FAULT);
    CHECK_EQUAL(desk.board.faults, EMS_FAULT_OVER_CURRENT);
}

static void even_the_smallest_pulse_is_judged_for_over_current(void)
{
    struct desk desk;
    desk_arm(&desk);
    desk.extra = 49;
    desk_hold(&desk, 40, 0, HZ, 40);
    CHECK_EQUAL(desk.report.faults, EMS_FAULT_OVER_CURRENT);
    CHECK_EQUAL(desk.count, 1);
}

static void a_low_supply_warns_and_an_empty_one_is_off(void)
{
    static const struct {
        uint16_t supply_mv;
        bool is_low, is_empty;
    } cases[] = {
        {6800, false, false}, {6799, true, false}, {6400, true, false}, {6399, true, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct desk desk;
        works(&desk, 200);
        desk.senses.supply_mv = cases[i].supply_mv;
        size_t pulses = pulses_until_off(&desk);
        desk_say(&desk, desk_asks(&desk, 200, 200, HZ));
        CHECK_EQUAL(!!(desk.report.flags & EMS_FLAG_SUPPLY_LOW), cases[i].is_low);
        CHECK_EQUAL(desk.report.state, cases[i].is_empty ? EMS_STATE_FAULT : EMS_STATE_ON);
        CHECK_EQUAL(desk.report.faults, cases[i].is_empty ? EMS_FAULT_SUPPLY_EMPTY : 0);
        CHECK_EQUAL(desk.report.supply_mv, cases[i].supply_mv);
        CHECK(!cases[i].is_empty || pulses == 0);
    }
}

static void the_emergency_stop_is_latched_until_it_is_closed_and_an_off_was_sent(void)
{
    struct desk desk;
    works(&desk, 200);
    desk.senses.emergency = true;
    CHECK_EQUAL(pulses_until_off(&desk), 0);
    CHECK_EQUAL(desk.board.faults, EMS_FAULT_EMERGENCY_STOP);
    desk_off(&desk);
    CHECK_EQUAL(desk.report.state, EMS_STATE_FAULT);
    CHECK_EQUAL(desk.report.reason, EMS_REASON_FAULT);
    desk.senses.emergency = false;
    desk_run_ms(&desk, 1000);
    CHECK_EQUAL(desk.board.state, EMS_STATE_FAULT);
    desk_off(&desk);
    CHECK_EQUAL(desk.report.state, EMS_STATE_OFF);
    CHECK_EQUAL(desk.report.faults, 0);
}

static void a_hello_clears_faults_as_an_off_does(void)
{
    struct desk desk;
    works(&desk, 200);
    desk.senses.emergency = true;
    desk_run_ms(&desk, 1);
    desk.senses.emergency = false;
    desk_run_ms(&desk, 1);
    desk_hello(&desk);
    CHECK_EQUAL(desk.board.state, EMS_STATE_OFF);
}

static void a_second_fault_is_added_and_keeps_the_arming_number(void)
{
    struct desk desk;
    works(&desk, 200);
    desk.senses.emergency = true;
    desk_run_ms(&desk, 1);
    uint32_t arming = desk.board.arming;
    desk.senses.supply_mv = 6000;
    desk_run_ms(&desk, 1);
    CHECK_EQUAL(desk.board.faults, EMS_FAULT_EMERGENCY_STOP | EMS_FAULT_SUPPLY_EMPTY);
    CHECK_EQUAL(desk.board.arming, arming);
}

static void a_reset_is_off_says_its_cause_and_wants_a_hello(void)
{
    static const uint8_t causes[] = {EMS_FAULT_WATCHDOG, EMS_FAULT_BROWN_OUT};
    for (size_t i = 0; i < sizeof causes; i++) {
        struct desk desk;
        desk_power_up(&desk, causes[i], 0);
        CHECK_EQUAL(desk.board.state, EMS_STATE_FAULT);
        CHECK_EQUAL(desk.board.faults, causes[i]);
        CHECK_EQUAL(desk.board.reason, EMS_REASON_POWER_UP);
        CHECK_EQUAL(desk_say(&desk, desk_asks(&desk, 0, 0, HZ)), EMS_REFUSAL_NO_HELLO);
        CHECK_EQUAL(desk.report.faults, causes[i]);
        desk_hello(&desk);
        desk_off(&desk);
        CHECK_EQUAL(desk.report.state, EMS_STATE_OFF);
    }
}

static void an_open_stop_or_empty_cells_at_power_up_are_faults(void)
{
    struct board board;
    struct beginning beginning = desk_beginning(0);
    struct senses senses = {.emergency = true, .supply_mv = 6399};
    board_power_up(&board, &beginning);
    board_sense(&board, &senses, 0);
    CHECK_EQUAL(board.state, EMS_STATE_FAULT);
    CHECK_EQUAL(board.faults, EMS_FAULT_EMERGENCY_STOP | EMS_FAULT_SUPPLY_EMPTY);
}

static void an_internal_fault_is_off_and_latched(void)
{
    struct desk desk;
    works(&desk, 200);
    board_fail_check(&desk.board, EMS_CHECK_BRIDGE, desk.now);
    board_fail_check(&desk.board, EMS_CHECK_ADC, desk.now);
    CHECK(!board_wants_high_voltage(&desk.board));
    CHECK_EQUAL(desk_say(&desk, desk_asks(&desk, 0, 0, HZ)), EMS_REFUSAL_FAULT);
    CHECK_EQUAL(desk.report.faults, EMS_FAULT_INTERNAL);
    CHECK_EQUAL(desk.report.check, EMS_CHECK_BRIDGE);
    CHECK_EQUAL(desk.report.state, EMS_STATE_FAULT);
    desk_off(&desk);
    CHECK_EQUAL(desk.report.state, EMS_STATE_OFF);
    CHECK_EQUAL(desk.report.check, EMS_CHECK_NONE);
}

static const struct test all[] = {
    TEST(an_open_lead_is_off_within_one_pulse_and_named_until_the_next_off),
    TEST(half_of_what_was_asked_is_contact_and_less_is_not),
    TEST(below_two_milliampere_nobody_can_tell_whether_a_lead_is_open),
    TEST(contact_is_that_of_the_last_pulse_and_a_weak_one_shows_none),
    TEST(a_weak_pulse_keeps_an_open_lead_named_until_the_next_off),
    TEST(contact_is_unknown_at_zero_current),
    TEST(over_current_is_a_fault_within_one_pulse),
    TEST(an_open_lead_long_after_an_over_current_is_no_fault),
    TEST(over_current_of_a_pulse_that_an_off_cut_short_is_still_a_fault),
    TEST(even_the_smallest_pulse_is_judged_for_over_current),
    TEST(a_low_supply_warns_and_an_empty_one_is_off),
    TEST(the_emergency_stop_is_latched_until_it_is_closed_and_an_off_was_sent),
    TEST(a_hello_clears_faults_as_an_off_does),
    TEST(a_second_fault_is_added_and_keeps_the_arming_number),
    TEST(a_reset_is_off_says_its_cause_and_wants_a_hello),
    TEST(an_open_stop_or_empty_cells_at_power_up_are_faults),
    TEST(an_internal_fault_is_off_and_latched),
};
const struct tests supervision_tests = {all, sizeof all / sizeof *all};
