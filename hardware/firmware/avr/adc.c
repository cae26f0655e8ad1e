/* SPDX-License-Identifier: Apache-2.0 */
#include "adc.h"

#include <avr/interrupt.h>

#include "marks.h"
#include "pins.h"

/* 5000 mV in 1024 steps. At 40 mV and 40 codes a milliampere a millivolt is a code. */
#define MILLIVOLTS(counts) ((uint16_t)(((counts) * UINT32_C(625) + 64U) / 128U))
#define COUNTS(millivolts) ((uint16_t)((millivolts) * UINT32_C(128) / 625U))
#ifdef STAGE_BENCH_ONLY
/* Behind 4.7 MOhm and 150 kOhm: 5 V are 161.7 V. */
#define DECIVOLTS(counts) ((uint16_t)(((counts) * UINT32_C(404) + 128U) / 256U))
#else
/* Behind a divider by 30: 5 V are 150.0 V. */
#define DECIVOLTS(counts) ((uint16_t)(((counts) * UINT32_C(375) + 128U) / 256U))
#endif
/* 1.0 to 1.2 V against 5 V and its 5 %. */
#define BAND_GAP_LEAST 195U
#define BAND_GAP_MOST 258U
#define BAND_GAP_CONVERSIONS 8U
#define DAC_CONVERSIONS 2U
#define LOOK_CONVERSIONS 2U /* the first charges the sampler behind 150 kOhm */
#define READINGS 4U /* behind a divider by 4: their sum counts cell voltage */
#define NOT_MEASURED 0xFFFFU

/* In turn between pulses: the supply four times, then each of the others. */
static const uint8_t inputs[] = {
    INPUT_SUPPLY,       INPUT_SUPPLY,    INPUT_SUPPLY,    INPUT_SUPPLY,
    INPUT_HIGH_VOLTAGE, INPUT_CURRENT_A, INPUT_CURRENT_B,
};
#define INPUTS (sizeof inputs / sizeof *inputs)

static uint16_t supply[READINGS];
static uint8_t turn;
static bool is_watching; /* the running conversion, or the last one, is that of `turn` */
static struct senses sensed;

/* Of the pulse. Within four bytes that begin at a multiple of four, so that the interrupt
 * counts in one byte. */
static volatile uint16_t phases[2] __attribute__((aligned(4)));
static volatile uint8_t phase_at; /* 0 or 2: which of them comes next */
static volatile uint16_t cut_above;

static bool is_converting(void)
{
    return ADCSRA & _BV(ADSC);
}

/* One conversion of units a pass, because each takes a twentieth of it. */
static void take_in(void)
{
    uint16_t counts = ADC;
    if (turn < READINGS) {
        supply[turn] = counts;
        sensed.supply_mv = MILLIVOLTS(supply[0] + supply[1] + supply[2] + supply[3]);
    } else if (turn == READINGS) {
        sensed.high_voltage_dv = DECIVOLTS(counts);
    } else {
        sensed.offset[turn - READINGS - 1U] = MILLIVOLTS(counts);
    }
}

static void convert_next(void)
{
    turn = (uint8_t)((turn + 1U) % INPUTS);
    ADMUX = (uint8_t)(ADC_REFERENCE | inputs[turn]);
    ADCSRA = ADC_CONTROL | _BV(ADIF) | _BV(ADSC);
    is_watching = true;
}

void adc_repair(void)
{
    DIDR0 = ADC_DIGITAL_OFF;
    ADMUX = ADC_REFERENCE;
    ADCSRA = ADC_CONTROL | _BV(ADIF);
    is_watching = false;
}

void adc_start(void)
{
    adc_repair();
    for (uint8_t i = 0; i < INPUTS; i++) {
        convert_next();
        while (is_converting()) {
        }
        take_in();
    }
}

/* The last of several conversions: the ones before charge the sampler, and what is measured has
 * time to settle. */
static uint16_t measure(uint8_t input, uint8_t conversions)
{
    uint16_t counts = 0;
    for (uint8_t i = 0; i < conversions; i++) {
        ADMUX = (uint8_t)(ADC_REFERENCE | input);
        ADCSRA = ADC_CONTROL | _BV(ADIF) | _BV(ADSC);
        while (is_converting()) {
        }
        counts = ADC;
    }
    ADMUX = ADC_REFERENCE;
    return counts;
}

uint16_t adc_dac_output(uint8_t channel)
{
    return MILLIVOLTS(measure((uint8_t)(INPUT_DAC_A + channel), DAC_CONVERSIONS));
}

bool adc_is_right(void)
{
    /* It has a high resistance. */
    uint16_t counts = measure(INPUT_BAND_GAP, BAND_GAP_CONVERSIONS);
    return counts >= BAND_GAP_LEAST && counts <= BAND_GAP_MOST;
}

