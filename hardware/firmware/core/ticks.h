/* Time inside the firmware: cycles of the 16 MHz crystal in 32 bits.
 * SPDX-License-Identifier: Apache-2.0
 *
 * It wraps every 268 s, so two times are only ever compared by their difference, and no
 * time older than a second is kept.
 */
#ifndef EMS_TICKS_H
#define EMS_TICKS_H

#include <stdbool.h>
#include <stdint.h>

#define TICKS_PER_US UINT32_C(16)
#define TICKS_PER_MS UINT32_C(16000)
#define TICKS_PER_S UINT32_C(16000000)

/* Whether `now` is at or after `then`. */
static inline bool has_come(uint32_t now, uint32_t then)
{
    return (int32_t)(now - then) >= 0;
}

#endif
