/* Time: timer 1 counts every cycle, the rest is counted here.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EMS_CLOCK_H
#define EMS_CLOCK_H

#include <stdint.h>

void clock_start(void);

/* Cycles since the start, modulo 2^32. Call it from the main loop only, and at least every
 * 4 ms: it counts the timer's overflows. */
uint32_t clock_now(void);

#endif
