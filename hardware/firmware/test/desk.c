/* SPDX-License-Identifier: Apache-2.0 */
#include "desk.h"

#include <string.h>

struct beginning desk_beginning(uint16_t faults)
{
    struct beginning beginning = {
        .about = {1, 1, EMS_STAGE_SIMULATED, 2, 15},
        .faults = faults,
        .power_ups = 1,
        .seed = 1,
        .cause = faults & EMS_FAULT_WATCHDOG    ? EMS_CAUSE_WATCHDOG
                 : faults & EMS_FAULT_BROWN_OUT ? EMS_CAUSE_BROWN_OUT
                                                : EMS_CAUSE_POWER,
    };
    return beginning;
}

static void sense(struct desk *desk)
{
    board_sense(&desk->board, &desk->senses, desk->now);
}

void desk_power_up(struct desk *desk, uint16_t faults, uint32_t now)
{
    struct beginning beginning = desk_beginning(faults);
    memset(desk, 0, sizeof *desk);
    desk->now = now;
    desk->senses.supply_mv = 7600;
    desk->most[0] = desk->most[1] = NO_LIMIT;
    board_power_up(&desk->board, &beginning);
    sense(desk);
}

uint8_t desk_frame(uint8_t *frame, const void *message, uint8_t length)
{
    struct frame_writer writer;
    uint8_t count;
    memcpy(&writer.message, message, length);
    frame_begin(&writer, length);
    while ((count = frame_go_on(&writer)) == 0) {
    }
    memcpy(frame, writer.frame, count);
    return count;
}

static void deliver(struct desk *desk)
{
    struct pulse *pulse = &desk->pulse;
    uint16_t asked = (uint16_t)(pulse->codes + desk->extra);
    uint16_t most = desk->most[pulse->channel];
    uint16_t flows = asked < most ? asked : most;
    struct measured measured = {flows, desk->no_negative ? 0 : flows};
    desk->pulses[desk->count++ % DESK_PULSES] = *pulse;
    board_judge(&desk->board, pulse, measured, desk->now);
    desk->has_pulse = false;
}

static void look_after_pulse(struct desk *desk)
{
    struct pulse *pulse = &desk->pulse;
    if (desk->has_pulse && !has_come(desk->now, pulse->at)) {
        uint16_t codes = board_keeps(&desk->board, pulse);
        if (codes != pulse->codes)
            desk->has_pulse = codes > 0;
        pulse->codes = codes;
    }
    if (desk->has_pulse && has_come(desk->now, pulse->at + pulse_ticks(pulse->width_us)))
        deliver(desk);
    if (!desk->has_pulse)
        desk->has_pulse = board_next_pulse(&desk->board, desk->now, pulse);
}

static void take_answer(struct desk *desk, const uint8_t *frame, uint8_t length)
{
    struct frame_reader reader = {.count = 0};
    for (uint8_t i = 0; i < length; i++)
        frame_take(&reader, frame[i]);
    if (reader.bytes[0] == EMS_CODE_REPORT) {
        memcpy(&desk->report, reader.bytes, sizeof desk->report);
        desk->reports++;
    } else {
        memcpy(&desk->identity, reader.bytes, sizeof desk->identity);
        desk->identities++;
    }
}

static void hear_answers(struct desk *desk)
{
    struct frame_writer writer;
    while (board_reply(&desk->board, &writer, desk->now)) {
        uint8_t length = 0;
        while ((length = frame_go_on(&writer)) == 0) {
        }
        take_answer(desk, writer.frame, length);
        if (desk->said_count + length <= sizeof desk->said) {
            memcpy(desk->said + desk->said_count, writer.frame, length);
            desk->said_count += length;
        }
    }
}

static void pass(struct desk *desk)
{
    sense(desk);
    look_after_pulse(desk);
}

void desk_run(struct desk *desk, uint32_t ticks)
{
    while (ticks > 0) {
        uint32_t step = ticks < DESK_PASS_TICKS ? ticks : DESK_PASS_TICKS;
        desk->now += step;
        ticks -= step;
        pass(desk);
    }
}

void desk_run_ms(struct desk *desk, uint32_t ms)
{
    desk_run(desk, ms * TICKS_PER_MS);
}

void desk_feed(struct desk *desk, const uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (board_take(&desk->board, bytes[i])) {
            board_hear(&desk->board, desk->now);
            hear_answers(desk);
        }
    }
    pass(desk);
}

void desk_send(struct desk *desk, const void *message, uint8_t length)
{
    uint8_t frame[FRAME_ROOM];
    desk_feed(desk, frame, desk_frame(frame, message, length));
}

void desk_hello(struct desk *desk)
{
    struct ems_hello hello = {EMS_CODE_HELLO, ++desk->sequence, EMS_LAYOUT, 0, {0}};
    desk_send(desk, &hello, sizeof hello);
}

void desk_off(struct desk *desk)
{
    struct ems_off off = {EMS_CODE_OFF, ++desk->sequence};
    desk_send(desk, &off, sizeof off);
}

struct ems_set_point desk_asks(struct desk *desk, uint16_t a_codes, uint16_t b_codes,
                               uint16_t centihz)
{
    struct ems_set_point asked = {
        .code = EMS_CODE_SET_POINT,
        .arming = desk->report.arming,
        .sequence = ++desk->sequence,
        .heard = desk->report.sequence,
        .lease_ms = EMS_LEASE_MS,
        .belief = desk->report.state,
        .frequency_centihz = centihz,
        .amplitude_a_codes = a_codes,
        .amplitude_b_codes = b_codes,
        .width_a_us = 250,
        .width_b_us = 250,
        .ceiling_codes = EMS_MAX_AMPLITUDE_CODES,
        .ceiling_us = EMS_MAX_WIDTH_US,
        .ceiling_centihz = EMS_MAX_FREQUENCY_CENTIHZ,
    };
    return asked;
}

uint8_t desk_say(struct desk *desk, struct ems_set_point asked)
{
    desk_send(desk, &asked, sizeof asked);
    return desk->report.answer;
}

void desk_arm(struct desk *desk)
{
    desk_power_up(desk, 0, 0);
    desk_hello(desk);
    desk_off(desk);
    desk_say(desk, desk_asks(desk, 0, 0, 5000));
}

void desk_hold(struct desk *desk, uint16_t a_codes, uint16_t b_codes, uint16_t centihz,
               uint32_t ms)
{
    for (uint32_t at = 0; at < ms; at += 20) {
        desk_say(desk, desk_asks(desk, a_codes, b_codes, centihz));
        desk_run_ms(desk, 20);
    }
}

bool desk_refuses(struct desk *desk, struct ems_set_point asked, uint8_t refusal)
{
    uint8_t counted = desk->board.refusals[refusal];
    uint32_t lease_end = desk->board.lease_end;
    uint16_t target = desk->board.stage.channels[0].target;
    return desk_say(desk, asked) == refusal &&
           desk->report.refusals[refusal] == (uint8_t)(counted + 1) &&
           desk->board.lease_end == lease_end &&
           desk->board.stage.channels[0].target == target;
}

bool desk_delivers(struct desk *desk)
{
    size_t count = desk->count;
    desk_run_ms(desk, 100);
    return desk->count > count;
}
