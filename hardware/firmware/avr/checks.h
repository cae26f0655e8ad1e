/* The chip compared with what it must be: in every pass of the main loop.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EMS_CHECKS_H
#define EMS_CHECKS_H

#include <stdbool.h>
#include <stdint.h>

/* Starts the clock that watches the other one. */
void checks_start(void);

/* The first of the protocol's checks that fails, EMS_CHECK_NONE if all hold. `now` is the time
 * of this pass, taken just before. */
uint8_t checks_failed(uint16_t now, bool pulse_is_busy);

/* Writes every register anew, pins first; where one stays wrong, lets go of the pins. */
void checks_repair(void);

/* The loop has come past this place; places count from 1. */
void checks_pass(uint8_t place);

/* Whether the loop came past all places, in order, since the last question. */
bool checks_passed_all(uint8_t places);

#endif
