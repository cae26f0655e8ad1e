/* The vectors that both ends of the wire read from the same file.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "check.h"
#include "desk.h"

struct golden {
    const void *message;
    size_t message_bytes;
    const uint8_t *frame;
    size_t frame_bytes;
};
#define GOLDEN_GOOD(i) {&good_message_##i, sizeof good_message_##i, good_frame_##i, sizeof good_frame_##i}
#define GOLDEN_BAD(i) {NULL, 0, bad_frame_##i, sizeof bad_frame_##i}
#include "golden.h"

static void a_golden_message_has_exactly_its_golden_frame(void)
{
    for (size_t i = 0; i < sizeof golden_good / sizeof *golden_good; i++) {
        const struct golden *golden = &golden_good[i];
        uint8_t frame[FRAME_ROOM];
        CHECK_EQUAL(desk_frame(frame, golden->message, (uint8_t)golden->message_bytes),
                    golden->frame_bytes);
        CHECK_EQUAL(memcmp(frame, golden->frame, golden->frame_bytes), 0);
    }
}

static void a_golden_frame_is_read_as_its_golden_message(void)
{
    for (size_t i = 0; i < sizeof golden_good / sizeof *golden_good; i++) {
        const struct golden *golden = &golden_good[i];
        struct frame_reader reader = {.count = 0};
        for (size_t j = 0; j + 1 < golden->frame_bytes; j++)
            CHECK_EQUAL(frame_take(&reader, golden->frame[j]), FRAME_NOTHING);
        CHECK_EQUAL(frame_take(&reader, 0), FRAME_WHOLE);
        CHECK_EQUAL(reader.length, golden->message_bytes);
        CHECK_EQUAL(memcmp(reader.bytes, golden->message, golden->message_bytes), 0);
    }
}

static void a_bad_golden_frame_is_counted_once_and_the_next_one_heard(void)
{
    for (size_t i = 0; i < sizeof golden_bad / sizeof *golden_bad; i++) {
        struct desk desk;
        desk_power_up(&desk, 0, 0);
        desk_feed(&desk, golden_bad[i].frame, golden_bad[i].frame_bytes);
        CHECK_EQUAL(desk.reports, 0);
        desk_off(&desk);
        CHECK_EQUAL(desk.reports, 1);
        CHECK_EQUAL(desk.report.refusals[EMS_REFUSAL_DAMAGED] +
                        desk.report.refusals[EMS_REFUSAL_UNKNOWN],
                    1);
    }
}

static void the_layout_is_that_of_the_vectors(void)
{
    CHECK_EQUAL(EMS_LAYOUT, GOLDEN_LAYOUT);
}

static const struct test all[] = {
    TEST(a_golden_message_has_exactly_its_golden_frame),
    TEST(a_golden_frame_is_read_as_its_golden_message),
    TEST(a_bad_golden_frame_is_counted_once_and_the_next_one_heard),
    TEST(the_layout_is_that_of_the_vectors),
};
const struct tests golden_tests = {all, sizeof all / sizeof *all};
