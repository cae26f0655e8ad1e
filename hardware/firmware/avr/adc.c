/* SPDX-License-Identifier: Apache-2.0 */
#include "adc.h"

#include "pins.h"

#define REFERENCE _BV(REFS0) /* AVCC, 5 V */
/* 16 MHz / 32 = 500 kHz: a conversion takes 26 us. */
#define CONTROL (_BV(ADEN) | _BV(ADPS2) | _BV(ADPS0))
/* 5000 mV in 1024 steps. At 40 mV and 40 codes a milliampere a millivolt is a code. */
#define MILLIVOLTS(counts) ((uint16_t)(((counts) * UINT32_C(625) + 64U) / 128U))
#define READINGS 4U /* behind a divider by 4: their sum counts cell voltage */

static uint16_t readings[READINGS];
static uint8_t next;
static uint16_t supply_mv;
static bool is_on_supply;

static bool is_converting(void)
{
    return ADCSRA & _BV(ADSC);
}

static void keep_reading(void)
{
    readings[next] = ADC;
    next = (uint8_t)((next + 1U) % READINGS);
    uint16_t sum = 0;
    for (uint8_t i = 0; i < READINGS; i++)
        sum = (uint16_t)(sum + readings[i]);
    supply_mv = MILLIVOLTS(sum);
}

static void convert_supply(void)
{
    ADMUX = REFERENCE | INPUT_SUPPLY;
    ADCSRA = CONTROL | _BV(ADIF) | _BV(ADSC);
    is_on_supply = true;
}

void adc_start(void)
{
    DIDR0 = _BV(ADC0D) | _BV(ADC1D) | _BV(ADC2D);
    for (uint8_t i = 0; i < READINGS; i++) {
        convert_supply();
        while (is_converting()) {
        }
        keep_reading();
    }
}

uint16_t adc_supply_mv(void)
{
    return supply_mv;
}

void adc_watch_supply(void)
{
    if (is_converting())
        return;
    if (is_on_supply)
        keep_reading();
    convert_supply();
}

void adc_turn_to_current(uint8_t channel)
{
    while (is_converting()) {
    }
    if (is_on_supply)
        keep_reading();
    is_on_supply = false;
    ADMUX = (uint8_t)(REFERENCE | (INPUT_CURRENT_A + channel));
    ADCSRA = CONTROL | _BV(ADIF);
}

bool adc_take_current(uint16_t *codes)
{
    if (!(ADCSRA & _BV(ADIF)))
        return false;
    *codes = MILLIVOLTS(ADC);
    return true;
}
