/* The ADC: current of both phases of a pulse; between pulses supply, high voltage, offsets.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EMS_ADC_H
#define EMS_ADC_H

#include <stdbool.h>
#include <stdint.h>

#include "board.h"

#define ADC_REFERENCE _BV(REFS0) /* AVCC, 5 V */
/* 16 MHz / 32 = 500 kHz: a conversion takes 26 us. */
#define ADC_CONTROL (_BV(ADEN) | _BV(ADPS2) | _BV(ADPS0))
#define ADC_DIGITAL_OFF (_BV(ADC0D) | _BV(ADC1D) | _BV(ADC2D) | _BV(ADC3D))

/* Measures everything for the first time. Takes 0.3 ms. */
void adc_start(void);

/* What the DAC puts out for this channel, on boards that can see it: a millivolt is a code. At the
 * start only. */
uint16_t adc_dac_output(uint8_t channel);

/* Whether the chip's own reference of 1.1 V reads as such against 5 V. At the start only. */
bool adc_is_right(void);

/* Writes the ADC's registers anew. */
void adc_repair(void);

/* Between pulses: takes in a reading, if there is one, and starts the next. */
void adc_watch(void);

#ifdef STAGE_BENCH_ONLY
/* The current of channel A now, in 26 us; the high voltage behind the relay, in 52 us; both nodes of the
 * bridge, in 104 us. Millivolts at the chip's pin. */
uint16_t adc_current(void);
/* The same in two halves, while nothing is being converted: the sample is taken within 5 us of the begin. */
void adc_begin_current(void);
uint16_t adc_end_current(void);
uint16_t adc_high_voltage(void);
void adc_nodes(uint16_t nodes[2]);
#endif

/* What the readings say: supply, high voltage and offsets. */
void adc_sense(struct senses *senses);

/* Turns to a channel's current, for two conversions that the pulse engine will start. Above
 * `most` codes the pulse is cut short. Takes up to 26 us, while a conversion ends. */
void adc_turn_to_current(uint8_t channel, uint16_t most);

/* After the pulse: takes what flowed. False unless both phases were measured. */
bool adc_take_current(struct measured *measured);

#endif
