/* The serial line: 250000 bit/s, 8N1, exact at 16 MHz.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EMS_LINK_H
#define EMS_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol.h"

#define LINK_CONTROL (_BV(RXCIE0) | _BV(RXEN0) | _BV(TXEN0))
/* What else UCSR0B holds: UDRIE0 while something is sent, and the ninth bit of what came, of which
 * the data sheet says nothing where frames have eight. */
#define LINK_CONTROL_CHANGES (_BV(UDRIE0) | _BV(RXB80))
/* Of UCSR0A, which else holds flags: double speed and addressed frames, both off. */
#define LINK_MODES (_BV(U2X0) | _BV(MPCM0))
#define LINK_FORMAT (_BV(UCSZ01) | _BV(UCSZ00))
#define LINK_DIVISOR (F_CPU / 16 / EMS_BAUD_RATE - 1)

void link_start(void);

/* Writes what is wrong of its registers. A byte that is under way goes on, so that a board whose
 * fault stays can still say which. */
void link_repair(void);

/* The next byte from the host. False if there is none. */
bool link_take(uint8_t *byte);

/* Whether the line has lately brought more than was taken. */
bool link_is_filling(void);

/* Throws all of it away if it is so much that the ring could run over before the next look.
 * Returns how many bytes. */
uint8_t link_drop_excess(void);

/* Everything that came is dealt with: pulses may begin again after a frame that may have
 * been an off. Does nothing while there is something to take. */
void link_settle(void);

/* Sends these bytes, which have to stay where they are until they are sent. */
void link_send(const uint8_t *bytes, uint8_t count);
bool link_is_sending(void);

#endif
