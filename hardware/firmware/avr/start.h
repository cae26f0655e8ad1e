/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EMS_START_H
#define EMS_START_H

#include <stdint.h>

#include "board.h"

/* What was in memory before the reset; at power-up whatever the cells came up with. */
extern uint16_t start_seed;

/* The watchdog: on, a reset, 30 ms. */
#define START_WATCHDOG (_BV(WDE) | _BV(WDP0))

/* The watchdog's time, and the clock without a divider, once more. */
void start_watchdog(void);
void start_clock(void);

/* How the chip came up. May write the EEPROM, for 4 ms. */
struct beginning start_beginning(void);

#endif
