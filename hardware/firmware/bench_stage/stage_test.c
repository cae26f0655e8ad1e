/* UNCERTIFIED, BENCH ONLY. SPDX-License-Identifier: Apache-2.0 */
#include "stage_test.h"

/* 20 V behind K1 while it is open. */
#define HIGH_LEFT_DV 200U
/* 90 V and 116 V, as between pulses. */
#define HIGH_LEAST_DV 900U
#define HIGH_MOST_DV 1160U
#define FULL_LEAST_MV 2780U
#define FULL_MOST_MV 3590U
/* 13.1 V, and 9.7 V: with less the transistors of the bridge conduct too little. */
#define FALLEN_MV 405U
#define LOW_LEAST_MV 300U
/* 0.75 V at a diode and 0.1 V on the series capacitors, as current through the load. */
#define DROP_MV 34U
/* Thousandths of what 1 kOhm takes: its 5 %, and what the README adds up of everything that measures. */
#define LOAD_LEAST_SHARE 860U
#define LOAD_MOST_SHARE 1130U
/* 60 V: no pulse of the test takes more than 4 V from the reservoir. */
#define HIGH_LOST_DV 600U
/* 0.6 mA: what remains of a phase that was cut. The amplifier's offset and the ADC's are half of it. */
#define NOTHING_MV 25U
/* 10 mA and a tenth: reference, DAC, sense resistors and ADC together make 4 %. */
#define TEN_LEAST_MV 360U
#define TEN_MOST_MV 440U
/* 88 mA, likewise. */
#define STRONG_LEAST_MV 3200U
#define STRONG_MOST_MV 3800U
/* Twice 10 V across 1 kOhm, less what the series capacitors hold, and a seventh: the load's 5 %, the
 * capacitors' 10 % of 3 V, the dividers' 2 %. */
#define ACROSS_LEAST_MV 540U
#define ACROSS_MOST_MV 730U
/* 4.5 uC on 2.35 uF are 1.9 V, 60 mV here; with one of the two shorted half of that. */
#define LEFT_LEAST_MV 45U
#define LEFT_MOST_MV 85U

/* 14 mA: above what a sound load takes from 13.1 V, so that only the load limits the current, and yet a limit. */
#define WEAK_CODES 560U
#define TEN_CODES 400U
#define CUT_CODES 3800U
#define STRONG_CODES 3520U

#define PHASE_POSITIVE 0U
#define PHASE_NEGATIVE 1U
#define BETWEEN 2U

#define AT(us) ((us) / 5U)
/* Time of an action, counted from when the high voltage is up again. */
#define UP_AT(us) AT(UINT32_C(142500) + (us))
#define BOTH (STAGE_POSITIVE | STAGE_NEGATIVE)

enum step {
    WELDED = 1,
    POSITIVE,
    POSITIVE_CUT,
    POSITIVE_AGAIN,
    CAPACITORS,
    NEGATIVE,
    NEGATIVE_CUT,
    ACROSS,
    NEGATIVE_AGAIN,
    BOTH_AT_ONCE,
    STRONG_POSITIVE,
    STRONG_NEGATIVE,
    FLOWS,
    CHARGE_POSITIVE,
    CHARGE_NEGATIVE,
    DISCHARGE,
    LOAD,
};

/* A current takes 65 us, the nodes 0.15 ms, another action 25 us. Less than 0.12 ms apart, actions come in one
 * pass, which must not take longer than 0.5 ms; others leave the passes between 0.2 ms. A pin that is high
 * needs an action every 0.44 ms, or the second clock drops it. */
