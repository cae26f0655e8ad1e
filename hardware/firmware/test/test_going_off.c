/* What ends the output: off, hello, silence, a wrong belief.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "check.h"
#include "desk.h"

#define HZ 5000U

static void off_and_hello_end_the_pulses(void)
{
    for (unsigned hello = 0; hello < 2; hello++) {
        struct desk desk;
        desk_arm(&desk);
        desk_hold(&desk, 200, 200, HZ, 200);
        while (!desk.has_pulse || has_come(desk.now, desk.pulse.at))
            desk_run(&desk, 1600);
        if (hello)
            desk_hello(&desk);
        else
            desk_off(&desk);
        CHECK(!board_wants_high_voltage(&desk.board));
        CHECK(!desk_delivers(&desk));
        desk_off(&desk);
        CHECK_EQUAL(desk.report.state, EMS_STATE_OFF);
        CHECK_EQUAL(desk.report.answer, EMS_REFUSAL_NONE);
        CHECK_EQUAL(desk.report.amplitude_a_codes, 0);
        CHECK_EQUAL(desk.report.width_a_us, 0);
        CHECK_EQUAL(desk.report.frequency_centihz, 0);
    }
}

static void off_is_obeyed_with_any_sequence(void)
{
    struct desk desk;
    desk_arm(&desk);
    desk_hold(&desk, 200, 200, HZ, 200);
    desk.sequence = 1;
    desk_off(&desk);
    CHECK_EQUAL(desk.report.state, EMS_STATE_OFF);
    CHECK_EQUAL(desk.report.sequence, 2);
    CHECK_EQUAL(desk.report.reason, EMS_REASON_OFF);
}

static void a_running_pulse_is_finished_after_off_and_changes_nothing(void)
{
    struct desk desk;
    desk_arm(&desk);
    desk_hold(&desk, 200, 0, HZ, 200);
    while (!desk.has_pulse || !has_come(desk.now, desk.pulse.at))
        desk_run(&desk, 160);
    size_t count = desk.count;
    desk.most[0] = 0; /* it may even look as if the lead were open */
    desk_off(&desk);
    uint32_t arming = desk.board.arming;
    desk_run_ms(&desk, 2);
    CHECK_EQUAL(desk.count, count + 1);
    CHECK_EQUAL(desk.board.arming, arming);
    CHECK_EQUAL(desk.board.stage.channels[0].in_force, 0);
    CHECK_EQUAL(desk.board.contacts[0], EMS_CONTACT_UNKNOWN);
    CHECK_EQUAL(desk.board.reason, EMS_REASON_OFF);
}

static void the_last_edge_is_within_the_lease(void)
{
    for (unsigned shift = 0; shift < 80; shift++) {
        struct desk desk;
        desk_arm(&desk);
        desk_hold(&desk, 200, 200, 12000, 200);
        desk_run(&desk, 997 * shift);
        struct ems_set_point asked = desk_asks(&desk, 200, 200, 12000);
        asked.width_a_us = asked.width_b_us = 400;
        uint32_t asked_at = desk.now;
        desk_say(&desk, asked);
        desk_run_ms(&desk, 600);
        const struct pulse *last = &desk.pulses[desk.count - 1];
        CHECK(has_come(asked_at + 299 * TICKS_PER_MS, last->at + pulse_ticks(last->width_us)));
        CHECK(has_come(last->at, asked_at + 290 * TICKS_PER_MS));
        CHECK_EQUAL(desk.board.reason, EMS_REASON_LEASE);
        CHECK_EQUAL(desk.board.state, EMS_STATE_OFF);
    }
}

static void the_lease_of_an_armed_board_runs_out_too(void)
{
    struct desk desk;
    desk_arm(&desk);
    desk_run_ms(&desk, 298);
    CHECK_EQUAL(desk.board.state, EMS_STATE_ARMED);
    desk_run_ms(&desk, 1);
    CHECK_EQUAL(desk.board.state, EMS_STATE_OFF);
}

static void a_host_that_hears_nothing_loses_the_board(void)
{
    struct desk desk;
    desk_arm(&desk);
    desk_hold(&desk, 40, 40, HZ, 100);
    uint16_t heard = desk.report.sequence;
    for (unsigned i = 0; i < 14; i++) {
        struct ems_set_point asked = desk_asks(&desk, 40, 40, HZ);
        asked.heard = heard;
        desk_say(&desk, asked);
        CHECK_EQUAL(desk.report.answer, EMS_REFUSAL_NONE);
        CHECK_EQUAL(desk.board.state, EMS_STATE_ON);
        desk_run_ms(&desk, 20);
    }
    desk_run_ms(&desk, 20);
    CHECK_EQUAL(desk.board.state, EMS_STATE_OFF);
    CHECK_EQUAL(desk.board.reason, EMS_REASON_LEASE);
}

