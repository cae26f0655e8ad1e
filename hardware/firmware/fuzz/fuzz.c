/* A host that lies, floods, stalls and sends noise, for at least ten million bytes.
 * SPDX-License-Identifier: Apache-2.0
 *
 * `fuzz [SEED [BYTES]]`. Whatever it says, every pulse keeps the board's rules. Built with
 * sanitizers, so that the core may not touch what is not its own either.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "desk.h"

static struct desk desk;
static struct pulse last[CHANNELS];
static bool has_last[CHANNELS];
static size_t judged;
static uint64_t bytes_fed, accepted, pulses;
static uint32_t state;

static uint32_t any(uint32_t below)
{
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state % below;
}

static void must(bool holds, const char *what)
{
    if (holds)
        return;
    printf("broken after %llu bytes: %s\n", (unsigned long long)bytes_fed, what);
    exit(1);
}

static void judge_pulse(const struct pulse *pulse)
{
    const struct pulse *before = &last[pulse->channel];
    const struct pulse *other = &last[1 - pulse->channel];
    must(pulse->codes > 0 && pulse->codes <= EMS_MAX_AMPLITUDE_CODES, "amplitude");
    must(pulse->width_us >= EMS_MIN_WIDTH_US && pulse->width_us <= EMS_MAX_WIDTH_US, "width");
    must((uint32_t)pulse->codes * pulse->width_us <= EMS_MAX_CHARGE_CODES_US, "charge");
    if (has_last[pulse->channel]) {
        uint32_t since = pulse->at - before->at;
        must(since >= TICKS_PER_S / 120, "frequency");
        uint32_t rise = since / 10000 < EMS_STEP_CODES ? since / 10000 : EMS_STEP_CODES;
        uint32_t risen = before->codes + rise;
        uint32_t most = risen > EMS_FIRST_PULSE_CODES ? risen : EMS_FIRST_PULSE_CODES;
        must(pulse->codes <= most, "rise");
    } else {
        must(pulse->codes <= EMS_FIRST_PULSE_CODES, "first pulse");
    }
    if (has_last[1 - pulse->channel])
        must(has_come(pulse->at, other->at + pulse_ticks(other->width_us)), "overlap");
    last[pulse->channel] = *pulse;
    has_last[pulse->channel] = true;
}

static void judge(void)
{
    const struct board *board = &desk.board;
    for (; judged < desk.count; judged++)
        judge_pulse(&desk.pulses[judged % DESK_PULSES]);
    must(board->state <= EMS_STATE_FAULT, "state");
    must((board->state == EMS_STATE_FAULT) == (board->faults != 0), "fault");
    must(board->arming != 0, "arming number");
    must(board->greeted || !board_wants_high_voltage(board), "armed without a hello");
    must(!desk.has_pulse || has_come(desk.now, desk.pulse.at) || board_wants_high_voltage(board),
         "a pulse that may not begin");
    /* What is older than a second limits nothing any more. */
    for (unsigned i = 0; i < CHANNELS; i++)
        has_last[i] = has_last[i] && desk.now - last[i].at < 100 * TICKS_PER_S;
}

static void feed(const uint8_t *bytes, size_t count)
{
    bytes_fed += count;
    desk.said_count = 0;
    desk_feed(&desk, bytes, count);
    judge();
}

static void feed_message(const void *message, uint8_t length)
{
    uint8_t frame[64];
    uint8_t count = desk_frame(frame, message, length);
    if (any(16) == 0)
        frame[any(count)] ^= (uint8_t)(1U << any(8));
    feed(frame, any(32) == 0 ? any(count) + 1 : count);
}

static uint16_t edge_value(void)
{
    static const uint16_t edges[] = {
        0, 1, 39, 40, 49, 50, 64, 65, 79, 80, 99, 100, 200, 400, 401, 500, 501, 3199, 3200, 3201, 5000,
        11999, 12000, 12001, 0x7FFF, 0x8000, 0xFFFF,
    };
    return any(3) ? edges[any(sizeof edges / sizeof *edges)] : (uint16_t)any(0x10000);
}

static void twist(struct ems_set_point *asked)
{
    uint16_t value = edge_value();
    switch (any(14)) {
    case 0: asked->arming = value; break;
    case 1: asked->sequence = value; break;
    case 2: asked->lease_ms = value; break;
    case 3: asked->belief = (uint8_t)value; break;
    case 4: asked->frequency_centihz = value; break;
    case 5: asked->amplitude_a_codes = value; break;
    case 6: asked->amplitude_b_codes = value; break;
    case 7: asked->width_a_us = value; break;
    case 8: asked->width_b_us = value; break;
    case 9: asked->ceiling_codes = value; break;
    case 10: asked->ceiling_us = value; break;
    case 11: asked->burst_pulses = (uint8_t)value; break;
    case 12: asked->burst_ms = value; break;
    default: asked->ceiling_centihz = value; break;
    }
}

