/* UNCERTIFIED, BENCH ONLY. SPDX-License-Identifier: Apache-2.0 */
#include "stage_test.h"

/* 20 V behind K1: more than 10 uF hold after 50 ms through 2.2 kOhm at all their tolerances. */
#define HIGH_LEFT_DV 200U
#define HIGH_LEFT_MV 620U
/* 90 V and 116 V, as between pulses. */
#define HIGH_LEAST_DV 900U
#define HIGH_MOST_DV 1160U
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

#define TEN_CODES 400U
#define CUT_CODES 3800U
#define STRONG_CODES 3520U

#define PHASE_POSITIVE 0U
#define PHASE_NEGATIVE 1U
#define BETWEEN 2U

#define AT(us) ((us) / 5U)
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
};

/* A current takes 65 us, the nodes 0.15 ms, another action 25 us. Less than 0.12 ms apart, actions come in one
 * pass, which must not take longer than 0.5 ms; others leave the passes between 0.2 ms. A pin that is high
 * needs an action every 0.44 ms, or the second clock drops it. */
static const struct stage_action actions[] = {
    {AT(0), STAGE_ASK, POSITIVE, 0, TEN_CODES},
    /* A phase of 0.65 ms, of which the stage lets 0.45 ms through, and one again 3 ms later. */
    {AT(2000), STAGE_RAISE, POSITIVE, 0, STAGE_POSITIVE},
    {AT(2190), STAGE_CURRENT, POSITIVE, TEN_LEAST_MV, TEN_MOST_MV},
    {AT(2280), STAGE_NODES, POSITIVE, 0, PHASE_POSITIVE},
    {AT(2600), STAGE_CURRENT, POSITIVE_CUT, 0, NOTHING_MV},
    {AT(2660), STAGE_DROP, POSITIVE_CUT, 0, 0},
    {AT(5000), STAGE_RAISE, POSITIVE_AGAIN, 0, STAGE_POSITIVE},
    {AT(5040), STAGE_CURRENT, POSITIVE_AGAIN, 0, NOTHING_MV},
    {AT(5105), STAGE_DROP, POSITIVE_AGAIN, 0, 0},
    /* What the phase left on the capacitors stays for half a second. */
    {AT(9500), STAGE_NODES, CAPACITORS, 0, BETWEEN},
    {AT(9800), STAGE_LEFT, CAPACITORS, LEFT_LEAST_MV, LEFT_MOST_MV},
    {AT(11000), STAGE_RAISE, NEGATIVE, 0, STAGE_NEGATIVE},
    {AT(11190), STAGE_CURRENT, NEGATIVE, TEN_LEAST_MV, TEN_MOST_MV},
    {AT(11280), STAGE_NODES, NEGATIVE, 0, PHASE_NEGATIVE},
    {AT(11600), STAGE_CURRENT, NEGATIVE_CUT, 0, NOTHING_MV},
    {AT(11660), STAGE_DROP, NEGATIVE_CUT, 0, 0},
    {AT(11900), STAGE_ACROSS, ACROSS, ACROSS_LEAST_MV, ACROSS_MOST_MV},
    {AT(14000), STAGE_RAISE, NEGATIVE_AGAIN, 0, STAGE_NEGATIVE},
    {AT(14040), STAGE_CURRENT, NEGATIVE_AGAIN, 0, NOTHING_MV},
    {AT(14105), STAGE_DROP, NEGATIVE_AGAIN, 0, 0},
    {AT(20000), STAGE_RAISE, BOTH_AT_ONCE, 0, BOTH},
    {AT(20040), STAGE_CURRENT, BOTH_AT_ONCE, 0, NOTHING_MV},
    {AT(20105), STAGE_DROP, BOTH_AT_ONCE, 0, 0},
    /* 95 mA, above the comparator's 92 mA and below the limiter's: gone within 10 us. */
    {AT(26750), STAGE_ASK, STRONG_POSITIVE, 0, CUT_CODES},
    {AT(29000), STAGE_RAISE, STRONG_POSITIVE, 0, STAGE_POSITIVE},
    {AT(29030), STAGE_CURRENT, STRONG_POSITIVE, 0, NOTHING_MV},
    {AT(29100), STAGE_DROP, STRONG_POSITIVE, 0, 0},
    {AT(38000), STAGE_RAISE, STRONG_NEGATIVE, 0, STAGE_NEGATIVE},
    {AT(38030), STAGE_CURRENT, STRONG_NEGATIVE, 0, NOTHING_MV},
    {AT(38100), STAGE_DROP, STRONG_NEGATIVE, 0, 0},
    /* 88 mA: 35 uC are reached after 0.4 ms, before the window of 0.45 ms ends. */
    {AT(44750), STAGE_ASK, FLOWS, 0, STRONG_CODES},
    {AT(47000), STAGE_RAISE, FLOWS, 0, STAGE_POSITIVE},
    {AT(47190), STAGE_CURRENT, FLOWS, STRONG_LEAST_MV, STRONG_MOST_MV},
    {AT(47415), STAGE_CURRENT, CHARGE_POSITIVE, 0, NOTHING_MV},
    {AT(47495), STAGE_RAISE, CHARGE_NEGATIVE, 0, STAGE_NEGATIVE},
    {AT(47700), STAGE_KEEP, CHARGE_NEGATIVE, 0, 0},
    {AT(47910), STAGE_CURRENT, CHARGE_NEGATIVE, 0, NOTHING_MV},
    {AT(47970), STAGE_DROP, CHARGE_NEGATIVE, 0, 0},
    {AT(53750), STAGE_ASK, DISCHARGE, 0, 0},
    {AT(56000), STAGE_SUPPLY_OFF, DISCHARGE, 0, 0},
    {AT(106000), STAGE_HIGH, DISCHARGE, 0, HIGH_LEFT_MV},
    {AT(106400), STAGE_END, DISCHARGE, 0, 0},
};

