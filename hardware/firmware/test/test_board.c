/* Who may arm the board, what it accepts, and when it goes off.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "check.h"
#include "desk.h"

#define HZ 5000U

/* Whether the set-point was refused for this reason, counted, and without any effect. */
static bool is_refused(struct desk *desk, struct ems_set_point asked, uint8_t refusal)
{
    uint8_t counted = desk->board.refusals[refusal];
    uint32_t lease_end = desk->board.lease_end;
    uint16_t target = desk->board.stage.channels[0].target;
    return desk_say(desk, asked) == refusal &&
           desk->report.refusals[refusal] == (uint8_t)(counted + 1) &&
           desk->board.lease_end == lease_end &&
           desk->board.stage.channels[0].target == target;
}

static bool delivers(struct desk *desk)
{
    size_t count = desk->count;
    desk_run_ms(desk, 100);
    return desk->count > count;
}

static void a_board_comes_up_off(void)
{
    struct desk desk;
    desk_power_up(&desk, 0, 0);
    desk_off(&desk);
    CHECK_EQUAL(desk.report.state, EMS_STATE_OFF);
    desk_power_up(&desk, 0, 0);
    CHECK_EQUAL(desk.board.reason, EMS_REASON_POWER_UP);
    CHECK(!board_wants_high_voltage(&desk.board));
    CHECK(desk.board.arming != 0);
    CHECK(!delivers(&desk));
}

static void hello_is_answered_with_an_identity(void)
{
    struct desk desk;
    desk_power_up(&desk, 0, 0);
    desk_hello(&desk);
    CHECK_EQUAL(desk.identities, 1);
    CHECK_EQUAL(desk.reports, 0);
    CHECK_EQUAL(desk.identity.sequence, desk.sequence);
    CHECK_EQUAL(desk.identity.layout, EMS_LAYOUT);
    CHECK_EQUAL(desk.identity.name[7], '1');
    CHECK_EQUAL(desk.identity.major, 1);
    CHECK_EQUAL(desk.identity.max_codes, 3200);
    CHECK_EQUAL(desk.identity.max_us, 400);
    CHECK_EQUAL(desk.identity.max_centihz, 12000);
    CHECK_EQUAL(desk.board.reason, EMS_REASON_HELLO);
}

static void the_zero_set_point_with_the_right_number_arms_and_delivers_nothing(void)
{
    struct desk desk;
    desk_arm(&desk);
    CHECK_EQUAL(desk.report.answer, EMS_REFUSAL_NONE);
    CHECK_EQUAL(desk.report.state, EMS_STATE_ARMED);
    CHECK(board_wants_high_voltage(&desk.board));
    CHECK(!delivers(&desk));
    desk_say(&desk, desk_asks(&desk, 0, 0, HZ));
    CHECK_EQUAL(desk.report.state, EMS_STATE_ARMED);
    desk_hold(&desk, 40, 0, HZ, 20);
    CHECK_EQUAL(desk.report.state, EMS_STATE_ON);
    CHECK(delivers(&desk));
    desk_arm(&desk);
    desk_hold(&desk, 0, 40, HZ, 20);
    CHECK_EQUAL(desk.report.state, EMS_STATE_ON);
}

static void nothing_is_delivered_before_arming(void)
{
    struct desk desk;
    desk_power_up(&desk, 0, 0);
    desk_hello(&desk);
    desk_off(&desk);
    CHECK(is_refused(&desk, desk_asks(&desk, 40, 0, HZ), EMS_REFUSAL_NOT_ZERO));
    CHECK(is_refused(&desk, desk_asks(&desk, 0, 40, HZ), EMS_REFUSAL_NOT_ZERO));
    CHECK(!board_wants_high_voltage(&desk.board));
    CHECK(!delivers(&desk));
}

static void a_stale_arming_number_is_refused_and_counted(void)
{
    struct desk desk;
    desk_arm(&desk);
    struct ems_set_point asked = desk_asks(&desk, 40, 40, HZ);
    asked.arming++;
    CHECK(is_refused(&desk, asked, EMS_REFUSAL_ARMING));
    CHECK(!delivers(&desk));
}

