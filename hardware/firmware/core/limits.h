/* The board's own caps, and what a set-point may ask of it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EMS_LIMITS_H
#define EMS_LIMITS_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol.h"

/* The most that the board delivers, in the units of the wire. */
struct ceilings {
    uint16_t codes;
    uint16_t width_us;
    uint16_t centihz;
};

/* The board's own. */
struct ceilings limits_own(void);

/* The lower of these and those that a set-point brings. */
struct ceilings limits_lowered(struct ceilings ceilings, const struct ems_set_point *asked);

/* Whether a set-point asks for nothing above these. */
bool limits_allow(struct ceilings ceilings, const struct ems_set_point *asked);

#endif
