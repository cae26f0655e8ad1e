/* UNCERTIFIED, BENCH ONLY: pins of the bridge that the self-test of the bench output stage raises by itself, while
 * no pulse was handed over. On any other board there are none, and it costs nothing.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EMS_HOLD_H
#define EMS_HOLD_H

#include <stdbool.h>
#include <stdint.h>

#ifdef STAGE_BENCH_ONLY
/* Raises these pins and drops the others, if no interrupt has dropped everything. The second clock ends that
 * 440 us later, unless this is called again: with no pin, what is high stays so. */
void hold_pins(uint8_t pins);
void hold_end(void);
bool hold_is_on(void);
/* Whether an interrupt has dropped everything. */
bool hold_is_killed(void);
#else
static inline bool hold_is_on(void)
{
    return false;
}
#endif

#endif