static void a_set_point_that_echoes_nothing_new_may_shorten_the_lease(void)
{
    struct desk desk;
    desk_arm(&desk);
    desk_hold(&desk, 40, 40, HZ, 20);
    struct ems_set_point asked = desk_asks(&desk, 40, 40, HZ);
    desk_say(&desk, asked);
    asked.sequence = ++desk.sequence;
    asked.lease_ms = 50;
    desk_say(&desk, asked);
    desk_run_ms(&desk, 50);
    CHECK_EQUAL(desk.board.state, EMS_STATE_OFF);
}

static void the_third_wrong_belief_in_a_row_is_off(void)
{
    struct desk desk;
    desk_arm(&desk);
    desk_hold(&desk, 40, 40, HZ, 100);
    struct ems_set_point asked = desk_asks(&desk, 40, 40, HZ);
    asked.belief = EMS_STATE_ARMED;
    CHECK(desk_refuses(&desk, asked, EMS_REFUSAL_BELIEF));
    CHECK(desk_refuses(&desk, asked, EMS_REFUSAL_BELIEF));
    CHECK_EQUAL(desk.report.state, EMS_STATE_ON);
    desk_say(&desk, asked);
    CHECK_EQUAL(desk.report.state, EMS_STATE_OFF);
    CHECK_EQUAL(desk.report.answer, EMS_REFUSAL_BELIEF);
    CHECK_EQUAL(desk.report.reason, EMS_REASON_BELIEF);
    CHECK_EQUAL(desk.report.refusals[EMS_REFUSAL_BELIEF], 3);
    CHECK(!desk_delivers(&desk));
}

static void a_right_belief_between_wrong_ones_forgives_them(void)
{
    struct desk desk;
    desk_arm(&desk);
    for (unsigned i = 0; i < 3; i++) {
        struct ems_set_point asked = desk_asks(&desk, 40, 40, HZ);
        asked.belief = EMS_STATE_FAULT;
        CHECK(desk_refuses(&desk, asked, EMS_REFUSAL_BELIEF));
        asked.sequence = ++desk.sequence;
        CHECK(desk_refuses(&desk, asked, EMS_REFUSAL_BELIEF));
        desk_hold(&desk, 40, 40, HZ, 20);
        CHECK_EQUAL(desk.report.state, EMS_STATE_ON);
    }
}

static void going_off_forgives_wrong_beliefs(void)
{
    struct desk desk;
    desk_arm(&desk);
    struct ems_set_point asked = desk_asks(&desk, 0, 0, HZ);
    asked.belief = EMS_STATE_ON;
    desk_say(&desk, asked);
    desk_say(&desk, asked);
    desk_off(&desk);
    asked = desk_asks(&desk, 0, 0, HZ);
    asked.belief = EMS_STATE_ON;
    desk_say(&desk, asked);
    CHECK_EQUAL(desk.board.reason, EMS_REASON_OFF);
}

static void nobody_arms_with_a_wrong_belief(void)
{
    struct desk desk;
    desk_power_up(&desk, 0, 0);
    desk_hello(&desk);
    desk_off(&desk);
    struct ems_set_point asked = desk_asks(&desk, 0, 0, HZ);
    asked.belief = EMS_STATE_ARMED;
    CHECK(desk_refuses(&desk, asked, EMS_REFUSAL_BELIEF));
    CHECK_EQUAL(desk.report.state, EMS_STATE_OFF);
}

static const struct test all[] = {
    TEST(off_and_hello_end_the_pulses),
    TEST(off_is_obeyed_with_any_sequence),
    TEST(a_running_pulse_is_finished_after_off_and_changes_nothing),
    TEST(the_last_edge_is_within_the_lease),
    TEST(the_lease_of_an_armed_board_runs_out_too),
    TEST(a_host_that_hears_nothing_loses_the_board),
    TEST(a_set_point_that_echoes_nothing_new_may_shorten_the_lease),
    TEST(the_third_wrong_belief_in_a_row_is_off),
    TEST(a_right_belief_between_wrong_ones_forgives_them),
    TEST(going_off_forgives_wrong_beliefs),
    TEST(nobody_arms_with_a_wrong_belief),
};
const struct tests going_off_tests = {all, sizeof all / sizeof *all};
