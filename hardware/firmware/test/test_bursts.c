/* Pulses in bursts: when they come, how strong they are, and how the form changes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "check.h"
#include "desk.h"

#define HUNDRED_HERTZ 10000U
#define PERIOD (TICKS_PER_S / 100U)

struct form {
    uint8_t pulses;
    uint16_t ms, centihz;
};
static const struct form none = {0, 0, HUNDRED_HERTZ};
static const struct form nine = {9, 500, HUNDRED_HERTZ};

static struct ems_set_point asks(struct desk *desk, uint16_t codes, struct form form)
{
    struct ems_set_point asked = desk_asks(desk, codes, codes, form.centihz);
    asked.burst_pulses = form.pulses;
    asked.burst_ms = form.ms;
    return asked;
}

static void hold(struct desk *desk, uint16_t codes, struct form form, uint32_t ms)
{
    for (uint32_t at = 0; at < ms; at += 20) {
        desk_say(desk, asks(desk, codes, form));
        desk_run_ms(desk, 20);
    }
}

static uint32_t period_of(struct form form)
{
    return (UINT32_C(1600000000) + form.centihz / 2U) / form.centihz;
}

/* When a channel's pulse of this number is due after its first. */
static uint32_t due(struct form form, size_t number)
{
    return (uint32_t)(number / form.pulses) * form.ms * TICKS_PER_MS +
           (uint32_t)(number % form.pulses) * period_of(form);
}

static void bursts_and_their_pulses_come_at_their_times(void)
{
    const struct form forms[] = {
        {9, 500, HUNDRED_HERTZ}, {2, 1000, 12000}, {25, 1000, 2600},
        {2, 100, 3000},          {7, 333, 8000},   {25, 217, 12000},
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct desk desk;
        desk_arm(&desk);
        hold(&desk, 40, forms[i], 4100);
        /* A, B, A, B: B half a period behind, in every burst. */
        CHECK(desk.count >= 16 && desk.count < DESK_PULSES);
        for (size_t j = 0; j < desk.count; j++) {
            uint32_t first = desk.pulses[j % 2].at;
            CHECK_EQUAL(desk.pulses[j].channel, j % 2);
            CHECK_EQUAL(desk.pulses[j].at - first, due(forms[i], j / 2));
        }
        CHECK_EQUAL(desk.pulses[1].at - desk.pulses[0].at, period_of(forms[i]) / 2);
    }
}

static void the_amplitude_rises_over_a_gap_by_no_more_than_2_ma(void)
{
    struct desk desk;
    desk_arm(&desk);
    hold(&desk, 3200, nine, 3000);
    CHECK_EQUAL(desk.pulses[0].codes, EMS_FIRST_PULSE_CODES);
    CHECK(desk.count >= 6 * 18);
    for (size_t j = 2; j < desk.count; j++) {
        uint32_t is_first = j / 2 % 9 == 0;
        uint16_t rise = is_first ? EMS_STEP_CODES : PERIOD / 10000U;
        CHECK_EQUAL(desk.pulses[j].codes, desk.pulses[j - 2].codes + rise);
    }
}

static void a_gap_of_a_burst_is_no_rest(void)
{
    struct desk desk;
    desk_arm(&desk);
    const struct form slow = {3, 1000, HUNDRED_HERTZ};
    hold(&desk, 100, slow, 2980);
    /* In the third gap, 950 ms after its burst. */
    CHECK_EQUAL(desk.report.amplitude_a_codes, 100);
    CHECK_EQUAL(desk.report.measured_b_codes, 100);
    CHECK_EQUAL(desk.report.contact_a, EMS_CONTACT_GOOD);
    CHECK_EQUAL(desk.report.burst_pulses, 3);
    CHECK_EQUAL(desk.report.burst_ms, 1000);
    hold(&desk, 100, slow, 100);
    CHECK_EQUAL(desk.pulses[desk.count - 1].codes, 100);
}

static void a_burst_that_did_not_come_is_a_rest(void)
{
    struct desk desk;
    desk_arm(&desk);
    const struct form quick = {3, 200, HUNDRED_HERTZ};
    hold(&desk, 100, quick, 1000);
    desk_say(&desk, asks(&desk, 100, quick));
    size_t count = desk.count;
    /* The main loop comes late, within the lease. */
    desk.now += 260 * TICKS_PER_MS;
    desk_run_ms(&desk, 1);
    CHECK_EQUAL(desk.board.stage.channels[1].in_force, 0);
    hold(&desk, 100, quick, 20);
    CHECK(desk.count > count + 1);
    CHECK(desk.pulses[count + 1].codes <= EMS_FIRST_PULSE_CODES);
}

