/* The main loop: senses, hears, decides, hands over pulses, answers.
 * SPDX-License-Identifier: Apache-2.0
 *
 * It decides about every single pulse anew: if it hangs, no further pulse begins, and the
 * watchdog resets the chip.
 */
#include <avr/interrupt.h>
#include <avr/wdt.h>

#include "adc.h"
#include "attend.h"
#include "board.h"
#include "checks.h"
#include "clock.h"
#include "dac.h"
#include "link.h"
#include "pins.h"
#include "pulses.h"
#include "start.h"

/* If a pulse that was handed over has not ended by then, the engine is broken. */
#define PULSE_AT_MOST_TICKS (3U * TICKS_PER_MS)
/* Most bytes that a pass takes from the line, which brings fewer in that time. */
#define BYTES_A_PASS 16U
/* This bit of the time changes every 0.26 s. */
#define BLINK_BIT (UINT32_C(1) << 22)

static struct board board;
static struct pulse pulse; /* handed over last */
static uint32_t handed_over_at;
static bool is_at_rest; /* the DAC is at zero, or being set to it */
static struct frame_writer writer;
static bool is_unheard; /* a frame was read and waits; it may be an off */
static uint8_t overflows; /* bytes that were lost, modulo 256 */

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

/* Reads what the host has sent, up to the end of a message, which then waits. */
static void read_line(void)
{
    uint8_t byte;
    for (uint8_t i = 0; i < BYTES_A_PASS && !is_unheard && link_take(&byte); i++)
        is_unheard = board_take(&board, byte);
}

static void hear(uint32_t now)
{
    is_unheard = false;
    board_hear(&board, now);
    hang_on_command();
}

/* Writes the next answer once the last one is gone, a few bytes a pass. False if there is
 * none. */
static bool answer(uint32_t now)
{
    if (link_is_sending())
        return false;
    if (writer.length == 0) {
        bool has_answer = board_reply(&board, &writer, now);
        attend_tell(&writer);
        return has_answer;
    }
    uint8_t length = frame_go_on(&writer);
    if (length > 0)
        link_send(writer.frame, length);
    return true;
}

static void sense(uint32_t now)
{
    struct senses senses;
    if (!pulses_are_busy())
        adc_watch();
    adc_sense(&senses);
    senses.emergency = pulses_take_tripped();
    senses.overflows = overflows;
    board_sense(&board, &senses, now);
    if (senses.emergency)
        pulses_kill();
}

/* An amplitude for the DAC. One that it did not get is not delivered. */
static void set_dac(uint8_t channel, uint16_t codes, uint32_t now)
{
    if (dac_set(channel, codes))
        return;
    pulses_revoke();
    board_fail_check(&board, EMS_CHECK_DAC, now);
}

/* Judges a pulse that an interrupt cut short for too much current, and reports one that did not
 * end. True if it was cut for too much current. */
static bool judge_cut(uint32_t now)
{
    struct measured measured;
    bool was_cut = pulses_take_cut();
    if (was_cut) {
        adc_take_current(&measured);
        measured.negative = measured.positive = (uint16_t)(board_most(pulse.codes) + 1U);
        board_judge(&board, &pulse, measured, now);
    }
    if (pulses_take_late())
        board_fail_check(&board, EMS_CHECK_PULSE_LATE, now);
    return was_cut;
}

static void judge_ended(uint32_t now)
{
    struct measured measured;
    if (adc_take_current(&measured))
        board_judge(&board, &pulse, measured, now);
    else
        board_fail_check(&board, EMS_CHECK_ADC, now);
}

/* True if there was a pulse to judge. */
static bool judge(uint32_t now)
{
    bool was_cut = judge_cut(now);
    if (pulses_take_ended()) {
        /* The second phase of a short pulse is measured behind its last edge. One that is cut then
         * has ended as well, and counts once; the mark may have come in between. */
        if (!was_cut)
            judge_ended(now);
        pulses_take_cut();
        return true;
    }
    if (pulses_are_busy() && has_come(now, handed_over_at + PULSE_AT_MOST_TICKS)) {
        pulses_kill();
        board_fail_check(&board, EMS_CHECK_PULSE_LONG, now);
    }
    return false;
}

/* Goes off before the ring can overflow, because an off could be lost in it. */
static void watch_line(uint32_t now)
{
    uint8_t lost = link_drop_excess();
    if (lost == 0)
        return;
    overflows = (uint8_t)(overflows + lost);
    board_fail_check(&board, EMS_CHECK_LINE, now);
}

