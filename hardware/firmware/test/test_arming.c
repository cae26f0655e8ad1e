/* Who may arm the board.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "check.h"
#include "desk.h"

#define HZ 5000U

static void a_board_comes_up_off(void)
{
    struct desk desk;
    desk_power_up(&desk, 0, 0);
    desk_off(&desk);
    CHECK_EQUAL(desk.report.state, EMS_STATE_OFF);
    desk_power_up(&desk, 0, 0);
    CHECK_EQUAL(desk.board.reason, EMS_REASON_POWER_UP);
    CHECK(!board_wants_high_voltage(&desk.board));
    CHECK(desk.board.arming != 0);
    CHECK(!desk_delivers(&desk));
}

static void hello_is_answered_with_an_identity(void)
{
    struct desk desk;
    desk_power_up(&desk, 0, 0);
    desk_hello(&desk);
    CHECK_EQUAL(desk.identities, 1);
    CHECK_EQUAL(desk.reports, 0);
    CHECK_EQUAL(desk.identity.sequence, desk.sequence);
    CHECK_EQUAL(desk.identity.layout, EMS_LAYOUT);
    CHECK_EQUAL(desk.identity.name[7], '1');
    CHECK_EQUAL(desk.identity.major, 2);
    CHECK_EQUAL(desk.identity.max_codes, 3200);
    CHECK_EQUAL(desk.identity.max_us, 400);
    CHECK_EQUAL(desk.identity.max_centihz, 12000);
    CHECK_EQUAL(desk.board.reason, EMS_REASON_HELLO);
}

static void the_zero_set_point_with_the_right_number_arms_and_delivers_nothing(void)
{
    struct desk desk;
    desk_arm(&desk);
    CHECK_EQUAL(desk.report.answer, EMS_REFUSAL_NONE);
    CHECK_EQUAL(desk.report.state, EMS_STATE_ARMED);
    CHECK(board_wants_high_voltage(&desk.board));
    CHECK(!desk_delivers(&desk));
    desk_say(&desk, desk_asks(&desk, 0, 0, HZ));
    CHECK_EQUAL(desk.report.state, EMS_STATE_ARMED);
    desk_hold(&desk, 40, 0, HZ, 20);
    CHECK_EQUAL(desk.report.state, EMS_STATE_ON);
    CHECK(desk_delivers(&desk));
    desk_arm(&desk);
    desk_hold(&desk, 0, 40, HZ, 20);
    CHECK_EQUAL(desk.report.state, EMS_STATE_ON);
}

static void nothing_is_delivered_before_arming(void)
{
    struct desk desk;
    desk_power_up(&desk, 0, 0);
    desk_hello(&desk);
    desk_off(&desk);
    CHECK(desk_refuses(&desk, desk_asks(&desk, 40, 0, HZ), EMS_REFUSAL_NOT_ZERO));
    CHECK(desk_refuses(&desk, desk_asks(&desk, 0, 40, HZ), EMS_REFUSAL_NOT_ZERO));
    CHECK(!board_wants_high_voltage(&desk.board));
    CHECK(!desk_delivers(&desk));
}

static void a_stale_arming_number_is_refused_and_counted(void)
{
    struct desk desk;
    desk_arm(&desk);
    struct ems_set_point asked = desk_asks(&desk, 40, 40, HZ);
    asked.arming++;
    CHECK(desk_refuses(&desk, asked, EMS_REFUSAL_ARMING));
    CHECK(!desk_delivers(&desk));
}

static void every_way_to_off_brings_a_new_arming_number(void)
{
    struct desk desk;
    for (unsigned way = 0; way < 6; way++) {
        desk_arm(&desk);
        desk_hold(&desk, 200, 200, HZ, 200);
        uint32_t arming = desk.report.arming;
        if (way == 0)
            desk_off(&desk);
        if (way == 1)
            desk_hello(&desk);
        if (way == 2)
            desk_run_ms(&desk, 301);
        if (way == 3)
            desk.most[0] = 10;
        if (way == 4)
            desk.senses.emergency = true;
        if (way == 5)
            desk.senses.supply_mv = 6399;
        desk_run_ms(&desk, 50);
        CHECK(!board_wants_high_voltage(&desk.board));
        CHECK(desk.board.arming != arming && desk.board.arming != 0);
        struct ems_set_point asked = desk_asks(&desk, 0, 0, HZ);
        asked.arming = arming;
        uint8_t answer = desk_say(&desk, asked);
        CHECK_EQUAL(answer, way < 4 ? EMS_REFUSAL_ARMING : EMS_REFUSAL_FAULT);
    }
}

static void arming_numbers_run_through_all_others_before_one_comes_again(void)
{
    static bool seen[0x10000];
    struct desk desk;
    desk_power_up(&desk, 0, 0);
    for (uint32_t i = 1; i < 0x10000; i++) {
        uint16_t low = (uint16_t)desk.board.arming;
        CHECK(low != 0 && !seen[low]);
        CHECK_EQUAL(desk.board.arming >> 16, 1);
        seen[low] = true;
        desk.board.state = EMS_STATE_OFF;
        board_fail(&desk.board, EMS_FAULT_INTERNAL, 0);
    }
}

static void no_arming_number_of_this_power_up_was_one_of_another(void)
{
    struct board board;
    struct beginning beginning = desk_beginning(0);
    beginning.power_ups = 0xBEEF;
    board_power_up(&board, &beginning);
    CHECK_EQUAL(board.arming >> 16, 0xBEEF);
    /* Cells that came up with nothing in them. */
    beginning.seed = 0;
    board_power_up(&board, &beginning);
    CHECK((uint16_t)board.arming != 0);
}