static const struct stage_action actions[] = {
    /* The weakest question comes first: a low high voltage for 12 us shows whether only the load is connected.
     * Questions that would be felt come after it. */
    {AT(0), STAGE_ASK, DISCHARGE, 0, WEAK_CODES},
    {AT(500), STAGE_SUPPLY_OFF, DISCHARGE, 0, 0},
    {AT(31250), STAGE_FALLS, DISCHARGE, 0, FALLEN_MV},
    {AT(31550), STAGE_LOAD_POSITIVE, LOAD, LOAD_LEAST_SHARE, LOAD_MOST_SHARE},
    {AT(31950), STAGE_LOAD_NEGATIVE, LOAD, LOAD_LEAST_SHARE, LOAD_MOST_SHARE},
    {AT(32450), STAGE_ASK, POSITIVE, 0, TEN_CODES},
    {AT(32500), STAGE_SUPPLY_ON, POSITIVE, 0, 0},
    {UP_AT(0), STAGE_FULL, POSITIVE, FULL_LEAST_MV, FULL_MOST_MV},
    /* A phase of 0.65 ms, of which the stage lets 0.45 ms through, and one again 3 ms later. */
    {UP_AT(2000), STAGE_RAISE, POSITIVE, 0, STAGE_POSITIVE},
    {UP_AT(2190), STAGE_CURRENT, POSITIVE, TEN_LEAST_MV, TEN_MOST_MV},
    {UP_AT(2280), STAGE_NODES, POSITIVE, 0, PHASE_POSITIVE},
    {UP_AT(2600), STAGE_CURRENT, POSITIVE_CUT, 0, NOTHING_MV},
    {UP_AT(2690), STAGE_DROP, POSITIVE_CUT, 0, 0},
    {UP_AT(5000), STAGE_RAISE, POSITIVE_AGAIN, 0, STAGE_POSITIVE},
    {UP_AT(5040), STAGE_CURRENT, POSITIVE_AGAIN, 0, NOTHING_MV},
    {UP_AT(5130), STAGE_DROP, POSITIVE_AGAIN, 0, 0},
    /* What the phase left on the capacitors stays for half a second. */
    {UP_AT(9500), STAGE_NODES, CAPACITORS, 0, BETWEEN},
    {UP_AT(9800), STAGE_LEFT, CAPACITORS, LEFT_LEAST_MV, LEFT_MOST_MV},
    {UP_AT(11000), STAGE_RAISE, NEGATIVE, 0, STAGE_NEGATIVE},
    {UP_AT(11190), STAGE_CURRENT, NEGATIVE, TEN_LEAST_MV, TEN_MOST_MV},
    {UP_AT(11280), STAGE_NODES, NEGATIVE, 0, PHASE_NEGATIVE},
    {UP_AT(11600), STAGE_CURRENT, NEGATIVE_CUT, 0, NOTHING_MV},
    {UP_AT(11690), STAGE_DROP, NEGATIVE_CUT, 0, 0},
    {UP_AT(11900), STAGE_ACROSS, ACROSS, ACROSS_LEAST_MV, ACROSS_MOST_MV},
    {UP_AT(14000), STAGE_RAISE, NEGATIVE_AGAIN, 0, STAGE_NEGATIVE},
    {UP_AT(14040), STAGE_CURRENT, NEGATIVE_AGAIN, 0, NOTHING_MV},
    {UP_AT(14130), STAGE_DROP, NEGATIVE_AGAIN, 0, 0},
    {UP_AT(20000), STAGE_RAISE, BOTH_AT_ONCE, 0, BOTH},
    {UP_AT(20040), STAGE_CURRENT, BOTH_AT_ONCE, 0, NOTHING_MV},
    {UP_AT(20130), STAGE_DROP, BOTH_AT_ONCE, 0, 0},
    /* 95 mA, above the comparator's 92 mA and below the limiter's: gone within 10 us. */
    {UP_AT(26750), STAGE_ASK, STRONG_POSITIVE, 0, CUT_CODES},
    {UP_AT(29000), STAGE_RAISE, STRONG_POSITIVE, 0, STAGE_POSITIVE},
    {UP_AT(29030), STAGE_CURRENT, STRONG_POSITIVE, 0, NOTHING_MV},
    {UP_AT(29120), STAGE_DROP, STRONG_POSITIVE, 0, 0},
    {UP_AT(38000), STAGE_RAISE, STRONG_NEGATIVE, 0, STAGE_NEGATIVE},
    {UP_AT(38030), STAGE_CURRENT, STRONG_NEGATIVE, 0, NOTHING_MV},
    {UP_AT(38120), STAGE_DROP, STRONG_NEGATIVE, 0, 0},
    /* 88 mA: 35 uC are reached after 0.4 ms, before the window of 0.45 ms ends. */
    {UP_AT(44750), STAGE_ASK, FLOWS, 0, STRONG_CODES},
    {UP_AT(47000), STAGE_RAISE, FLOWS, 0, STAGE_POSITIVE},
    {UP_AT(47190), STAGE_CURRENT, FLOWS, STRONG_LEAST_MV, STRONG_MOST_MV},
    {UP_AT(47415), STAGE_CURRENT, CHARGE_POSITIVE, 0, NOTHING_MV},
    {UP_AT(47495), STAGE_RAISE, CHARGE_NEGATIVE, 0, STAGE_NEGATIVE},
    {UP_AT(47700), STAGE_KEEP, CHARGE_NEGATIVE, 0, 0},
    {UP_AT(47910), STAGE_CURRENT, CHARGE_NEGATIVE, 0, NOTHING_MV},
    {UP_AT(48000), STAGE_DROP, CHARGE_NEGATIVE, 0, 0},
    {UP_AT(50000), STAGE_ASK, CHARGE_NEGATIVE, 0, 0},
    {UP_AT(50400), STAGE_END, CHARGE_NEGATIVE, 0, 0},
};