/* One fault of the chip itself: everything off, every register anew. */
static void check(uint32_t now)
{
    /* The compiler's zero register: nothing else would ever correct it. */
    __asm__ volatile("clr __zero_reg__");
    uint8_t failed = checks_failed((uint16_t)now, pulses_are_busy());
    if (failed == EMS_CHECK_NONE)
        return;
    checks_repair();
    board_fail_check(&board, failed, now);
    is_at_rest = false;
}

/* A pulse that has not begun yet follows what has been heard since. */
static void reconsider(uint32_t now)
{
    uint16_t codes = board_keeps(&board, &pulse);
    if (!pulses_are_busy() || codes == pulse.codes)
        return;
    if (codes == 0) {
        pulses_revoke();
    } else if (pulses_can_change()) {
        pulse.codes = codes;
        set_dac(pulse.channel, codes, now);
    }
}

/* True if there was a pulse to hand over. */
static bool hand_over(uint32_t now)
{
    if (pulses_are_busy() || !attend_lets_pulse() || !board_next_pulse(&board, now, &pulse))
        return false;
    adc_turn_to_current(pulse.channel, board_most(pulse.codes));
    is_at_rest = false;
    handed_over_at = now;
    if (pulses_begin(&pulse))
        set_dac(pulse.channel, pulse.codes, now);
    else
        board_fail_check(&board, EMS_CHECK_MEMORY, now);
    return true;
}

static bool wants_high_voltage(void)
{
    return attend_lets_high_voltage(board_wants_high_voltage(&board));
}

static void switch_output(void)
{
    if (wants_high_voltage()) {
        pulses_high_voltage_on();
    } else if (!pulses_are_busy()) {
        pulses_high_voltage_off();
    }
}

/* Between pulses nothing is high and the DAC is at zero, whatever happened before. */
static void rest(uint32_t now)
{
    if (attend_has_dac())
        is_at_rest = false;
    if (pulses_are_busy() || is_at_rest || attend_has_dac())
        return;
    set_dac(0, 0, now);
    set_dac(1, 0, now);
    is_at_rest = true;
}

/* A message and an answer in turn, unless the line brings more than is heard. */
static void converse(uint32_t now)
{
    static bool has_heard;
    bool hears = is_unheard && (!has_heard || link_is_filling());
    if (!hears)
        hears = !answer(now) && is_unheard;
    if (hears)
        hear(now);
    has_heard = hears;
    read_line();
}

/* To judge a pulse, to hand one over and to converse each take their time: one of them a pass. */
static void work(uint32_t now)
{
    bool is_taken = attend_test(&board, now);
    if (!is_taken && !judge(now) && !attend_look(&board, &pulse, now) && !hand_over(now))
        converse(now);
    rest(now);
    reconsider(now);
    if (!is_unheard)
        link_settle();
}

/* Lit while the high voltage is on, blinking in a fault. */
static void light_lamp(uint32_t now)
{
    bool is_lit = wants_high_voltage() ||
                  (board.state == EMS_STATE_FAULT && (now & BLINK_BIT));
    if (is_lit)
        PORTB |= PIN_LAMP;
    else
        PORTB &= (uint8_t)~PIN_LAMP;
}

/* Starts the pins first, and the clock late, because only the loop counts its overflows. */
static void start(void)
{
    pulses_start();
    dac_start();
    /* The DAC keeps its codes over a reset. */
    is_at_rest = dac_set(0, 0) && dac_set(1, 0);
    start_pins();
    adc_start();
    struct beginning beginning = start_beginning();
    clock_start();
    checks_start();
    link_start();
    board_power_up(&board, &beginning);
    attend_start(0);
    sei();
}

/* An interrupt that this program does not use: goes off and waits for the watchdog's reset. */
ISR(BADISR_vect)
{
    pulses_kill();
    start_note_wrong_interrupt();
    for (;;) {
    }
}

enum place { CHECKED = 1, SENSED, WORKED, SWITCHED, PLACES = SWITCHED };

int main(void)
{
    start();
    for (;;) {
        uint32_t now = clock_now();
        check(now);
        checks_pass(CHECKED);
        watch_line(now);
        sense(now);
        checks_pass(SENSED);
        work(now);
        checks_pass(WORKED);
        switch_output();
        light_lamp(now);
        start_keep(board.random, board.cool_down.over_currents);
        checks_pass(SWITCHED);
        /* Only a loop that came past every place in order may go on. */
        if (checks_passed_all(PLACES))
            wdt_reset();
    }
}
