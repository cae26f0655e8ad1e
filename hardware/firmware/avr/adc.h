/* The ADC: current of the running pulse, and the supply in between.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EMS_ADC_H
#define EMS_ADC_H

#include <stdbool.h>
#include <stdint.h>

/* Measures the supply for the first time. Takes 0.2 ms. */
void adc_start(void);

/* The supply, mV, the mean of the last four readings. */
uint16_t adc_supply_mv(void);

/* Between pulses: takes in the supply's reading, if there is one, and starts the next. */
void adc_watch_supply(void);

/* Turns to a channel's current, for a conversion that the pulse engine will start. Takes up
 * to 26 us, while a conversion of the supply ends. */
void adc_turn_to_current(uint8_t channel);

/* After the pulse: takes what flowed, codes. False if nothing was measured. */
bool adc_take_current(uint16_t *codes);

#endif
