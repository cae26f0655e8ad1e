/* What the board says.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "check.h"
#include "desk.h"

#define HZ 5000U

static void every_set_point_and_every_off_is_answered(void)
{
    struct desk desk;
    desk_arm(&desk);
    unsigned reports = desk.reports;
    desk_say(&desk, desk_asks(&desk, 40, 40, 12001));
    CHECK_EQUAL(desk.report.sequence, desk.sequence);
    CHECK_EQUAL(desk.reports, ++reports);
    desk_off(&desk);
    CHECK_EQUAL(desk.report.sequence, desk.sequence);
    CHECK_EQUAL(desk.reports, ++reports);
}

static void identity_comes_before_the_report(void)
{
    struct desk desk;
    struct frame_writer writer;
    desk_power_up(&desk, 0, 0);
    desk.board.owes_identity = desk.board.owes_report = true;
    CHECK(board_reply(&desk.board, &writer, 0));
    CHECK_EQUAL(writer.message.bytes[0], EMS_CODE_IDENTITY);
    CHECK(board_reply(&desk.board, &writer, 0));
    CHECK_EQUAL(writer.message.bytes[0], EMS_CODE_REPORT);
    CHECK(!board_reply(&desk.board, &writer, 0));
}

static void the_report_says_what_is_in_force(void)
{
    struct desk desk;
    desk_arm(&desk);
    desk_hold(&desk, 200, 100, 4000, 1000);
    struct ems_set_point asked = desk_asks(&desk, 200, 100, 4000);
    asked.width_b_us = 300;
    desk.most[1] = 90;
    desk_run_ms(&desk, 30);
    desk_say(&desk, asked);
    CHECK_EQUAL(desk.report.amplitude_a_codes, 200);
    CHECK_EQUAL(desk.report.amplitude_b_codes, 100);
    CHECK_EQUAL(desk.report.width_a_us, 250);
    CHECK_EQUAL(desk.report.width_b_us, 300);
    CHECK_EQUAL(desk.report.frequency_centihz, 4000);
    CHECK_EQUAL(desk.report.measured_a_codes, 200);
    CHECK_EQUAL(desk.report.measured_b_codes, 90);
    CHECK_EQUAL(desk.report.supply_mv, 7600);
    CHECK_EQUAL(desk.report.arming, desk.board.arming);
    CHECK_EQUAL(desk.report.contact_a, EMS_CONTACT_GOOD);
}

static const struct test all[] = {
    TEST(every_set_point_and_every_off_is_answered),
    TEST(identity_comes_before_the_report),
    TEST(the_report_says_what_is_in_force),
};
const struct tests reply_tests = {all, sizeof all / sizeof *all};