static void another_form_begins_as_after_a_rest(void)
{
    const struct form forms[][2] = {
        {none, nine}, {nine, none}, {nine, {10, 500, HUNDRED_HERTZ}},
        {nine, {9, 501, HUNDRED_HERTZ}}, {nine, {9, 500, 9000}}, {nine, {9, 500, 11000}},
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        for (unsigned is_handed_over = 0; is_handed_over < 2; is_handed_over++) {
            struct desk desk;
            desk_arm(&desk);
            hold(&desk, 400, forms[i][0], 3000);
            while (desk.has_pulse != is_handed_over)
                desk_run(&desk, 1600);
            size_t count = desk.count + is_handed_over;
            desk_say(&desk, asks(&desk, 400, forms[i][1]));
            CHECK_EQUAL(desk.report.answer, EMS_REFUSAL_NONE);
            CHECK_EQUAL(desk.report.amplitude_a_codes, 0);
            hold(&desk, 400, forms[i][1], 100);
            CHECK(desk.count >= count + 4);
            CHECK_EQUAL(desk.pulses[count].codes, EMS_FIRST_PULSE_CODES);
            CHECK_EQUAL(desk.pulses[count + 1].codes, EMS_FIRST_PULSE_CODES);
            CHECK(desk.pulses[count + 2].codes <= EMS_FIRST_PULSE_CODES + 32);
        }
    }
}

static void another_form_begins_small_where_its_first_pulse_is_refused(void)
{
    for (uint8_t channel = 0; channel < CHANNELS; channel++) {
        struct desk desk;
        desk_arm(&desk);
        hold(&desk, 800, none, 5000);
        while (!desk.has_pulse || desk.pulse.channel != channel ||
               !has_come(desk.now, desk.pulse.at))
            desk_run(&desk, 1600);
        /* A pulse of the old form flows, and ends after that of the new one was asked for. */
        size_t count = desk.count;
        desk_say(&desk, asks(&desk, 800, nine));
        desk_run_ms(&desk, 1);
        CHECK_EQUAL(desk.pulses[count].codes, 800);
        for (unsigned refused = 0; refused < CHANNELS; refused++) {
            while (!desk.has_pulse)
                desk_run(&desk, 1600);
            CHECK_EQUAL(desk.pulse.codes, EMS_FIRST_PULSE_CODES);
            desk.has_pulse = false;
        }
        CHECK_EQUAL(desk.count, count + 1U);
        hold(&desk, 800, nine, 40);
        CHECK(desk.count >= count + 5U);
        CHECK_EQUAL(desk.pulses[count + 1U].codes, EMS_FIRST_PULSE_CODES);
        CHECK_EQUAL(desk.pulses[count + 2U].codes, EMS_FIRST_PULSE_CODES);
    }
}

static void another_form_comes_at_its_own_times(void)
{
    const struct form quick = {4, 300, HUNDRED_HERTZ};
    struct desk desk;
    desk_arm(&desk);
    /* In a gap: the next burst of the old form does not come. */
    hold(&desk, 40, nine, 740);
    size_t count = desk.count;
    hold(&desk, 40, quick, 1300);
    CHECK(desk.count >= count + 32);
    for (size_t j = count; j < desk.count; j++)
        CHECK_EQUAL(desk.pulses[j].at - desk.pulses[count + (j - count) % 2].at,
                    due(quick, (j - count) / 2));
}

static void a_host_that_changes_the_form_again_and_again_gets_1_ma(void)
{
    struct desk desk;
    desk_arm(&desk);
    for (unsigned i = 0; i < 200; i++) {
        desk_say(&desk, asks(&desk, 3200, i % 2 ? nine : none));
        desk_run(&desk, 15 * TICKS_PER_MS / 2 + 977 * (i % 13));
    }
    CHECK(desk.count > 50);
    for (size_t j = 0; j < desk.count; j++) {
        CHECK(desk.pulses[j].codes <= EMS_FIRST_PULSE_CODES + 32);
        if (j >= 2 && desk.pulses[j - 2].channel == desk.pulses[j].channel)
            CHECK(desk.pulses[j].at - desk.pulses[j - 2].at >= PERIOD);
    }
}

