/* The main loop: senses, hears, decides, hands over pulses, answers.
 * SPDX-License-Identifier: Apache-2.0
 *
 * It decides about every single pulse anew: if it hangs, no further pulse begins, and the
 * watchdog resets the chip.
 */
#include <avr/interrupt.h>
#include <avr/wdt.h>

#include "adc.h"
#include "board.h"
#include "clock.h"
#include "dac.h"
#include "link.h"
#include "pins.h"
#include "pulses.h"
#include "start.h"

/* A pulse that was handed over has ended by then, or the engine is broken. */
#define PULSE_AT_MOST_TICKS (3U * TICKS_PER_MS)
/* This bit of the time changes every 0.26 s. */
#define BLINK_BIT (UINT32_C(1) << 22)

static struct board board;
static struct pulse pulse; /* handed over last */
static uint32_t handed_over_at;
static struct frame_writer writer;
static uint8_t frame_length;
static uint8_t frame_sent;

#ifdef TEST_HANG
/* A message that begins with this byte, which no real build knows. */
#define CODE_HANG 0x70U

static void hang_on_command(void)
{
    while (board.reader.bytes[0] == CODE_HANG) {
    }
}
#else
static void hang_on_command(void)
{
}
#endif

/* Reads what the host has sent, but not more than one frame in a pass. */
static void hear(uint32_t now)
{
    uint8_t byte;
    while (link_take(&byte)) {
        if (board_take(&board, byte, now)) {
            hang_on_command();
            break;
        }
    }
}

/* Writes the next answer once the last one is gone, a few bytes a pass. False if there is
 * none. */
static bool answer(uint32_t now)
{
    if (frame_sent < frame_length)
        return false;
    if (writer.length == 0 && !board_reply(&board, &writer, now))
        return false;
    frame_length = frame_go_on(&writer);
    frame_sent = 0;
    return true;
}

static void send(void)
{
    while (frame_sent < frame_length && link_send(writer.frame[frame_sent]))
        frame_sent++;
}

static void sense(uint32_t now)
{
    if (!pulses_are_busy())
        adc_watch_supply();
    struct senses senses = {.emergency = pulses_take_tripped(), .supply_mv = adc_supply_mv()};
    board_sense(&board, &senses, now);
    if (senses.emergency)
        pulses_kill();
}

static void judge(uint32_t now)
{
    struct measured measured = {0, 0};
    if (pulses_take_ended()) {
        if (adc_take_current(&measured.positive))
            board_judge(&board, &pulse, measured, now);
        else
            board_fail_check(&board, EMS_CHECK_ADC, now);
    } else if (pulses_are_busy() && has_come(now, handed_over_at + PULSE_AT_MOST_TICKS)) {
        pulses_kill();
        board_fail_check(&board, EMS_CHECK_PULSE_LONG, now);
    }
}

/* A pulse that has not begun yet follows what has been heard since. */
static void reconsider(void)
{
    uint16_t codes = board_keeps(&board, &pulse);
    if (!pulses_are_busy() || codes == pulse.codes)
        return;
    if (codes == 0) {
        pulses_revoke();
    } else if (pulses_can_change()) {
        pulse.codes = codes;
        dac_set(pulse.channel, codes);
    }
}

static void hand_over(uint32_t now)
{
    if (pulses_are_busy() || !board_next_pulse(&board, now, &pulse))
        return;
    adc_turn_to_current(pulse.channel);
    dac_set(pulse.channel, pulse.codes);
    handed_over_at = now;
    pulses_begin(&pulse);
}

static void switch_output(void)
{
    if (board_wants_high_voltage(&board)) {
        pulses_high_voltage_on();
    } else if (!pulses_are_busy()) {
        pulses_high_voltage_off();
        dac_set(0, 0);
        dac_set(1, 0);
    }
}

/* Lit while the high voltage is on, blinking in a fault. */
static void light_lamp(uint32_t now)
{
    bool is_lit = board_wants_high_voltage(&board) ||
                  (board.state == EMS_STATE_FAULT && (now & BLINK_BIT));
    if (is_lit)
        PORTB |= PIN_LAMP;
    else
        PORTB &= (uint8_t)~PIN_LAMP;
}

static void start(void)
{
    pulses_start();
    dac_start();
    DDRB |= PIN_LAMP;
    clock_start();
    adc_start();
    link_start();
    struct beginning beginning = start_beginning();
    board_power_up(&board, &beginning);
    sei();
}

int main(void)
{
    start();
    for (;;) {
        uint32_t now = clock_now();
        wdt_reset();
        sense(now);
        judge(now);
        /* Each takes its time: one of them a pass. */
        if (!answer(now))
            hear(now);
        reconsider();
        link_settle();
        hand_over(now);
        /* A byte takes the DAC 2 us: between its turns there is other work. */
        dac_run();
        switch_output();
        dac_run();
        light_lamp(now);
        send();
        dac_run();
        start_seed = board.random;
    }
}
