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

/* Takes COBS out and counts the CRC byte by byte, so that the end of a frame costs nothing. */
struct frame_reader {
    uint8_t bytes[EMS_MAX_FRAME_BYTES - 1U]; /* the message and its CRC so far */
    uint8_t count;                           /* of those */
    uint8_t length;                          /* of the message, after FRAME_WHOLE */
    uint8_t left;      /* bytes that the running COBS block still has */
    uint16_t crc;      /* of the bytes so far */
    uint8_t has_begun; /* a byte came since the last zero */
    uint8_t in_excess; /* too long: thrown away up to the next zero */
};

/* Takes one byte from the wire. After FRAME_WHOLE the message stays until the next byte. */
enum frame_event frame_take(struct frame_reader *reader, uint8_t byte);

/* CRC-16, polynomial 0x1021, over one more byte; it starts with EMS_CRC_START. Zero over a
 * message followed by its CRC. */
uint16_t frame_crc(uint16_t crc, uint8_t byte);

/* Writes one frame, a few bytes at a time: a whole report would take the main loop longer
 * than a pass may last. */
struct frame_writer {
    union {
        uint8_t bytes[EMS_MAX_FRAME_BYTES];
        struct ems_identity identity;
        struct ems_report report;
    } message;
    uint8_t frame[FRAME_ROOM];
    uint8_t length; /* of the message; 0: there is nothing to write */
    uint8_t from;   /* bytes of the message that are in the frame */
    uint8_t block;  /* where the running block's length goes */
    uint8_t to;     /* bytes of the frame so far */
    uint16_t crc;   /* of those bytes */
};

/* Begins the frame of the message that is in it. */
void frame_begin(struct frame_writer *writer, uint8_t length);

/* Goes on with it. Returns the frame's length once it is whole, its zero included, else 0. */
uint8_t frame_go_on(struct frame_writer *writer);

#endif
