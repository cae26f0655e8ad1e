/* What a set-point may ask for, and why it is refused.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "check.h"
#include "desk.h"

#define HZ 5000U

static void the_first_reason_in_the_order_of_the_protocol_is_given(void)
{
    struct desk desk;
    desk_power_up(&desk, 0, 0);
    desk_off(&desk);
    struct ems_set_point asked = desk_asks(&desk, 40, 40, 12001);
    asked.arming++;
    asked.sequence = desk.board.sequence;
    asked.belief = EMS_STATE_ON;
    desk.senses.emergency = true;
    desk_run_ms(&desk, 1);
    CHECK(desk_refuses(&desk, asked, EMS_REFUSAL_NO_HELLO));
    desk_hello(&desk);
    CHECK(desk_refuses(&desk, asked, EMS_REFUSAL_FAULT));
    desk.senses.emergency = false;
    desk_run_ms(&desk, 1);
    desk_off(&desk);
    asked.sequence = desk.board.sequence;
    asked.arming = (uint16_t)(desk.board.arming + 1);
    CHECK(desk_refuses(&desk, asked, EMS_REFUSAL_ARMING));
    asked.arming = desk.board.arming;
    CHECK(desk_refuses(&desk, asked, EMS_REFUSAL_SEQUENCE));
    asked.sequence = ++desk.sequence;
    CHECK(desk_refuses(&desk, asked, EMS_REFUSAL_BELIEF));
    asked.belief = EMS_STATE_OFF;
    CHECK(desk_refuses(&desk, asked, EMS_REFUSAL_NOT_ZERO));
    asked.amplitude_a_codes = asked.amplitude_b_codes = 0;
    CHECK(desk_refuses(&desk, asked, EMS_REFUSAL_LIMIT));
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
                CHECK(desk_refuses(&desk, asked, EMS_REFUSAL_LIMIT));
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
    CHECK(desk_refuses(&desk, desk_asks(&desk, 401, 0, 3000), EMS_REFUSAL_LIMIT));
    CHECK(desk_refuses(&desk, desk_asks(&desk, 0, 401, 3000), EMS_REFUSAL_LIMIT));
    CHECK(desk_refuses(&desk, desk_asks(&desk, 40, 0, 4001), EMS_REFUSAL_LIMIT));
    asked = desk_asks(&desk, 40, 40, 3000);
    asked.width_b_us = 261;
    CHECK(desk_refuses(&desk, asked, EMS_REFUSAL_LIMIT));
    /* Lower ones lower them. */
    asked = desk_asks(&desk, 100, 100, 3000);
    asked.ceiling_codes = 100;
    CHECK_EQUAL(desk_say(&desk, asked), EMS_REFUSAL_NONE);
    CHECK(desk_refuses(&desk, desk_asks(&desk, 101, 0, 3000), EMS_REFUSAL_LIMIT));
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
    CHECK(desk_refuses(&desk, asked, EMS_REFUSAL_LIMIT));
    CHECK_EQUAL(desk_say(&desk, desk_asks(&desk, 200, 200, 3000)), EMS_REFUSAL_NONE);
}

static void a_lease_is_between_50_ms_and_half_a_second(void)
{
    static const uint16_t leases[] = {500, 501, 65535, 0, 1, 49};
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
            CHECK(desk_refuses(&desk, asked, EMS_REFUSAL_LIMIT));
        }
    }
}

static void a_pulse_that_widens_has_at_most_two_microcoulombs_more(void)
{
    struct desk desk;
    desk_arm(&desk);
    desk_hold(&desk, 2000, 2000, HZ, 2000);
    struct ems_set_point asked = desk_asks(&desk, 2000, 2000, HZ);
    asked.width_a_us = 400;
    uint32_t before = 2000UL * 250U;
    size_t at = desk.count;
    for (unsigned i = 0; i < 30; i++) {
        desk_say(&desk, asked);
        desk_run_ms(&desk, 20);
        asked = desk_asks(&desk, 2000, 2000, HZ);
        asked.width_a_us = 400;
    }
    for (; at < desk.count; at++) {
        const struct pulse *pulse = &desk.pulses[at % DESK_PULSES];
        uint32_t charge = (uint32_t)pulse->codes * pulse->width_us;
        if (pulse->channel != 0)
            continue;
        CHECK(charge <= before + EMS_STEP_CHARGE_CODES_US);
        before = charge;
    }
    CHECK_EQUAL(before, 2000UL * 400U);
}

static const struct test all[] = {
    TEST(the_first_reason_in_the_order_of_the_protocol_is_given),
    TEST(a_set_point_above_a_cap_is_refused_whole),
    TEST(the_charge_of_a_phase_is_at_most_40_microcoulomb),
    TEST(the_lower_of_caps_and_ceilings_holds_until_the_next_off),
    TEST(a_refused_ceiling_lowers_nothing),
    TEST(a_lease_is_between_50_ms_and_half_a_second),
    TEST(a_pulse_that_widens_has_at_most_two_microcoulombs_more),
};
const struct tests limits_tests = {all, sizeof all / sizeof *all};