static void a_replayed_frame_changes_nothing(void)
{
    struct desk desk;
    desk_arm(&desk);
    struct ems_set_point asked = desk_asks(&desk, 40, 40, HZ);
    CHECK_EQUAL(desk_say(&desk, asked), EMS_REFUSAL_NONE);
    asked.belief = EMS_STATE_ON;
    CHECK(desk_refuses(&desk, asked, EMS_REFUSAL_SEQUENCE));
}

static void only_newer_sequences_are_accepted_counted_in_a_circle(void)
{
    static const struct {
        uint16_t newest, asked;
        bool is_newer;
    } cases[] = {
        {10, 11, true},        {10, 10, false},       {10, 9, false},
        {0xFFFF, 0, true},     {0, 0xFFFF, false},    {0, 64, true},
        {0, 65, false},        {0x8000, 0, false},    {0xFFF0, 0x30, true},
        {0xFFF0, 0x31, false}, {0, 0x7FFF, false},    {0, 0x8000, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct desk desk;
        desk_arm(&desk);
        struct ems_set_point asked = desk_asks(&desk, 0, 0, HZ);
        desk.board.sequence = cases[i].newest;
        asked.sequence = cases[i].asked;
        CHECK_EQUAL(desk_say(&desk, asked),
                    cases[i].is_newer ? EMS_REFUSAL_NONE : EMS_REFUSAL_SEQUENCE);
    }
}

static void off_and_hello_set_the_sequence(void)
{
    struct desk desk;
    desk_arm(&desk);
    desk.sequence = 0x1233;
    desk_off(&desk);
    CHECK_EQUAL(desk.board.sequence, 0x1234);
    desk.sequence = 0x0007;
    desk_hello(&desk);
    CHECK_EQUAL(desk.board.sequence, 8);
}

static void without_a_hello_since_power_up_no_set_point_is_accepted(void)
{
    struct desk desk;
    desk_power_up(&desk, 0, 0);
    desk_off(&desk);
    CHECK_EQUAL(desk.report.flags & EMS_FLAG_GREETED, 0);
    CHECK(desk_refuses(&desk, desk_asks(&desk, 0, 0, HZ), EMS_REFUSAL_NO_HELLO));
    desk_hello(&desk);
    desk_off(&desk);
    CHECK_EQUAL(desk.report.flags & EMS_FLAG_GREETED, EMS_FLAG_GREETED);
    CHECK_EQUAL(desk_say(&desk, desk_asks(&desk, 0, 0, HZ)), EMS_REFUSAL_NONE);
}

static void a_host_with_another_layout_may_only_switch_off(void)
{
    struct desk desk;
    desk_arm(&desk);
    struct ems_hello hello = {EMS_CODE_HELLO, ++desk.sequence, EMS_LAYOUT ^ 1, 0, {0}};
    desk_send(&desk, &hello, sizeof hello);
    CHECK_EQUAL(desk.identity.layout, EMS_LAYOUT);
    desk_off(&desk);
    CHECK_EQUAL(desk.report.state, EMS_STATE_OFF);
    CHECK(desk_refuses(&desk, desk_asks(&desk, 0, 0, HZ), EMS_REFUSAL_NO_HELLO));
}

static const struct test all[] = {
    TEST(a_board_comes_up_off),
    TEST(hello_is_answered_with_an_identity),
    TEST(the_zero_set_point_with_the_right_number_arms_and_delivers_nothing),
    TEST(nothing_is_delivered_before_arming),
    TEST(a_stale_arming_number_is_refused_and_counted),
    TEST(every_way_to_off_brings_a_new_arming_number),
    TEST(arming_numbers_run_through_all_others_before_one_comes_again),
    TEST(no_arming_number_of_this_power_up_was_one_of_another),
    TEST(a_replayed_frame_changes_nothing),
    TEST(only_newer_sequences_are_accepted_counted_in_a_circle),
    TEST(off_and_hello_set_the_sequence),
    TEST(without_a_hello_since_power_up_no_set_point_is_accepted),
    TEST(a_host_with_another_layout_may_only_switch_off),
};
const struct tests arming_tests = {all, sizeof all / sizeof *all};