static void go(struct stage_test *test, enum stage_test_state state, uint32_t now)
{
    test->state = (uint8_t)state;
    test->since = now;
    test->steady_since = now;
    test->is_supply_off = false;
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
    bool begins = test->state == STAGE_TEST_CLOSES;
    if (has_come(now, test->since + STAGE_TEST_CLOSES_TICKS) || test->tries > STAGE_TEST_TRIES)
        return false;
    if (is_high(test, sight, now)) {
        test->next = 0;
        test->tries = (uint8_t)(test->tries + begins);
        go(test, begins ? STAGE_TEST_RUNS : STAGE_TEST_PASSED, now + TICKS_PER_MS);
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
    /* What was broken off says nothing: it begins anew with the next arming. */
    if (!sight->is_live)
        go(test, STAGE_TEST_READY, now);
    else if (test->state != STAGE_TEST_RUNS)
        return wait_for_high_voltage(test, sight, now);
    /* A relay that opened meanwhile is no fault of the stage. */
    else if (!test->is_supply_off && sight->high_voltage_dv < HIGH_LOST_DV)
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
    case STAGE_CURRENT:
    case STAGE_HIGH:
        break;
    default:
        return true;
    }
    return mv >= action->least && mv <= action->value;
}

void stage_test_take(struct stage_test *test, const uint16_t readings[2], uint32_t late)
{
    const struct stage_action *action = stage_test_action(test);
    uint32_t now = stage_test_time(test) + late;
    if (late > STAGE_TEST_LATE_TICKS)
        go(test, STAGE_TEST_CLOSES, now);
    else if (!is_right(test, action, readings))
        fail(test, action->step, now);
    else if (action->kind == STAGE_END)
        go(test, STAGE_TEST_REFILLS, now);
    else {
        if (action->kind == STAGE_SUPPLY_OFF)
            test->is_supply_off = true;
        test->next++;
    }
}
