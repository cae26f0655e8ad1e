/* The serial line: 250000 bit/s, 8N1, exact at 16 MHz.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EMS_LINK_H
#define EMS_LINK_H

#include <stdbool.h>
#include <stdint.h>

void link_start(void);

/* The next byte from the host. False if there is none. */
bool link_take(uint8_t *byte);

/* Everything that came is dealt with: pulses may begin again after a frame that may have
 * been an off. Does nothing while there is something to take. */
void link_settle(void);

/* Sends a byte if the transmitter has room for one. */
bool link_send(uint8_t byte);

#endif
