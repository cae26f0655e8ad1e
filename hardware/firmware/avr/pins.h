/* The board's pins. See README.md for the whole map.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EMS_PINS_H
#define EMS_PINS_H

#include <avr/io.h>

#define PIN_RX _BV(PD0)
#define PIN_TX _BV(PD1)
#define PIN_STOP _BV(PD2) /* high = stop */
#define PIN_HIGH_VOLTAGE_BIT PD3
#define PIN_HIGH_VOLTAGE _BV(PIN_HIGH_VOLTAGE_BIT)
#define PIN_BRIDGE_FIRST PD4
#define PIN_A_POSITIVE _BV(PD4)
#define PIN_A_NEGATIVE _BV(PD5)
#define PIN_B_POSITIVE _BV(PD6)
#define PIN_B_NEGATIVE _BV(PD7)
#define PINS_BRIDGE (PIN_A_POSITIVE | PIN_A_NEGATIVE | PIN_B_POSITIVE | PIN_B_NEGATIVE)
/* Bit by bit, because one instruction each needs no register of the core, which may be broken. */
static inline void pins_off(void)
{
    PORTD &= (uint8_t)~PIN_HIGH_VOLTAGE;
    PORTD &= (uint8_t)~PIN_A_POSITIVE;
    PORTD &= (uint8_t)~PIN_A_NEGATIVE;
    PORTD &= (uint8_t)~PIN_B_POSITIVE;
    PORTD &= (uint8_t)~PIN_B_NEGATIVE;
}

/* The same, for interrupts in assembler. */
#define PINS_OFF_ASSEMBLER \
    "cbi %[port], %[high_voltage] \n\t" \
    "cbi %[port], %[bridge] \n\t" \
    "cbi %[port], %[bridge]+1 \n\t" \
    "cbi %[port], %[bridge]+2 \n\t" \
    "cbi %[port], %[bridge]+3 \n\t"

#define PIN_LAMP _BV(PB0)
#define PIN_DAC_SELECT _BV(PB2) /* low = selected */
#define PIN_DAC_DATA _BV(PB3)
#define PIN_DAC_CLOCK _BV(PB5)

/* ADC inputs on port C. */
#define INPUT_CURRENT_A 0U
#define INPUT_CURRENT_B 1U
#define INPUT_SUPPLY 2U
#define INPUT_HIGH_VOLTAGE 3U
#define INPUT_DAC_A 4U
#define INPUT_DAC_B 5U
#define INPUT_NODE_1 6U /* of the bench stage's bridge; not part of port C */
#define INPUT_NODE_2 7U
#define INPUT_BAND_GAP 14U

/* Not connected: pulled up, so that they do not float. On port C the outputs of the DAC may be, which
 * are far stronger than that. */
#define UNUSED_B (_BV(PB1) | _BV(PB4))
#define UNUSED_C (_BV(PC4) | _BV(PC5))

#endif
