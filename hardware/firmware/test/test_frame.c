/* What comes in, in any shape, and nothing else ever does.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "check.h"
#include "desk.h"

static uint8_t damaged(const struct desk *desk)
{
    return desk->board.refusals[EMS_REFUSAL_DAMAGED];
}

static uint8_t unknown(const struct desk *desk)
{
    return desk->board.refusals[EMS_REFUSAL_UNKNOWN];
}

static uint16_t crc_of(const char *text)
{
    uint16_t crc = EMS_CRC_START;
    while (*text)
        crc = frame_crc(crc, (uint8_t)*text++);
    return crc;
}

static void the_crc_is_the_one_of_the_protocol(void)
{
    CHECK_EQUAL(crc_of("123456789"), 0x29B1);
    CHECK_EQUAL(crc_of(""), EMS_CRC_START);
}

static void empty_frames_mean_nothing(void)
{
    struct desk desk;
    desk_power_up(&desk, 0, 0);
    desk_feed(&desk, (const uint8_t[]){0, 0, 0}, 3);
    CHECK_EQUAL(damaged(&desk) + unknown(&desk), 0);
}

static void the_longest_frame_is_read_and_a_longer_one_counted_once(void)
{
    uint8_t bytes[EMS_MAX_FRAME_BYTES + 2];
    struct desk desk;
    desk_power_up(&desk, 0, 0);
    memset(bytes, 0x55, sizeof bytes);
    desk_feed(&desk, bytes, EMS_MAX_FRAME_BYTES);
    CHECK_EQUAL(damaged(&desk), 0);
    desk_feed(&desk, bytes, 1);
    CHECK_EQUAL(damaged(&desk), 1);
    desk_feed(&desk, bytes, sizeof bytes);
    desk_feed(&desk, (const uint8_t[]){0}, 1);
    CHECK_EQUAL(damaged(&desk), 1);
    desk_off(&desk);
    CHECK_EQUAL(desk.reports, 1);
}

static void the_longest_message_is_read(void)
{
    struct ems_report report;
    uint8_t frame[FRAME_ROOM];
    struct frame_reader reader = {.count = 0};
    enum frame_event event = FRAME_NOTHING;
    memset(&report, 0x77, sizeof report);
    uint8_t length = desk_frame(frame, &report, sizeof report);
    CHECK_EQUAL(length, FRAME_ROOM);
    for (uint8_t i = 0; i < length; i++)
        event = frame_take(&reader, frame[i]);
    CHECK_EQUAL(event, FRAME_WHOLE);
    CHECK_EQUAL(reader.length, sizeof report);
}

static void a_writer_with_nothing_to_write_writes_nothing(void)
{
    struct frame_writer writer = {.length = 0};
    CHECK_EQUAL(frame_go_on(&writer), 0);
}

static void a_block_that_points_past_the_end_is_damage(void)
{
    struct desk desk;
    desk_power_up(&desk, 0, 0);
    desk_feed(&desk, (const uint8_t[]){5, 3, 1, 0}, 4);
    CHECK_EQUAL(damaged(&desk), 1);
}

static void a_crc_alone_is_no_message(void)
{
    const uint8_t frame[] = {3, EMS_CRC_START >> 8, EMS_CRC_START & 0xFFU, 0};
    struct desk desk;
    desk_power_up(&desk, 0, 0);
    desk_feed(&desk, frame, sizeof frame);
    CHECK_EQUAL(damaged(&desk), 1);
    /* The CRC over these two bytes is zero, and there is no message in front of it. */
    desk_feed(&desk, (const uint8_t[]){3, 0xFF, 0xFF, 0}, 4);
    CHECK_EQUAL(damaged(&desk), 2);
    desk_feed(&desk, (const uint8_t[]){1, 0}, 2);
    CHECK_EQUAL(damaged(&desk), 3);
}

static void every_flipped_bit_of_an_off_is_seen(void)
{
    struct ems_off off = {EMS_CODE_OFF, 0x1234};
    uint8_t frame[FRAME_ROOM];
    uint8_t length = desk_frame(frame, &off, sizeof off);
    for (unsigned bit = 0; bit < 8U * (length - 1U); bit++) {
        struct desk desk;
        desk_power_up(&desk, 0, 0);
        frame[bit / 8] ^= (uint8_t)(1U << bit % 8);
        desk_feed(&desk, frame, length);
        CHECK_EQUAL(desk.reports, 0);
        CHECK(damaged(&desk) > 0);
        frame[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
}

static void whole_frames_that_are_no_message_to_the_board_are_unknown(void)
{
    struct desk desk;
    desk_power_up(&desk, 0, 0);
    const uint8_t codes[] = {0, EMS_CODE_HELLO, EMS_CODE_SET_POINT, EMS_CODE_OFF,
                             EMS_CODE_IDENTITY, EMS_CODE_REPORT, 0x70};
    for (size_t i = 0; i < sizeof codes; i++) {
        const uint8_t message[5] = {codes[i], 1, 2, 3, 4};
        desk_send(&desk, message, sizeof message);
        CHECK_EQUAL(unknown(&desk), i + 1);
    }
    struct ems_report report = {.code = EMS_CODE_REPORT};
    desk_send(&desk, &report, sizeof report);
    CHECK_EQUAL(unknown(&desk), sizeof codes + 1);
    CHECK_EQUAL(desk.reports + desk.identities, 0);
}

static void counters_go_round_after_256(void)
{
    struct desk desk;
    desk_power_up(&desk, 0, 0);
    for (unsigned i = 0; i < 258; i++)
        desk_feed(&desk, (const uint8_t[]){9, 9, 0}, 3);
    CHECK_EQUAL(damaged(&desk), 2);
}

static const struct test all[] = {
    TEST(the_crc_is_the_one_of_the_protocol),
    TEST(empty_frames_mean_nothing),
    TEST(the_longest_frame_is_read_and_a_longer_one_counted_once),
    TEST(the_longest_message_is_read),
    TEST(a_writer_with_nothing_to_write_writes_nothing),
    TEST(a_block_that_points_past_the_end_is_damage),
    TEST(a_crc_alone_is_no_message),
    TEST(every_flipped_bit_of_an_off_is_seen),
    TEST(whole_frames_that_are_no_message_to_the_board_are_unknown),
    TEST(counters_go_round_after_256),
};
const struct tests frame_tests = {all, sizeof all / sizeof *all};
