/* SPDX-License-Identifier: Apache-2.0 */
#include "frame.h"

#include <stdbool.h>
#include <string.h>

#define CRC_BYTES 2U

uint16_t frame_crc(const uint8_t *bytes, uint8_t count)
{
    uint8_t high = EMS_CRC_START >> 8;
    uint8_t low = EMS_CRC_START & 0xFFU;
    for (uint8_t i = 0; i < count; i++) {
        /* Eight steps of the polynomial x^16 + x^12 + x^5 + 1 at once, byte by byte: the
         * chip has no other width, and the main loop little time. */
        uint8_t mixed = high ^ bytes[i];
        mixed ^= (uint8_t)(mixed >> 4);
        high = (uint8_t)(low ^ (uint8_t)(mixed << 4) ^ (mixed >> 3));
        low = (uint8_t)(mixed ^ (uint8_t)(mixed << 5));
    }
    return (uint16_t)((uint16_t)high << 8 | low);
}

/* Takes COBS out, in place. False if a block points past the end. */
static bool unstuff(struct frame_reader *reader)
{
    uint8_t *bytes = reader->bytes;
    uint8_t from = 0;
    uint8_t to = 0;
    while (from < reader->count) {
        uint8_t block = bytes[from];
        if (block > reader->count - from)
            return false;
        for (uint8_t i = 1; i < block; i++)
            bytes[to++] = bytes[from + i];
        from = (uint8_t)(from + block);
        /* A block of 255 has no zero behind it, but no frame is that long. */
        if (from < reader->count)
            bytes[to++] = 0;
    }
    reader->length = to;
    return true;
}

static enum frame_event judge(struct frame_reader *reader)
{
    if (!unstuff(reader) || reader->length <= CRC_BYTES ||
        frame_crc(reader->bytes, reader->length) != 0)
        return FRAME_DAMAGED;
    reader->length = (uint8_t)(reader->length - CRC_BYTES);
    return FRAME_WHOLE;
}

enum frame_event frame_take(struct frame_reader *reader, uint8_t byte)
{
    enum frame_event event = FRAME_NOTHING;
    if (byte == 0) {
        if (reader->count > 0)
            event = judge(reader);
        reader->count = 0;
        reader->in_excess = false;
    } else if (!reader->in_excess) {
        if (reader->count < EMS_MAX_FRAME_BYTES) {
            reader->bytes[reader->count++] = byte;
        } else {
            event = FRAME_DAMAGED;
            reader->count = 0;
            reader->in_excess = true;
        }
    }
    return event;
}

struct stuffer {
    uint8_t *frame;
    uint8_t block; /* where the running block's length goes */
    uint8_t to;
};

static void stuff(struct stuffer *stuffer, uint8_t byte)
{
    if (byte == 0) {
        stuffer->frame[stuffer->block] = (uint8_t)(stuffer->to - stuffer->block);
        stuffer->block = stuffer->to++;
    } else {
        stuffer->frame[stuffer->to++] = byte;
    }
}

uint8_t frame_write(uint8_t *frame, const void *message, uint8_t length)
{
    const uint8_t *bytes = message;
    struct stuffer stuffer = {frame, 0, 1};
    uint16_t crc = frame_crc(bytes, length);
    for (uint8_t i = 0; i < length; i++)
        stuff(&stuffer, bytes[i]);
    stuff(&stuffer, (uint8_t)(crc >> 8));
    stuff(&stuffer, (uint8_t)crc);
    stuff(&stuffer, 0);
    /* That last zero ended the last block; its place is the delimiter's. */
    frame[stuffer.block] = 0;
    return stuffer.to;
}