#ifdef STAGE_BENCH_ONLY
static uint16_t interrupt_watching(uint8_t input, uint8_t conversions)
{
    while (is_converting()) {
    }
    if (is_watching)
        take_in();
    is_watching = false;
    return MILLIVOLTS(measure(input, conversions));
}

uint16_t adc_current(void)
{
    return interrupt_watching(INPUT_CURRENT_A, 1);
}

void adc_begin_current(void)
{
    ADMUX = (uint8_t)(ADC_REFERENCE | INPUT_CURRENT_A);
    ADCSRA = ADC_CONTROL | _BV(ADIF) | _BV(ADSC);
}

uint16_t adc_end_current(void)
{
    while (is_converting()) {
    }
    ADMUX = ADC_REFERENCE;
    return MILLIVOLTS(ADC);
}

uint16_t adc_high_voltage(void)
{
    return interrupt_watching(INPUT_HIGH_VOLTAGE, LOOK_CONVERSIONS);
}

void adc_nodes(uint16_t nodes[2])
{
    nodes[0] = interrupt_watching(INPUT_NODE_1, LOOK_CONVERSIONS);
    nodes[1] = interrupt_watching(INPUT_NODE_2, LOOK_CONVERSIONS);
}
#endif

void adc_watch(void)
{
    if (is_converting())
        return;
    if (is_watching)
        take_in();
    convert_next();
}

void adc_sense(struct senses *senses)
{
    *senses = sensed;
}

void adc_turn_to_current(uint8_t channel, uint16_t most)
{
    while (is_converting()) {
    }
    if (is_watching)
        take_in();
    is_watching = false;
    phases[0] = phases[1] = NOT_MEASURED;
    phase_at = 0;
    /* The main loop judges finer; this only has to be above what it allows. */
    cut_above = (uint16_t)(COUNTS(most) + 2U);
    ADMUX = (uint8_t)(ADC_REFERENCE | (INPUT_CURRENT_A + channel));
    ADCSRA = ADC_CONTROL | _BV(ADIF) | _BV(ADIE);
}

/* In assembler because it may hold up an edge of a pulse: 62 cycles at most. Keeps the
 * reading; too much current ends the pulse, bridge and high voltage, at once. */
ISR(ADC_vect, ISR_NAKED)
{
    __asm__ volatile("push r24 \n\t"
                     "in r24, __SREG__ \n\t"
                     "push r24 \n\t"
                     "push r25 \n\t"
                     "push r30 \n\t"
                     "push r31 \n\t"
                     "lds r24, %[result] \n\t"
                     "lds r25, %[result]+1 \n\t"
                     "lds r30, %[at] \n\t"
                     "ldi r31, 2 \n\t"
                     "eor r31, r30 \n\t"
                     "sts %[at], r31 \n\t"
                     "andi r30, 2 \n\t"
                     "subi r30, lo8(-(%[phases])) \n\t"
                     "ldi r31, hi8(%[phases]) \n\t"
                     "st Z, r24 \n\t"
                     "std Z+1, r25 \n\t"
                     "lds r30, %[cut] \n\t"
                     "lds r31, %[cut]+1 \n\t"
                     "cp r30, r24 \n\t"
                     "cpc r31, r25 \n\t"
                     "brsh 1f \n\t"
                     PINS_OFF_ASSEMBLER
                     "ldi r24, 0 \n\t"
                     "sts %[timer], r24 \n\t"
                     "sbi %[flags], %[mark] \n"
                     "1: pop r31 \n\t"
                     "pop r30 \n\t"
                     "pop r25 \n\t"
                     "pop r24 \n\t"
                     "out __SREG__, r24 \n\t"
                     "pop r24 \n\t"
                     "reti \n"
                     :
                     : [result] "n"(_SFR_MEM_ADDR(ADCL)), [at] "i"(&phase_at),
                       [phases] "i"(phases), [cut] "i"(&cut_above),
                       [bridge] "I"(PIN_BRIDGE_FIRST), [high_voltage] "I"(PIN_HIGH_VOLTAGE_BIT),
                       [port] "I"(_SFR_IO_ADDR(PORTD)), [timer] "n"(_SFR_MEM_ADDR(TIMSK1)),
                       [flags] "I"(_SFR_IO_ADDR(MARK_FLAGS)), [mark] "I"(MARK_CUT_BIT));
}

bool adc_take_current(struct measured *measured)
{
    measured->positive = MILLIVOLTS(phases[0]);
    measured->negative = MILLIVOLTS(phases[1]);
    return phases[0] != NOT_MEASURED && phases[1] != NOT_MEASURED;
}
