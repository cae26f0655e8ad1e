/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EMS_START_H
#define EMS_START_H

#include <stdint.h>

/* What was in memory before the reset; at power-up whatever the cells came up with. */
extern uint16_t start_seed;

/* The fault that the reset's cause is, or 0. */
uint8_t start_faults(void);

#endif
