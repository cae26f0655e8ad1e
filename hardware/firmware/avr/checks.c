/* SPDX-License-Identifier: Apache-2.0 */
#include "checks.h"

#include <avr/io.h>

#include "adc.h"
#include "clock.h"
#include "dac.h"
#include "link.h"
#include "pins.h"
#include "protocol.h"
#include "pulses.h"
#include "start.h"

#define DIRECTIONS_B (PIN_LAMP | PIN_DAC_SELECT | PIN_DAC_DATA | PIN_DAC_CLOCK)
#define DIRECTIONS_D (PINS_BRIDGE | PIN_HIGH_VOLTAGE | PIN_TX)
/* How far timer 2 may be behind the time of the pass, in its ticks of 4 us: interrupts between
 * the two readings, and rounding. */
#define CLOCKS_APART 8U

#define WHOLE 0xFFU
/* One register: which of its bits are compared, with what, and the check that fails. */
#define EXPECT(name, mask, value, check) \
    if ((name & (mask)) != (value)) \
    return EMS_CHECK_##check

static uint8_t clocks_differ_by;
static uint8_t place;

static uint8_t clock_difference(uint16_t now)
{
    return (uint8_t)(TCNT2 - (uint8_t)(now >> 6));
}

void checks_start(void)
{
    TCCR2A = 0;
    TCCR2B = _BV(CS22); /* 4 us a tick */
    clocks_differ_by = clock_difference((uint16_t)clock_now());
}

/* Straight on, because a table would take a tenth of a pass. */
static uint8_t registers_failed(void)
{
    EXPECT(DDRD, WHOLE, DIRECTIONS_D, DIRECTIONS);
    EXPECT(DDRB, DIRECTIONS_B, DIRECTIONS_B, DIRECTIONS);
    EXPECT(PORTB, UNUSED_B, UNUSED_B, DIRECTIONS);
    EXPECT(DDRC, WHOLE, 0, DIRECTIONS);
    EXPECT(PORTC, WHOLE, UNUSED_C, DIRECTIONS);
    EXPECT(MCUCR, WHOLE, 0, DIRECTIONS);
    EXPECT(PRR, WHOLE, 0, TIMER);
    EXPECT(CLKPR, WHOLE, 0, TIMER);
    EXPECT(GTCCR, WHOLE, 0, TIMER);
    EXPECT(TCCR1A, WHOLE, 0, TIMER);
    EXPECT(TCCR1B, WHOLE, _BV(CS10), TIMER);
    EXPECT(TCCR0A, WHOLE, 0, TIMER);
    EXPECT(TCCR0B, WHOLE, PULSES_GUARD_CLOCK, TIMER);
    EXPECT(OCR0A, WHOLE, PULSES_GUARD_TICKS, TIMER);
    EXPECT(TIMSK0, WHOLE, _BV(OCIE0A), TIMER);
    EXPECT(TCCR2A, WHOLE, 0, TIMER);
    EXPECT(TCCR2B, WHOLE, _BV(CS22), TIMER);
    EXPECT(TIMSK2, WHOLE, 0, TIMER);
    EXPECT(EICRA, WHOLE, _BV(ISC01) | _BV(ISC00), TIMER);
    EXPECT(EIMSK, WHOLE, _BV(INT0), TIMER);
    EXPECT(PCICR, WHOLE, 0, TIMER);
    EXPECT(ADCSRB, WHOLE, 0, ADC);
    EXPECT(DIDR0, WHOLE, ADC_DIGITAL_OFF, ADC);
    EXPECT(ADMUX, 0xF0U, ADC_REFERENCE, ADC);
    EXPECT(ADCSRA, (uint8_t) ~(_BV(ADSC) | _BV(ADIF) | _BV(ADIE)), ADC_CONTROL, ADC);
    EXPECT(SPCR, WHOLE, DAC_CONTROL, DAC);
    EXPECT(SPSR, _BV(SPI2X), 0, DAC);
    EXPECT(UCSR0A, LINK_MODES, 0, LINE);
    EXPECT(UCSR0B, (uint8_t)~LINK_CONTROL_CHANGES, LINK_CONTROL, LINE);
    EXPECT(UCSR0C, WHOLE, LINK_FORMAT, LINE);
    EXPECT(UBRR0L, WHOLE, LINK_DIVISOR, LINE);
    EXPECT(UBRR0H, WHOLE, 0, LINE);
    EXPECT(WDTCSR, (uint8_t) ~(_BV(WDIF) | _BV(WDCE)), START_WATCHDOG, CLOCK);
    return EMS_CHECK_NONE;
}

uint8_t checks_failed(uint16_t now, bool pulse_is_busy)
{
    uint8_t behind = (uint8_t)(clock_difference(now) - clocks_differ_by);
    if ((uint8_t)(behind + 1U) > CLOCKS_APART)
        return EMS_CHECK_CLOCK;
    if (!(SREG & _BV(SREG_I)))
        return EMS_CHECK_ENGINE;
    if (!pulse_is_busy && TIMSK1 != 0)
        return EMS_CHECK_ENGINE;
    if (!pulse_is_busy && !pulses_are_low())
        return EMS_CHECK_BRIDGE;
    return registers_failed();
}

void checks_repair(void)
{
    static bool is_beyond_repair;
    pulses_kill();
    if (is_beyond_repair) {
        pulses_let_go();
        return;
    }
    MCUCR = 0;
    PRR = 0;
    GTCCR = 0;
    start_clock();
    start_watchdog();
    pulses_start();
    TIMSK2 = 0;
    PCICR = 0;
    start_pins();
    dac_start();
    clock_start();
    ADCSRB = 0;
    adc_repair();
    link_repair();
    checks_start();
    /* A register that stays wrong may drive a pin past its port, as a timer does. So the pins stay
     * inputs until a reset, and the next check reports that as wrong. */
    is_beyond_repair =
        registers_failed() != EMS_CHECK_NONE || !pulses_are_low() || TIMSK1 != 0;
    if (is_beyond_repair)
        pulses_let_go();
    SREG |= _BV(SREG_I);
}

void checks_pass(uint8_t next)
{
    place = next == (uint8_t)(place + 1U) ? next : 0xFFU;
}

bool checks_passed_all(uint8_t places)
{
    bool all = place == places;
    place = 0;
    return all;
}
