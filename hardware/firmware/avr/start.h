/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EMS_START_H
#define EMS_START_H

#include <stdint.h>

#include "board.h"

/* Keeps what survives every reset except power-up; call it in every pass. */
void start_keep(uint16_t seed, uint8_t over_currents);

/* A jump through a vector that nothing uses: the chip is not to be trusted until a reset. */
void start_note_wrong_interrupt(void);

/* Lamp and unused inputs. */
void start_pins(void);

/* The watchdog: on, a reset, 15 ms. */
#define START_WATCHDOG _BV(WDE)

/* The watchdog's time, and the clock without a divider, once more. */
void start_watchdog(void);
void start_clock(void);

/* How the chip came up, and what its self-test found. Takes 40 ms; may write the EEPROM. */
struct beginning start_beginning(void);

#endif
