/* SPDX-License-Identifier: Apache-2.0 */
#include "checks.h"

#include <avr/io.h>
#include <avr/pgmspace.h>

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

/* One register: which of its bits are compared, and with what. */
struct expected {
    uint16_t address;
    uint8_t mask;
    uint8_t value;
    uint8_t check;
};

#define ROW(name, mask, value, check) {_SFR_MEM_ADDR(name), mask, value, EMS_CHECK_##check}
#define WHOLE 0xFFU

static const struct expected table[] PROGMEM = {
    ROW(DDRD, WHOLE, DIRECTIONS_D, DIRECTIONS),
    ROW(DDRB, DIRECTIONS_B, DIRECTIONS_B, DIRECTIONS),
    ROW(DDRC, WHOLE, 0, DIRECTIONS),
    ROW(MCUCR, WHOLE, 0, DIRECTIONS),
    ROW(PRR, WHOLE, 0, TIMER),
    ROW(CLKPR, WHOLE, 0, TIMER),
    ROW(GTCCR, WHOLE, 0, TIMER),
    ROW(TCCR1A, WHOLE, 0, TIMER),
    ROW(TCCR1B, WHOLE, _BV(CS10), TIMER),
    ROW(TCCR0A, WHOLE, 0, TIMER),
    ROW(TCCR0B, WHOLE, PULSES_GUARD_CLOCK, TIMER),
    ROW(OCR0A, WHOLE, PULSES_GUARD_TICKS, TIMER),
    ROW(TIMSK0, WHOLE, _BV(OCIE0A), TIMER),
    ROW(TCCR2A, WHOLE, 0, TIMER),
    ROW(TCCR2B, WHOLE, _BV(CS22), TIMER),
    ROW(TIMSK2, WHOLE, 0, TIMER),
    ROW(EICRA, WHOLE, _BV(ISC01) | _BV(ISC00), TIMER),
    ROW(EIMSK, WHOLE, _BV(INT0), TIMER),
    ROW(PCICR, WHOLE, 0, TIMER),
    ROW(ADCSRB, WHOLE, 0, ADC),
    ROW(DIDR0, WHOLE, ADC_DIGITAL_OFF, ADC),
    ROW(ADMUX, 0xF0U, ADC_REFERENCE, ADC),
    ROW(ADCSRA, (uint8_t) ~(_BV(ADSC) | _BV(ADIF) | _BV(ADIE)), ADC_CONTROL, ADC),
    ROW(SPCR, WHOLE, DAC_CONTROL, DAC),
    ROW(SPSR, _BV(SPI2X), 0, DAC),
    ROW(UCSR0B, (uint8_t)~_BV(UDRIE0), LINK_CONTROL, LINE),
    ROW(UCSR0C, WHOLE, LINK_FORMAT, LINE),
    ROW(UBRR0L, WHOLE, LINK_DIVISOR, LINE),
    ROW(UBRR0H, WHOLE, 0, LINE),
    ROW(WDTCSR, (uint8_t) ~(_BV(WDIF) | _BV(WDCE)), START_WATCHDOG, CLOCK),
};
#define ROWS (sizeof table / sizeof *table)

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

static uint8_t registers_failed(void)
{
    for (uint8_t i = 0; i < ROWS; i++) {
        uint16_t address = pgm_read_word(&table[i].address);
        uint8_t is = *(volatile uint8_t *)address;
        if ((is & pgm_read_byte(&table[i].mask)) != pgm_read_byte(&table[i].value))
            return pgm_read_byte(&table[i].check);
    }
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
    pulses_kill();
    MCUCR = 0;
    PRR = 0;
    GTCCR = 0;
    start_clock();
    start_watchdog();
    pulses_start();
    TIMSK2 = 0;
    PCICR = 0;
    DDRC = 0;
    DDRB |= PIN_LAMP;
    dac_start();
    clock_start();
    ADCSRB = 0;
    adc_repair();
    link_start();
    checks_start();
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
