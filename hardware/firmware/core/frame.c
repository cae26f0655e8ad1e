/* SPDX-License-Identifier: Apache-2.0 */
#include "frame.h"

#include <stdbool.h>

#define CRC_BYTES 2U
#define BYTES_A_CALL 16U
#define SHORTEST (sizeof(struct ems_off) + CRC_BYTES)

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

static enum frame_event end(struct frame_reader *reader)
{
    bool had_begun = reader->has_begun;
    bool was_in_excess = reader->in_excess;
    bool is_whole = reader->left == 0 && reader->crc == 0 && reader->count >= SHORTEST;
    reader->has_begun = false;
    reader->in_excess = false;
    if (!had_begun || was_in_excess)
        return FRAME_NOTHING;
    if (!is_whole)
        return FRAME_DAMAGED;
    reader->length = (uint8_t)(reader->count - CRC_BYTES);
    return FRAME_WHOLE;
}

static enum frame_event keep(struct frame_reader *reader, uint8_t byte)
{
    if (reader->count == sizeof reader->bytes) {
        reader->in_excess = true;
        return FRAME_DAMAGED;
    }
    reader->bytes[reader->count++] = byte;
    reader->crc = frame_crc(reader->crc, byte);
    return FRAME_NOTHING;
}

enum frame_event frame_take(struct frame_reader *reader, uint8_t byte)
{
    if (byte == 0)
        return end(reader);
    if (reader->in_excess)
        return FRAME_NOTHING;
    if (!reader->has_begun) {
        reader->has_begun = true;
        reader->count = 0;
        reader->crc = EMS_CRC_START;
        reader->left = (uint8_t)(byte - 1U);
        return FRAME_NOTHING;
    }
    if (reader->left > 0) {
        reader->left--;
        return keep(reader, byte);
    }
    /* A block has ended: its zero. One of 255 has none, but no frame is that long. */
    reader->left = (uint8_t)(byte - 1U);
    return keep(reader, 0);
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

void frame_begin(struct frame_writer *writer, uint8_t length)
{
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
        uint8_t byte = writer->message.bytes[writer->from++];
        writer->crc = frame_crc(writer->crc, byte);
        stuff(writer, byte);
    }
    return writer->from < writer->length ? 0 : finish(writer);
}
