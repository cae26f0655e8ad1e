/* For how long the board stays off after a fault, and what makes that longer.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "check.h"
#include "cool_down.h"
#include "desk.h"

#define HZ 5000U

/* Says off, and what is left of the cool-down. */
static uint16_t left_ms(struct desk *desk)
{
    desk_off(desk);
    return desk->report.cool_down_ms;
}

static void open_lead(struct desk *desk)
{
    desk_say(desk, desk_asks(desk, 0, 0, HZ));
    desk->most[0] = 0;
    desk_hold(desk, 200, 0, HZ, 200);
    desk->most[0] = NO_LIMIT;
    CHECK_EQUAL(desk->report.reason, EMS_REASON_OPEN_LEAD);
}

static void each_open_lead_keeps_the_board_off_for_longer(void)
{
    struct desk desk;
    const unsigned first = EMS_OPEN_LEAD_COOL_DOWN_MS;
    desk_arm(&desk);
    desk_off(&desk);
    for (unsigned i = 0; i < EMS_COOL_DOWN_DOUBLINGS + 2U; i++) {
        unsigned doublings = i < EMS_COOL_DOWN_DOUBLINGS ? i : EMS_COOL_DOWN_DOUBLINGS;
        open_lead(&desk);
        uint16_t left = left_ms(&desk);
        CHECK(left <= first << doublings && left + 200U > first << doublings);
        CHECK_EQUAL(desk_say(&desk, desk_asks(&desk, 0, 0, HZ)), EMS_REFUSAL_COOL_DOWN);
        desk_run_ms(&desk, left + 1U);
        CHECK_EQUAL(left_ms(&desk), 0);
    }
}

static void good_pulses_forget_the_open_leads(void)
{
    struct desk desk;
    desk_arm(&desk);
    desk_off(&desk);
    for (unsigned i = 0; i < 3; i++) {
        open_lead(&desk);
        desk_run_ms(&desk, left_ms(&desk) + 1U);
        desk_off(&desk);
    }
    desk_say(&desk, desk_asks(&desk, 0, 0, HZ));
    desk_hold(&desk, 200, 0, HZ, EMS_GOOD_PULSES * 20U + 200U);
    desk.most[0] = 0;
    desk_hold(&desk, 200, 0, HZ, 100);
    CHECK(left_ms(&desk) <= EMS_OPEN_LEAD_COOL_DOWN_MS);
}

static void the_fifth_over_current_needs_power_off(void)
{
    struct desk desk;
    desk_arm(&desk);
    desk_off(&desk);
    for (unsigned i = 1; i <= EMS_OVER_CURRENTS; i++) {
        CHECK_EQUAL(desk_say(&desk, desk_asks(&desk, 0, 0, HZ)), EMS_REFUSAL_NONE);
        desk.extra = 200;
        desk_hold(&desk, 40, 0, HZ, 60);
        desk.extra = 0;
        CHECK(desk.report.faults & EMS_FAULT_OVER_CURRENT);
        CHECK_EQUAL(desk.report.faults & EMS_FAULT_WORN_OUT,
                    i == EMS_OVER_CURRENTS ? EMS_FAULT_WORN_OUT : 0);
        desk_run_ms(&desk, left_ms(&desk) + 1U);
        desk_off(&desk);
    }
    CHECK_EQUAL(desk.report.faults, EMS_FAULT_WORN_OUT);
    desk_run_ms(&desk, 60000);
    desk_off(&desk);
    CHECK_EQUAL(desk.report.state, EMS_STATE_FAULT);
}

static void a_cool_down_is_over_at_its_very_end(void)
{
    struct cool_down cool_down = {.runs = true, .until = 2U * TICKS_PER_MS};
    CHECK_EQUAL(cool_down_left_ms(&cool_down, TICKS_PER_MS), 1);
    CHECK_EQUAL(cool_down_left_ms(&cool_down, 2U * TICKS_PER_MS), 0);
    cool_down_age(&cool_down, 2U * TICKS_PER_MS);
    CHECK_EQUAL(cool_down_left_ms(&cool_down, TICKS_PER_MS), 0);
}

static const struct test all[] = {
    TEST(each_open_lead_keeps_the_board_off_for_longer),
    TEST(good_pulses_forget_the_open_leads),
    TEST(the_fifth_over_current_needs_power_off),
    TEST(a_cool_down_is_over_at_its_very_end),
};
const struct tests cool_down_tests = {all, sizeof all / sizeof *all};