static void say_set_point(void)
{
    static uint16_t codes, centihz = 5000, burst_ms;
    static uint8_t burst_pulses;
    if (any(20) == 0)
        codes = (uint16_t)any(EMS_MAX_AMPLITUDE_CODES + 1U);
    if (any(40) == 0)
        centihz = (uint16_t)(100 + any(11901));
    if (any(60) == 0) {
        burst_pulses = any(2) ? (uint8_t)(2 + any(EMS_MAX_BURST_PULSES - 1)) : 0;
        burst_ms = burst_pulses ? (uint16_t)(100 + any(901)) : 0;
    }
    if (any(8))
        desk.sequence = desk.board.sequence;
    struct ems_set_point asked = desk_asks(&desk, codes, any(8) ? codes : 0, centihz);
    asked.burst_pulses = burst_pulses;
    asked.burst_ms = burst_ms;
    if (any(64))
        asked.belief = desk.board.state;
    if (any(64))
        asked.arming = desk.board.arming;
    if (desk.board.state == EMS_STATE_OFF && any(8))
        asked.amplitude_a_codes = asked.amplitude_b_codes = 0;
    if (any(10) == 0)
        twist(&asked);
    uint32_t arming = desk.board.arming;
    unsigned reports = desk.reports;
    feed_message(&asked, sizeof asked);
    if (desk.reports != reports)
        accepted += desk.report.answer == EMS_REFUSAL_NONE && desk.report.arming == arming;
}

static void say_noise(void)
{
    uint8_t noise[80];
    size_t count = any(sizeof noise) + 1;
    for (size_t i = 0; i < count; i++)
        noise[i] = (uint8_t)any(any(2) ? 256 : 4);
    feed(noise, count);
}

static void say_any_message(void)
{
    uint8_t message[40];
    uint8_t length = (uint8_t)(any(sizeof message) + 1);
    for (uint8_t i = 0; i < length; i++)
        message[i] = (uint8_t)any(256);
    message[0] = (uint8_t)any(5);
    feed_message(message, length);
}

static void say_hello_or_off(void)
{
    struct ems_hello hello = {EMS_CODE_HELLO, ++desk.sequence, EMS_LAYOUT, 0, {0}};
    struct ems_off off = {EMS_CODE_OFF, ++desk.sequence};
    if (any(50) == 0)
        hello.layout ^= 1U << any(32);
    if (any(2))
        feed_message(&hello, sizeof hello);
    feed_message(&off, sizeof off);
}

static void change_the_world(void)
{
    desk.senses.emergency = any(20) == 0;
    desk.senses.supply_mv = (uint16_t)(any(20) ? 7000 : 6000 + any(1000));
    desk.most[any(CHANNELS)] = any(10) ? NO_LIMIT : (uint16_t)any(3200);
    desk.extra = any(80) ? 0 : (uint16_t)any(100);
}

/* Only power off helps a board that is worn out. */
static void power_cycle(void)
{
    uint32_t now = desk.now;
    pulses += desk.count;
    desk_power_up(&desk, 0, now);
    judged = 0;
}

static void live(void)
{
    if (desk.board.faults & EMS_FAULT_WORN_OUT)
        power_cycle();
    uint32_t dice = any(100);
    if (dice < 70)
        say_set_point();
    else if (dice < 80)
        say_noise();
    else if (dice < 88)
        say_any_message();
    else if (dice == 88)
        change_the_world();
    else if (dice < 92 || desk.board.state == EMS_STATE_FAULT)
        say_hello_or_off();
    if (any(4) == 0)
        desk_run(&desk, any(any(50) ? 30 * TICKS_PER_MS : TICKS_PER_S));
    judge();
}

int main(int count, char **arguments)
{
    state = count > 1 ? (uint32_t)strtoul(arguments[1], NULL, 0) : 2463534242U;
    uint64_t wanted = count > 2 ? strtoull(arguments[2], NULL, 0) : 12000000U;
    desk_power_up(&desk, 0, 0);
    while (bytes_fed < wanted)
        live();
    pulses += desk.count;
    printf("fuzz: %llu bytes, %llu set-points accepted, %llu pulses, all within the rules\n",
           (unsigned long long)bytes_fed, (unsigned long long)accepted,
           (unsigned long long)pulses);
    must(accepted > wanted / 1000 && pulses > wanted / 1000, "the fuzz reached too little");
    return 0;
}
