/* UNCERTIFIED, BENCH ONLY: what the chip asks of the bench output stage after every start, before it
 * delivers a pulse to anyone.
 * SPDX-License-Identifier: Apache-2.0
 *
 * It touches no hardware: `now` is in ticks, the caller measures the high voltage, and what is to be done
 * at the pins is an action with its time. hardware/spice/stage_self_test.py asks the same of
 * the simulated stage; the README of the firmware has the reason for each limit.
 */
#ifndef EMS_STAGE_TEST_H
#define EMS_STAGE_TEST_H

#include <stdbool.h>
#include <stdint.h>

#include "ticks.h"

/* The host that still held K1 closed when the chip started is off after 200 ms without an answer, and
 * its relay open 200 ms later. */
#define STAGE_TEST_RESTS_TICKS (UINT32_C(600) * TICKS_PER_MS)
/* The boost converter needs 56 ms. */
#define STAGE_TEST_FILLS_TICKS (UINT32_C(100) * TICKS_PER_MS)
/* Time until a contact has stopped bouncing. */
#define STAGE_TEST_STEADY_TICKS (UINT32_C(20) * TICKS_PER_MS)
/* The host pumps as soon as it arms, and K1 closes within a tenth of that. */
#define STAGE_TEST_CLOSES_TICKS TICKS_PER_S
/* Most new attempts: else a relay that opens in each of them would never let the test end. */
#define STAGE_TEST_TRIES 4U
/* 10 uF through 2.2 kOhm are at 13.1 V after 46 ms, after 60 ms with all tolerances. It is measured after 31 ms
 * and then at this interval, up to 65 ms; between two measurements the host is heard. */
#define STAGE_TEST_FALLS_TICKS (UINT32_C(2) * TICKS_PER_MS)
#define STAGE_TEST_FALLS 17U
/* An action that comes later than this would measure something else. */
#define STAGE_TEST_LATE_TICKS (UINT32_C(10) * TICKS_PER_US)

enum stage_test_state {
    STAGE_TEST_RESTS,  /* until K1 is open for sure */
    STAGE_TEST_FILLS,  /* high voltage on, K1 open: nothing may be seen behind it */
    STAGE_TEST_READY,  /* K1 is not welded; the rest comes with the first arming */
    STAGE_TEST_CLOSES, /* armed: waits for the high voltage behind K1 */
    STAGE_TEST_RUNS,   /* through its actions */
    STAGE_TEST_PASSED,
    STAGE_TEST_FAILED,
};

enum stage_action_kind {
    STAGE_ASK,     /* `value`: codes for the DAC */
    STAGE_RAISE,   /* `value`: directions of the bridge; the others fall */
    STAGE_KEEP,    /* the second clock begins anew */
    STAGE_DROP,    /* the bridge */
    STAGE_CURRENT, /* measure it */
    STAGE_NODES,   /* measure both nodes of the bridge; `value`: where they are kept */
    STAGE_ACROSS,  /* judge what they said of the load */
    STAGE_LEFT,    /* judge what they say of the series capacitors */
    /* Measure the high voltage, then the current of a phase that ends at once; what is right are thousandths. */
    STAGE_LOAD_POSITIVE,
    STAGE_LOAD_NEGATIVE,
    STAGE_SUPPLY_OFF,
    STAGE_FALLS,   /* measure the high voltage behind K1, until it is low */
    STAGE_SUPPLY_ON,
    STAGE_FULL,    /* measure it: it has to be back */
    STAGE_END,
};

#define STAGE_POSITIVE 1U
#define STAGE_NEGATIVE 2U

/* What is measured is right from `least` to `value`, millivolts at the chip's pin. */
struct stage_action {
    uint16_t at_5us;
    uint8_t kind;
    uint8_t step; /* which question it belongs to */
    uint16_t least;
    uint16_t value; /* the most that is right, or what the kind says */
};

struct stage_test {
    uint32_t since; /* when this state began */
    uint32_t steady_since;
    uint8_t state;
    uint8_t next;   /* action */
    uint8_t tries;  /* since the board armed */
    uint8_t failed; /* the step that found something; 0: none */
    uint8_t falls;  /* how often the falling high voltage was looked at */
    bool is_supply_off;
    bool is_low; /* the high voltage, or it is on its way back */
    uint16_t nodes[3][2]; /* in a positive phase, in a negative one, between */
};

/* What the chip sees in every pass. */
struct stage_test_sight {
    bool is_off; /* the board, without a fault */
    bool is_live;
    uint16_t high_voltage_dv;
};

void stage_test_start(struct stage_test *test, uint32_t now);

/* Once a pass. False where the high voltage did not come: then the board has to go off. */
bool stage_test_pass(struct stage_test *test, const struct stage_test_sight *sight, uint32_t now);

/* Until when the board may not arm; false where it may. */
bool stage_test_holds_off(const struct stage_test *test, uint32_t *until);
/* Whether the board may deliver pulses, has its high voltage on. */
bool stage_test_lets_pulse(const struct stage_test *test);
bool stage_test_lets_high_voltage(const struct stage_test *test, bool is_live);

/* The next action and its time; only while it runs. */
const struct stage_action *stage_test_action(const struct stage_test *test);
uint32_t stage_test_time(const struct stage_test *test);

/* It was carried out so late; `readings` are what it measured. */
void stage_test_take(struct stage_test *test, const uint16_t readings[2], uint32_t late);

#endif