static void go(struct stage_test *test, enum stage_test_state state, uint32_t now)
{
    test->state = (uint8_t)state;
    test->since = now;
    test->steady_since = now;
    test->is_supply_off = test->is_low = false;
    test->falls = 0;
}

static void fail(struct stage_test *test, uint8_t step, uint32_t now)
{
    test->failed = step;
    go(test, STAGE_TEST_FAILED, now);
}

void stage_test_start(struct stage_test *test, uint32_t now)
{
    test->failed = 0;
    go(test, STAGE_TEST_RESTS, now);
}

/* Before anything arms: with K1 open nothing of the high voltage is seen behind it. */
static void look_at_relay(struct stage_test *test, const struct stage_test_sight *sight, uint32_t now)
{
    if (!sight->is_off)
        go(test, STAGE_TEST_RESTS, now);
    else if (test->state == STAGE_TEST_RESTS && has_come(now, test->since + STAGE_TEST_RESTS_TICKS))
        go(test, STAGE_TEST_FILLS, now);
    else if (test->state == STAGE_TEST_FILLS && has_come(now, test->since + STAGE_TEST_FILLS_TICKS)) {
        if (sight->high_voltage_dv > HIGH_LEFT_DV)
            fail(test, WELDED, now);
        else
            go(test, STAGE_TEST_READY, now);
    }
}

/* Behind K1, for so long that its contact has come to rest. */
static bool is_high(struct stage_test *test, const struct stage_test_sight *sight, uint32_t now)
{
    if (sight->high_voltage_dv < HIGH_LEAST_DV || sight->high_voltage_dv > HIGH_MOST_DV)
        test->steady_since = now;
    return has_come(now, test->steady_since + STAGE_TEST_STEADY_TICKS);
}

static bool wait_for_high_voltage(struct stage_test *test, const struct stage_test_sight *sight,
                                  uint32_t now)
{
    if (has_come(now, test->since + STAGE_TEST_CLOSES_TICKS) || test->tries > STAGE_TEST_TRIES)
        return false;
    if (is_high(test, sight, now)) {
        test->next = 0;
        test->tries++;
        go(test, STAGE_TEST_RUNS, now + TICKS_PER_MS);
    }
    return true;
}

bool stage_test_pass(struct stage_test *test, const struct stage_test_sight *sight, uint32_t now)
{
    switch (test->state) {
    case STAGE_TEST_RESTS:
    case STAGE_TEST_FILLS:
        look_at_relay(test, sight, now);
        return true;
    case STAGE_TEST_READY:
        test->tries = 0;
        if (sight->is_live)
            go(test, STAGE_TEST_CLOSES, now);
        return true;
    case STAGE_TEST_PASSED:
    case STAGE_TEST_FAILED:
        return true;
    default:
        break;
    }
    /* A test that was broken off has no result: it begins again with the next arming. */
    if (!sight->is_live)
        go(test, STAGE_TEST_READY, now);
    else if (test->state != STAGE_TEST_RUNS)
        return wait_for_high_voltage(test, sight, now);
    /* A relay that opened meanwhile is no fault of the stage. */
    else if (!test->is_low && sight->high_voltage_dv < HIGH_LOST_DV)
        go(test, STAGE_TEST_CLOSES, now);
    return true;
}