static void every_way_to_off_brings_a_new_arming_number(void)
{
    struct desk desk;
    for (unsigned way = 0; way < 6; way++) {
        desk_arm(&desk);
        desk_hold(&desk, 200, 200, HZ, 200);
        uint16_t arming = desk.report.arming;
        if (way == 0)
            desk_off(&desk);
        if (way == 1)
            desk_hello(&desk);
        if (way == 2)
            desk_run_ms(&desk, 301);
        if (way == 3)
            desk.most[0] = 10;
        if (way == 4)
            desk.emergency = true;
        if (way == 5)
            desk.supply_mv = 6399;
        desk_run_ms(&desk, 50);
        CHECK(!board_wants_high_voltage(&desk.board));
        CHECK(desk.board.arming != arming && desk.board.arming != 0);
        struct ems_set_point asked = desk_asks(&desk, 0, 0, HZ);
        asked.arming = arming;
        uint8_t answer = desk_say(&desk, asked);
        CHECK_EQUAL(answer, way < 4 ? EMS_REFUSAL_ARMING : EMS_REFUSAL_FAULT);
    }
}

static void arming_numbers_are_never_zero_and_never_the_one_before(void)
{
    for (uint32_t seed = 0; seed < 0x10000; seed++) {
        struct board board;
        uint16_t before;
        board_power_up(&board, 0, (uint16_t)seed);
        before = board.arming;
        CHECK(before != 0);
        board_sense(&board, true, 7000, (seed * 40503U) ^ (uint32_t)(before ^ seed));
        CHECK(board.arming != 0 && board.arming != before);
        /* The very moment that would bring the same number again. */
        board.state = EMS_STATE_OFF;
        board.random = (uint16_t)seed;
        board.arming = before;
        board_fail(&board, EMS_FAULT_INTERNAL, 0);
        CHECK(board.arming != 0 && board.arming != before);
    }
}

static void the_moment_at_which_the_host_speaks_decides_the_number(void)
{
    struct board one, other;
    board_power_up(&one, 0, 7);
    board_power_up(&other, 0, 7);
    board_fail(&one, EMS_FAULT_INTERNAL, 1000);
    board_fail(&other, EMS_FAULT_INTERNAL, 1001);
    CHECK(one.arming != other.arming);
}

static void a_replayed_frame_changes_nothing(void)
{
    struct desk desk;
    desk_arm(&desk);
    struct ems_set_point asked = desk_asks(&desk, 40, 40, HZ);
    CHECK_EQUAL(desk_say(&desk, asked), EMS_REFUSAL_NONE);
    asked.belief = EMS_STATE_ON;
    CHECK(is_refused(&desk, asked, EMS_REFUSAL_SEQUENCE));
}

