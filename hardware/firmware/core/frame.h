/* Frames: COBS around a message and its CRC, and a zero.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EMS_FRAME_H
#define EMS_FRAME_H

#include <stdint.h>

#include "protocol.h"

#define FRAME_OVERHEAD 4U /* CRC, the byte that COBS adds, the zero */
#define FRAME_ROOM (EMS_MAX_FRAME_BYTES + 1U)

enum frame_event {
    FRAME_NOTHING, /* in the middle of a frame, or an empty one */
    FRAME_WHOLE,   /* a message lies in `bytes`, `length` long, its CRC right */
    FRAME_DAMAGED, /* a frame that had to be thrown away has ended, or become too long */
};

struct frame_reader {
    uint8_t bytes[EMS_MAX_FRAME_BYTES]; /* as received; after FRAME_WHOLE the message */
    uint8_t count;                      /* received since the last zero */
    uint8_t length;                     /* of the message */
    uint8_t in_excess;                  /* too long: thrown away up to the next zero */
};

/* Takes one byte from the wire. */
enum frame_event frame_take(struct frame_reader *reader, uint8_t byte);

/* CRC-16, polynomial 0x1021, start 0xFFFF. Zero over a message followed by its CRC. */
uint16_t frame_crc(const uint8_t *bytes, uint8_t count);

/* Writes the frame of a message, its zero included. `frame` has room for FRAME_OVERHEAD
 * bytes more than the message. Returns the length. */
uint8_t frame_write(uint8_t *frame, const void *message, uint8_t length);

#endif