bool stage_test_holds_off(const struct stage_test *test, uint32_t *until)
{
    *until = test->since + STAGE_TEST_FILLS_TICKS + TICKS_PER_MS;
    if (test->state == STAGE_TEST_RESTS)
        *until += STAGE_TEST_RESTS_TICKS;
    return test->state == STAGE_TEST_RESTS || test->state == STAGE_TEST_FILLS;
}

bool stage_test_lets_pulse(const struct stage_test *test)
{
    return test->state == STAGE_TEST_PASSED;
}

bool stage_test_lets_high_voltage(const struct stage_test *test, bool is_live)
{
    return test->state == STAGE_TEST_FILLS || (is_live && !test->is_supply_off);
}

const struct stage_action *stage_test_action(const struct stage_test *test)
{
    return &actions[test->next];
}

uint32_t stage_test_time(const struct stage_test *test)
{
    return test->since + actions[test->next].at_5us * (5U * TICKS_PER_US);
}

/* How far node 1 is above node 2; 0 where it is not. */
static uint16_t above(const uint16_t nodes[2])
{
    return nodes[0] > nodes[1] ? (uint16_t)(nodes[0] - nodes[1]) : 0;
}

/* What the load takes: how far a node falls from the phase in which it feeds the load to the one in which it
 * drains it, of both nodes. Each node is compared with itself, because two dividers of 1 % differ by
 * more than 10 V at 110 V. */
static uint16_t across(const struct stage_test *test)
{
    const uint16_t *positive = test->nodes[PHASE_POSITIVE], *negative = test->nodes[PHASE_NEGATIVE];
    const uint16_t first[2] = {positive[0], negative[0]}, second[2] = {negative[1], positive[1]};
    return (uint16_t)(above(first) + above(second));
}

/* What the load takes, in thousandths of what 1 kOhm would take of this high voltage: 12 V less the diode's
 * through 1038 Ohm, at 40 mV a milliampere. */
static uint16_t share(const uint16_t readings[2])
{
    if (readings[1] < LOW_LEAST_MV)
        return 0;
    return (uint16_t)(readings[0] * UINT32_C(1000) / (readings[1] * 5U / 4U - DROP_MV));
}

static bool is_right(struct stage_test *test, const struct stage_action *action,
                     const uint16_t readings[2])
{
    uint16_t mv = readings[0];
    switch (action->kind) {
    case STAGE_NODES:
        test->nodes[action->value][0] = readings[0];
        test->nodes[action->value][1] = readings[1];
        return true;
    case STAGE_ACROSS:
        mv = across(test);
        break;
    case STAGE_LEFT:
        mv = above(test->nodes[BETWEEN]);
        break;
    case STAGE_LOAD_POSITIVE:
    case STAGE_LOAD_NEGATIVE:
        mv = share(readings);
        break;
    case STAGE_CURRENT:
    case STAGE_FALLS:
    case STAGE_FULL:
        break;
    default:
        return true;
    }
    return mv >= action->least && mv <= action->value;
}

/* The high voltage still falls: it is looked at again. */
static bool waits(struct stage_test *test, const struct stage_action *action, uint16_t mv)
{
    if (action->kind != STAGE_FALLS || mv <= action->value || test->falls == STAGE_TEST_FALLS)
        return false;
    test->falls++;
    test->since += STAGE_TEST_FALLS_TICKS;
    return true;
}

static void go_on(struct stage_test *test, uint8_t kind, uint32_t now)
{
    if (kind == STAGE_SUPPLY_OFF)
        test->is_supply_off = test->is_low = true;
    else if (kind == STAGE_SUPPLY_ON)
        test->is_supply_off = false;
    else if (kind == STAGE_FULL)
        test->is_low = false;
    test->next++;
    if (kind == STAGE_END)
        go(test, STAGE_TEST_PASSED, now);
}

void stage_test_take(struct stage_test *test, const uint16_t readings[2], uint32_t late)
{
    const struct stage_action *action = stage_test_action(test);
    uint32_t now = stage_test_time(test) + late;
    if (late > STAGE_TEST_LATE_TICKS)
        go(test, STAGE_TEST_CLOSES, now);
    else if (waits(test, action, readings[0]))
        return;
    else if (is_right(test, action, readings))
        go_on(test, action->kind, now);
    /* A high voltage that did not come back is no fault of the stage. */
    else if (action->kind == STAGE_FULL)
        go(test, STAGE_TEST_CLOSES, now);
    else
        fail(test, action->step, now);
}