static void a_channel_that_joins_in_keeps_the_bursts_and_begins_small(void)
{
    struct desk desk;
    desk_arm(&desk);
    for (unsigned at = 0; at < 1540; at += 20) {
        struct ems_set_point asked = asks(&desk, 200, nine);
        if (at < 1020)
            asked.amplitude_b_codes = 0;
        desk_say(&desk, asked);
        desk_run_ms(&desk, 20);
    }
    size_t of_b = 0;
    uint16_t before = 0;
    for (size_t j = 0; j < desk.count; j++) {
        const struct pulse *pulse = &desk.pulses[j];
        if (pulse->channel == 0)
            continue;
        of_b++;
        CHECK(pulse->codes <= before + (before ? 80 : 40));
        before = pulse->codes;
        /* In time with the bursts of A, which began with the first pulse. */
        CHECK((pulse->at - desk.pulses[0].at) % (500 * TICKS_PER_MS) <= 9 * PERIOD);
    }
    CHECK(of_b >= 9 && of_b < 18);
}

static void a_flipped_bit_that_says_bursts_brings_no_pulse_closer(void)
{
    for (unsigned bit = 0; bit < 8; bit++) {
        struct desk desk;
        desk_arm(&desk);
        hold(&desk, 400, none, 1000);
        size_t count = desk.count;
        desk.board.stage.burst_pulses ^= (uint8_t)(1U << bit);
        desk_run_ms(&desk, 200);
        CHECK(desk.count > count);
        for (size_t j = count; j < desk.count; j++)
            CHECK(desk.pulses[j].at - desk.pulses[j - 2].at >= PERIOD);
        /* The next set-point does not mean these bursts. */
        desk_say(&desk, asks(&desk, 400, none));
        CHECK_EQUAL(desk.board.stage.burst_pulses, 0);
    }
}

static void what_is_no_burst_is_refused(void)
{
    static const struct {
        struct form form;
        bool is_allowed;
    } cases[] = {
        {{0, 0, HUNDRED_HERTZ}, true},     {{0, 500, HUNDRED_HERTZ}, false},
        {{1, 500, HUNDRED_HERTZ}, false},  {{1, 0, HUNDRED_HERTZ}, false},
        {{2, 0, HUNDRED_HERTZ}, false},    {{2, 100, 3000}, true},
        {{2, 99, 12000}, false},           {{2, 100, 2999}, false},
        {{2, 1000, 300}, true},            {{2, 1001, 12000}, false},
        {{25, 1000, 2600}, true},          {{25, 1000, 2599}, false},
        {{26, 1000, 12000}, false},        {{255, 1000, 12000}, false},
        {{255, 65535, 12000}, false},      {{9, 500, 12001}, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct desk desk;
        desk_arm(&desk);
        struct ems_set_point asked = asks(&desk, 40, cases[i].form);
        if (cases[i].is_allowed)
            CHECK_EQUAL(desk_say(&desk, asked), EMS_REFUSAL_NONE);
        else
            CHECK(desk_refuses(&desk, asked, EMS_REFUSAL_LIMIT));
    }
}

static void after_off_there_are_no_bursts(void)
{
    struct desk desk;
    desk_arm(&desk);
    hold(&desk, 40, nine, 100);
    desk_off(&desk);
    CHECK_EQUAL(desk.report.burst_pulses, 0);
    CHECK_EQUAL(desk.report.burst_ms, 0);
}

static const struct test all[] = {
    TEST(bursts_and_their_pulses_come_at_their_times),
    TEST(the_amplitude_rises_over_a_gap_by_no_more_than_2_ma),
    TEST(a_gap_of_a_burst_is_no_rest),
    TEST(a_burst_that_did_not_come_is_a_rest),
    TEST(another_form_begins_as_after_a_rest),
    TEST(another_form_begins_small_where_its_first_pulse_is_refused),
    TEST(another_form_comes_at_its_own_times),
    TEST(a_host_that_changes_the_form_again_and_again_gets_1_ma),
    TEST(a_channel_that_joins_in_keeps_the_bursts_and_begins_small),
    TEST(a_flipped_bit_that_says_bursts_brings_no_pulse_closer),
    TEST(what_is_no_burst_is_refused),
    TEST(after_off_there_are_no_bursts),
};
const struct tests burst_tests = {all, sizeof all / sizeof *all};
