/* UNCERTIFIED, BENCH ONLY. SPDX-License-Identifier: Apache-2.0 */
#include "attend.h"

#include <util/atomic.h>
#include <util/delay.h>

#include "adc.h"
#include "bench_stage.h"
#include "clock.h"
#include "dac.h"
#include "hold.h"
#include "pins.h"
#include "pulses.h"
#include "stage_test.h"

/* From the begin of a pass: an action that is due by then is waited for. A pass that does nothing takes 0.15 ms,
 * and the code before this in the next pass 0.1 ms. */
#define AHEAD_TICKS (UINT32_C(280) * TICKS_PER_US)
/* What follows an action sooner comes in the same pass. */
#define NEXT_TICKS (UINT32_C(120) * TICKS_PER_US)
/* What a conversation with the host takes, twice. */
#define QUIET_TICKS TICKS_PER_MS
/* The shortest phase: the current has settled after 8 us, and the ADC takes its sample 3 to 5 us after its begin. */
#define GLANCE_SETTLES_US 5
#define GLANCE_SAMPLES_US 5

static struct stage_test test;

void attend_start(uint32_t now)
{
    stage_test_start(&test, now);
}

static uint8_t pins_of(uint16_t directions)
{
    if (directions == STAGE_POSITIVE)
        return PIN_A_POSITIVE;
    if (directions == STAGE_NEGATIVE)
        return PIN_A_NEGATIVE;
    return PIN_A_POSITIVE | PIN_A_NEGATIVE;
}

/* The current of a phase that ends as soon as its sample is taken. No interrupt makes it longer. */
static uint16_t glance(uint8_t pins)
{
    ATOMIC_BLOCK(ATOMIC_RESTORESTATE)
    {
        hold_pins(pins);
        _delay_us(GLANCE_SETTLES_US);
        adc_begin_current();
        _delay_us(GLANCE_SAMPLES_US);
        hold_end();
    }
    return adc_end_current();
}

/* False where the DAC took no word. */
static bool carry_out(const struct stage_action *action, uint16_t readings[2])
{
    switch (action->kind) {
    case STAGE_ASK:
        return dac_set(0, action->value);
    case STAGE_RAISE:
        hold_pins(pins_of(action->value));
        break;
    case STAGE_KEEP:
        hold_pins(0);
        break;
    case STAGE_DROP:
        hold_end();
        break;
    case STAGE_CURRENT:
        hold_pins(0);
        readings[0] = adc_current();
        break;
    case STAGE_NODES:
        hold_pins(0);
        adc_nodes(readings);
        break;
    case STAGE_SUPPLY_OFF:
        pulses_high_voltage_off();
        break;
    case STAGE_FALLS:
    case STAGE_FULL:
        readings[0] = adc_high_voltage();
        break;
    case STAGE_LOAD_POSITIVE:
        readings[1] = adc_high_voltage();
        readings[0] = glance(PIN_A_POSITIVE);
        break;
    case STAGE_LOAD_NEGATIVE:
        readings[1] = adc_high_voltage();
        readings[0] = glance(PIN_A_NEGATIVE);
        break;
    default:
        break;
    }
    return true;
}

/* What is due in this pass. True if there was anything. */
static bool run(struct board *board, uint32_t now)
{
    uint32_t until = now + AHEAD_TICKS;
    bool has_run = false;
    while (test.state == STAGE_TEST_RUNS) {
        uint32_t due = stage_test_time(&test), begins;
        uint16_t readings[2] = {0, 0};
        if (!has_come(until, due))
            break;
        do
            begins = clock_now();
        while (!has_come(begins, due));
        has_run = true;
        if (!carry_out(stage_test_action(&test), readings))
            board_fail_check(board, EMS_CHECK_DAC, now);
        /* What was measured after an interrupt had dropped everything says nothing of the stage. */
        if (hold_is_killed())
            break;
        stage_test_take(&test, readings, begins - due);
        until = due + NEXT_TICKS;
    }
    return has_run;
}

static void judge(struct board *board, bool has_high_voltage, uint32_t now)
{
    if (!has_high_voltage)
        board_fail(board, EMS_FAULT_HIGH_VOLTAGE, now);
    if (test.state == STAGE_TEST_FAILED && !(board->beginning.faults & EMS_FAULT_SELF_TEST))
        board_fail_self_test(board, EMS_CHECK_BRIDGE, now);
    if (pulses_take_late())
        board_fail_check(board, EMS_CHECK_PULSE_LATE, now);
}

/* Until the relay was looked at nothing arms. */
static void hold_off(struct board *board)
{
    uint32_t until;
    if (!stage_test_holds_off(&test, &until))
        return;
    if (!board->cool_down.runs || has_come(until, board->cool_down.until))
        board->cool_down.until = until;
    board->cool_down.runs = true;
}

bool attend_test(struct board *board, uint32_t now)
{
    const struct stage_test_sight sight = {
        .is_off = board->state == EMS_STATE_OFF,
        .is_live = board_wants_high_voltage(board),
        .high_voltage_dv = board->senses.high_voltage_dv,
    };
    if (stage_test_lets_pulse(&test))
        return false;
    bool has_high_voltage = stage_test_pass(&test, &sight, now);
    bool has_run = run(board, now);
    if (test.state != STAGE_TEST_RUNS)
        hold_end();
    judge(board, has_high_voltage, now);
    hold_off(board);
    return has_run || (test.state == STAGE_TEST_RUNS && has_come(now + QUIET_TICKS, stage_test_time(&test)));
}

/* Apart, because what it saves on the stack would cost every pass. */
static void __attribute__((noinline)) look(struct board *board, const struct pulse *pulse, uint32_t now)
{
    const struct channel *channel = &board->stage.channels[0];
    struct bench_stage_looks looks;

    looks.asked = pulse->codes;
    looks.flowed = channel->measured > channel->negative ? channel->measured : channel->negative;
    looks.high_voltage = adc_high_voltage();
    adc_nodes(looks.nodes);
    uint16_t fault = bench_stage_fault(&looks);
    if (fault)
        board_fail(board, fault, now);
}

bool attend_look(struct board *board, const struct pulse *pulse, uint32_t now)
{
    static struct bench_stage_watch watch;

    if (pulses_are_busy() || !bench_stage_is_due(&watch, board, pulse, now))
        return false;
    look(board, pulse, now);
    return true;
}

bool attend_has_dac(void)
{
    return test.state == STAGE_TEST_RUNS;
}

bool attend_lets_pulse(void)
{
    return stage_test_lets_pulse(&test);
}

bool attend_lets_high_voltage(bool is_live)
{
    return stage_test_lets_high_voltage(&test, is_live);
}

void attend_tell(struct frame_writer *writer)
{
    if (writer->message.bytes[0] == EMS_CODE_REPORT)
        writer->message.report.reserved[0] = test.failed;
}