static void only_newer_sequences_are_accepted_counted_in_a_circle(void)
{
    static const struct {
        uint16_t newest, asked;
        bool is_newer;
    } cases[] = {
        {10, 11, true},        {10, 10, false},       {10, 9, false},
        {0xFFFF, 0, true},     {0, 0xFFFF, false},    {0, 0x7FFF, true},
        {0, 0x8000, false},    {0x8000, 0, false},    {0x9000, 0x0FFF, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct desk desk;
        desk_arm(&desk);
        struct ems_set_point asked = desk_asks(&desk, 0, 0, HZ);
        desk.board.sequence = cases[i].newest;
        asked.sequence = cases[i].asked;
        CHECK_EQUAL(desk_say(&desk, asked),
                    cases[i].is_newer ? EMS_REFUSAL_NONE : EMS_REFUSAL_SEQUENCE);
    }
}

static void off_and_hello_set_the_sequence(void)
{
    struct desk desk;
    desk_arm(&desk);
    desk.sequence = 0x1233;
    desk_off(&desk);
    CHECK_EQUAL(desk.board.sequence, 0x1234);
    desk.sequence = 0x0007;
    desk_hello(&desk);
    CHECK_EQUAL(desk.board.sequence, 8);
}

static void without_a_hello_since_power_up_no_set_point_is_accepted(void)
{
    struct desk desk;
    desk_power_up(&desk, 0, 0);
    desk_off(&desk);
    CHECK_EQUAL(desk.report.flags & EMS_FLAG_GREETED, 0);
    CHECK(is_refused(&desk, desk_asks(&desk, 0, 0, HZ), EMS_REFUSAL_NO_HELLO));
    desk_hello(&desk);
    desk_off(&desk);
    CHECK_EQUAL(desk.report.flags & EMS_FLAG_GREETED, EMS_FLAG_GREETED);
    CHECK_EQUAL(desk_say(&desk, desk_asks(&desk, 0, 0, HZ)), EMS_REFUSAL_NONE);
}

static void a_host_with_another_layout_may_only_switch_off(void)
{
    struct desk desk;
    desk_arm(&desk);
    struct ems_hello hello = {EMS_CODE_HELLO, ++desk.sequence, EMS_LAYOUT ^ 1};
    desk_send(&desk, &hello, sizeof hello);
    CHECK_EQUAL(desk.identity.layout, EMS_LAYOUT);
    desk_off(&desk);
    CHECK_EQUAL(desk.report.state, EMS_STATE_OFF);
    CHECK(is_refused(&desk, desk_asks(&desk, 0, 0, HZ), EMS_REFUSAL_NO_HELLO));
}

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
        CHECK(!delivers(&desk));
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
    uint16_t arming = desk.board.arming;
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

static void a_lease_shorter_than_a_frame_may_wait_ends_at_once(void)
{
    for (uint16_t lease_ms = 0; lease_ms <= 2; lease_ms++) {
        struct desk desk;
        desk_arm(&desk);
        struct ems_set_point asked = desk_asks(&desk, 40, 40, HZ);
        asked.lease_ms = lease_ms;
        desk_say(&desk, asked);
        CHECK_EQUAL(desk.board.state, lease_ms == 2 ? EMS_STATE_ON : EMS_STATE_OFF);
    }
}

static void no_lease_is_longer_than_half_a_second(void)
{
    static const uint16_t leases[] = {500, 501, 65535};
    for (size_t i = 0; i < sizeof leases / sizeof *leases; i++) {
        struct desk desk;
        desk_arm(&desk);
        struct ems_set_point asked = desk_asks(&desk, 0, 0, HZ);
        asked.lease_ms = leases[i];
        if (i == 0) {
            CHECK_EQUAL(desk_say(&desk, asked), EMS_REFUSAL_NONE);
            desk_run_ms(&desk, 498);
            CHECK_EQUAL(desk.board.state, EMS_STATE_ARMED);
        } else {
            CHECK(is_refused(&desk, asked, EMS_REFUSAL_LIMIT));
        }
    }
}

static void the_third_wrong_belief_in_a_row_is_off(void)
{
    struct desk desk;
    desk_arm(&desk);
    desk_hold(&desk, 40, 40, HZ, 100);
    struct ems_set_point asked = desk_asks(&desk, 40, 40, HZ);
    asked.belief = EMS_STATE_ARMED;
    CHECK(is_refused(&desk, asked, EMS_REFUSAL_BELIEF));
    CHECK(is_refused(&desk, asked, EMS_REFUSAL_BELIEF));
    CHECK_EQUAL(desk.report.state, EMS_STATE_ON);
    desk_say(&desk, asked);
    CHECK_EQUAL(desk.report.state, EMS_STATE_OFF);
    CHECK_EQUAL(desk.report.answer, EMS_REFUSAL_BELIEF);
    CHECK_EQUAL(desk.report.reason, EMS_REASON_BELIEF);
    CHECK_EQUAL(desk.report.refusals[EMS_REFUSAL_BELIEF], 3);
    CHECK(!delivers(&desk));
}

static void a_right_belief_between_wrong_ones_forgives_them(void)
{
    struct desk desk;
    desk_arm(&desk);
    for (unsigned i = 0; i < 3; i++) {
        struct ems_set_point asked = desk_asks(&desk, 40, 40, HZ);
        asked.belief = EMS_STATE_FAULT;
        CHECK(is_refused(&desk, asked, EMS_REFUSAL_BELIEF));
        asked.sequence = ++desk.sequence;
        CHECK(is_refused(&desk, asked, EMS_REFUSAL_BELIEF));
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
    CHECK(is_refused(&desk, asked, EMS_REFUSAL_BELIEF));
    CHECK_EQUAL(desk.report.state, EMS_STATE_OFF);
}

static void the_first_reason_in_the_order_of_the_protocol_is_given(void)
{
    struct desk desk;
    desk_power_up(&desk, 0, 0);
    desk_off(&desk);
    struct ems_set_point asked = desk_asks(&desk, 40, 40, 12001);
    asked.arming++;
    asked.sequence = desk.board.sequence;
    asked.belief = EMS_STATE_ON;
    desk.emergency = true;
    desk_run_ms(&desk, 1);
    CHECK(is_refused(&desk, asked, EMS_REFUSAL_NO_HELLO));
    desk_hello(&desk);
    CHECK(is_refused(&desk, asked, EMS_REFUSAL_FAULT));
    desk.emergency = false;
    desk_run_ms(&desk, 1);
    desk_off(&desk);
    asked.sequence = desk.board.sequence;
    asked.arming = (uint16_t)(desk.board.arming + 1);
    CHECK(is_refused(&desk, asked, EMS_REFUSAL_ARMING));
    asked.arming = desk.board.arming;
    CHECK(is_refused(&desk, asked, EMS_REFUSAL_SEQUENCE));
    asked.sequence = ++desk.sequence;
    CHECK(is_refused(&desk, asked, EMS_REFUSAL_BELIEF));
    asked.belief = EMS_STATE_OFF;
    CHECK(is_refused(&desk, asked, EMS_REFUSAL_NOT_ZERO));
    asked.amplitude_a_codes = asked.amplitude_b_codes = 0;
    CHECK(is_refused(&desk, asked, EMS_REFUSAL_LIMIT));
    asked.frequency_centihz = 12000;
    CHECK_EQUAL(desk_say(&desk, asked), EMS_REFUSAL_NONE);
}

struct limit_case {
    uint16_t codes, width_us, centihz;
    bool is_allowed;
};

static void a_set_point_above_a_cap_is_refused_whole(void)
{
    static const struct limit_case cases[] = {
        {3200, 400, 12000, true}, {3201, 400, 5000, false}, {3200, 401, 5000, false},
        {3200, 400, 12001, false}, {40, 50, 100, true},     {40, 49, 100, false},
        {40, 50, 99, false},       {0, 0, 0, true},         {0, 400, 5000, true},
        {0, 401, 5000, false},     {0, 0, 12001, false},    {65535, 65535, 100, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (unsigned channel = 0; channel < CHANNELS; channel++) {
            struct desk desk;
            desk_power_up(&desk, 0, 0);
            desk_hello(&desk);
            desk_off(&desk);
            struct ems_set_point asked = desk_asks(&desk, 0, 0, 5000);
            asked.ceiling_codes = asked.ceiling_us = asked.ceiling_centihz = 0xFFFF;
            desk_say(&desk, asked);
            asked = desk_asks(&desk, 0, 0, cases[i].centihz);
            /* Whatever ceilings the host claims. */
            asked.ceiling_codes = asked.ceiling_us = asked.ceiling_centihz = 0xFFFF;
            if (channel == 0) {
                asked.amplitude_a_codes = cases[i].codes;
                asked.width_a_us = cases[i].width_us;
            } else {
                asked.amplitude_b_codes = cases[i].codes;
                asked.width_b_us = cases[i].width_us;
            }
            /* 3200 codes for 400 us are 32 uC: no cap on charge comes in between. */
            if (cases[i].is_allowed)
                CHECK_EQUAL(desk_say(&desk, asked), EMS_REFUSAL_NONE);
            else
                CHECK(is_refused(&desk, asked, EMS_REFUSAL_LIMIT));
        }
    }
}

static void the_charge_of_a_phase_is_at_most_40_microcoulomb(void)
{
    /* Only ceilings above the board's own caps leave room for such a charge. */
    const struct ceilings wide = {4100, 500, 12000};
    struct ems_set_point asked = {.frequency_centihz = 5000, .lease_ms = 300};
    asked.amplitude_a_codes = 4000;
    asked.width_a_us = 400;
    CHECK(limits_allow(wide, &asked));
    asked.amplitude_a_codes = 4001;
    CHECK(!limits_allow(wide, &asked));
    asked.amplitude_a_codes = 0;
    asked.amplitude_b_codes = 3200;
    asked.width_b_us = 500;
    CHECK(limits_allow(wide, &asked));
    asked.amplitude_b_codes = 3201;
    CHECK(!limits_allow(wide, &asked));
}

static void the_lower_of_caps_and_ceilings_holds_until_the_next_off(void)
{
    struct desk desk;
    desk_power_up(&desk, 0, 0);
    desk_hello(&desk);
    desk_off(&desk);
    struct ems_set_point asked = desk_asks(&desk, 0, 0, 3000);
    asked.ceiling_codes = 400;
    asked.ceiling_us = 260;
    asked.ceiling_centihz = 4000;
    CHECK_EQUAL(desk_say(&desk, asked), EMS_REFUSAL_NONE);
    /* Higher ceilings later do not raise them. */
    CHECK(is_refused(&desk, desk_asks(&desk, 401, 0, 3000), EMS_REFUSAL_LIMIT));
    CHECK(is_refused(&desk, desk_asks(&desk, 0, 401, 3000), EMS_REFUSAL_LIMIT));
    CHECK(is_refused(&desk, desk_asks(&desk, 40, 0, 4001), EMS_REFUSAL_LIMIT));
    asked = desk_asks(&desk, 40, 40, 3000);
    asked.width_b_us = 261;
    CHECK(is_refused(&desk, asked, EMS_REFUSAL_LIMIT));
    /* Lower ones lower them. */
    asked = desk_asks(&desk, 100, 100, 3000);
    asked.ceiling_codes = 100;
    CHECK_EQUAL(desk_say(&desk, asked), EMS_REFUSAL_NONE);
    CHECK(is_refused(&desk, desk_asks(&desk, 101, 0, 3000), EMS_REFUSAL_LIMIT));
    desk_off(&desk);
    desk_say(&desk, desk_asks(&desk, 0, 0, 12000));
    CHECK_EQUAL(desk_say(&desk, desk_asks(&desk, 3200, 3200, 12000)), EMS_REFUSAL_NONE);
}

static void a_refused_ceiling_lowers_nothing(void)
{
    struct desk desk;
    desk_arm(&desk);
    struct ems_set_point asked = desk_asks(&desk, 200, 200, 3000);
    asked.ceiling_codes = 100;
    CHECK(is_refused(&desk, asked, EMS_REFUSAL_LIMIT));
    CHECK_EQUAL(desk_say(&desk, desk_asks(&desk, 200, 200, 3000)), EMS_REFUSAL_NONE);
}

static void every_set_point_and_every_off_is_answered(void)
{
    struct desk desk;
    desk_arm(&desk);
    unsigned reports = desk.reports;
    desk_say(&desk, desk_asks(&desk, 40, 40, 12001));
    CHECK_EQUAL(desk.report.sequence, desk.sequence);
    CHECK_EQUAL(desk.reports, ++reports);
    desk_off(&desk);
    CHECK_EQUAL(desk.report.sequence, desk.sequence);
    CHECK_EQUAL(desk.reports, ++reports);
}

static void identity_comes_before_the_report(void)
{
    struct desk desk;
    uint8_t frame[FRAME_ROOM];
    desk_power_up(&desk, 0, 0);
    desk.board.owes_identity = desk.board.owes_report = true;
    CHECK_EQUAL(board_reply(&desk.board, frame), sizeof(struct ems_identity) + FRAME_OVERHEAD);
    CHECK_EQUAL(board_reply(&desk.board, frame), sizeof(struct ems_report) + FRAME_OVERHEAD);
    CHECK_EQUAL(board_reply(&desk.board, frame), 0);
}

static void the_report_says_what_is_in_force(void)
{
    struct desk desk;
    desk_arm(&desk);
    desk_hold(&desk, 200, 100, 4000, 1000);
    struct ems_set_point asked = desk_asks(&desk, 200, 100, 4000);
    asked.width_b_us = 300;
    desk.most[1] = 90;
    desk_run_ms(&desk, 30);
    desk_say(&desk, asked);
    CHECK_EQUAL(desk.report.amplitude_a_codes, 200);
    CHECK_EQUAL(desk.report.amplitude_b_codes, 100);
    CHECK_EQUAL(desk.report.width_a_us, 250);
    CHECK_EQUAL(desk.report.width_b_us, 300);
    CHECK_EQUAL(desk.report.frequency_centihz, 4000);
    CHECK_EQUAL(desk.report.measured_a_codes, 200);
    CHECK_EQUAL(desk.report.measured_b_codes, 90);
    CHECK_EQUAL(desk.report.supply_mv, 7600);
    CHECK_EQUAL(desk.report.arming, desk.board.arming);
    CHECK_EQUAL(desk.report.contact_a, EMS_CONTACT_GOOD);
}

static const struct test all[] = {
    TEST(a_board_comes_up_off),
    TEST(hello_is_answered_with_an_identity),
    TEST(the_zero_set_point_with_the_right_number_arms_and_delivers_nothing),
    TEST(nothing_is_delivered_before_arming),
    TEST(a_stale_arming_number_is_refused_and_counted),
    TEST(every_way_to_off_brings_a_new_arming_number),
    TEST(arming_numbers_are_never_zero_and_never_the_one_before),
    TEST(the_moment_at_which_the_host_speaks_decides_the_number),
    TEST(a_replayed_frame_changes_nothing),
    TEST(only_newer_sequences_are_accepted_counted_in_a_circle),
    TEST(off_and_hello_set_the_sequence),
    TEST(without_a_hello_since_power_up_no_set_point_is_accepted),
    TEST(a_host_with_another_layout_may_only_switch_off),
    TEST(off_and_hello_end_the_pulses),
    TEST(off_is_obeyed_with_any_sequence),
    TEST(a_running_pulse_is_finished_after_off_and_changes_nothing),
    TEST(the_last_edge_is_within_the_lease),
    TEST(the_lease_of_an_armed_board_runs_out_too),
    TEST(a_lease_shorter_than_a_frame_may_wait_ends_at_once),
    TEST(no_lease_is_longer_than_half_a_second),
    TEST(the_third_wrong_belief_in_a_row_is_off),
    TEST(a_right_belief_between_wrong_ones_forgives_them),
    TEST(going_off_forgives_wrong_beliefs),
    TEST(nobody_arms_with_a_wrong_belief),
    TEST(the_first_reason_in_the_order_of_the_protocol_is_given),
    TEST(a_set_point_above_a_cap_is_refused_whole),
    TEST(the_charge_of_a_phase_is_at_most_40_microcoulomb),
    TEST(the_lower_of_caps_and_ceilings_holds_until_the_next_off),
    TEST(a_refused_ceiling_lowers_nothing),
    TEST(every_set_point_and_every_off_is_answered),
    TEST(identity_comes_before_the_report),
    TEST(the_report_says_what_is_in_force),
};
const struct tests board_tests = {all, sizeof all / sizeof *all};
