/* SPDX-License-Identifier: Apache-2.0 */
#include "frame.h"

#include <stdbool.h>
#include <string.h>

#define CRC_BYTES 2U
#define BYTES_A_CALL 16U

uint16_t frame_crc(uint16_t crc, uint8_t byte)
{
    /* Eight steps of the polynomial x^16 + x^12 + x^5 + 1 at once, byte by byte: the chip has
     * no other width, and the main loop little time. */
    uint8_t mixed = (uint8_t)((uint8_t)(crc >> 8) ^ byte);
    mixed ^= (uint8_t)(mixed >> 4);
    uint8_t high = (uint8_t)((uint8_t)crc ^ (uint8_t)(mixed << 4) ^ (mixed >> 3));
    uint8_t low = (uint8_t)(mixed ^ (uint8_t)(mixed << 5));
    return (uint16_t)((uint16_t)high << 8 | low);
}

static uint16_t crc_of(const uint8_t *bytes, uint8_t count)
{
    uint16_t crc = EMS_CRC_START;
    for (uint8_t i = 0; i < count; i++)
        crc = frame_crc(crc, bytes[i]);
    return crc;
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
        crc_of(reader->bytes, reader->length) != 0)
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

static void stuff(struct frame_writer *writer, uint8_t byte)
{
    if (byte == 0) {
        writer->frame[writer->block] = (uint8_t)(writer->to - writer->block);
        writer->block = writer->to++;
    } else {
        writer->frame[writer->to++] = byte;
    }
}

void frame_begin(struct frame_writer *writer, const void *message, uint8_t length)
{
    memcpy(writer->message, message, length);
    writer->length = length;
    writer->from = 0;
    writer->block = 0;
    writer->to = 1;
    writer->crc = EMS_CRC_START;
}

static uint8_t finish(struct frame_writer *writer)
{
    stuff(writer, (uint8_t)(writer->crc >> 8));
    stuff(writer, (uint8_t)writer->crc);
    stuff(writer, 0);
    /* That last zero ended the last block; its place is the delimiter's. */
    writer->frame[writer->block] = 0;
    writer->length = 0;
    return writer->to;
}

uint8_t frame_go_on(struct frame_writer *writer)
{
    if (writer->length == 0)
        return 0;
    for (uint8_t i = 0; i < BYTES_A_CALL && writer->from < writer->length; i++) {
        uint8_t byte = writer->message[writer->from++];
        writer->crc = frame_crc(writer->crc, byte);
        stuff(writer, byte);
    }
    return writer->from < writer->length ? 0 : finish(writer);
}
