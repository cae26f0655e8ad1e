/* SPDX-License-Identifier: Apache-2.0 */
#include "board.h"

#include <string.h>

static bool is_live(const struct board *board)
{
    return board->state == EMS_STATE_ARMED || board->state == EMS_STATE_ON;
}

/* Never 0 and never the number before: the steps run through all others before one comes
 * again, and the moment at which the host spoke decides where they go on. */
static void renew_arming(struct board *board, uint32_t now)
{
    uint16_t number = board->random ^ (uint16_t)now;
    if (number == 0)
        number = 1;
    do {
        number ^= (uint16_t)(number << 7);
        number ^= (uint16_t)(number >> 9);
        number ^= (uint16_t)(number << 8);
    } while (number == board->arming);
    board->random = number;
    board->arming = number;
}

static void switch_off(struct board *board, uint8_t reason, uint32_t now)
{
    stage_stop(&board->stage);
    board->state = board->faults ? EMS_STATE_FAULT : EMS_STATE_OFF;
    board->reason = reason;
    board->wrong_beliefs = 0;
    board->ceilings = limits_own();
    renew_arming(board, now);
}

void board_fail(struct board *board, uint8_t fault, uint32_t now)
{
    board->faults |= fault;
    if (board->state != EMS_STATE_FAULT)
        switch_off(board, EMS_REASON_FAULT, now);
}

static void supervise_inputs(struct board *board, uint32_t now)
{
    if (board->emergency)
        board_fail(board, EMS_FAULT_EMERGENCY_STOP, now);
    if (board->supply_mv < EMS_SUPPLY_EMPTY_MV)
        board_fail(board, EMS_FAULT_SUPPLY_EMPTY, now);
}

void board_power_up(struct board *board, uint8_t faults, uint16_t seed)
{
    memset(board, 0, sizeof *board);
    board->faults = faults;
    board->random = seed;
    switch_off(board, EMS_REASON_POWER_UP, 0);
}

void board_sense(struct board *board, bool emergency, uint16_t supply_mv, uint32_t now)
{
    board->emergency = emergency;
    board->supply_mv = supply_mv;
    supervise_inputs(board, now);
    stage_age(&board->stage, now);
    if (is_live(board) && has_come(now, board->lease_end))
        switch_off(board, EMS_REASON_LEASE, now);
}

bool board_wants_high_voltage(const struct board *board)
{
    return is_live(board);
}

/* Pulses */

bool board_next_pulse(struct board *board, uint32_t now, struct pulse *pulse)
{
    return stage_next(&board->stage, now, board->lease_end, pulse);
}

uint16_t board_keeps(const struct board *board, const struct pulse *pulse)
{
    uint16_t target = board->stage.channels[pulse->channel].target;
    return target < pulse->codes ? target : pulse->codes;
}

static void judge_contact(struct board *board, uint8_t channel, bool is_good, uint32_t now)
{
    board->contacts[channel] = is_good ? EMS_CONTACT_GOOD : EMS_CONTACT_OPEN;
    if (!is_good)
        switch_off(board, EMS_REASON_OPEN_LEAD, now);
}

void board_judge(struct board *board, const struct pulse *pulse, uint16_t measured, uint32_t now)
{
    uint32_t asked = pulse->codes;
    uint32_t most = asked * (100U + EMS_OVER_CURRENT_PERCENT) / 100U + EMS_OVER_CURRENT_CODES;
    stage_delivered(&board->stage, pulse, measured);
    if (measured > most)
        board_fail(board, EMS_FAULT_OVER_CURRENT, now);
    else if (is_live(board) && asked >= EMS_OPEN_LEAD_FROM_CODES)
        judge_contact(board, pulse->channel, (uint32_t)measured * 2U >= asked, now);
}

/* Messages */

static void obey_off(struct board *board, uint16_t sequence, uint8_t reason, uint32_t now)
{
    board->faults = 0;
    for (uint8_t i = 0; i < CHANNELS; i++)
        board->contacts[i] = EMS_CONTACT_UNKNOWN;
    board->sequence = sequence;
    switch_off(board, reason, now);
    supervise_inputs(board, now);
}

static void hear_hello(struct board *board, const struct ems_hello *hello, uint32_t now)
{
    board->greeted = hello->layout == EMS_LAYOUT;
    obey_off(board, hello->sequence, EMS_REASON_HELLO, now);
    board->owes_identity = true;
    board->hello_sequence = hello->sequence;
}

/* The first reason to refuse this set-point, in the protocol's order. */
static uint8_t refusal_of(const struct board *board, const struct ems_set_point *asked,
                          struct ceilings ceilings)
{
    if (!board->greeted)
        return EMS_REFUSAL_NO_HELLO;
    if (board->state == EMS_STATE_FAULT)
        return EMS_REFUSAL_FAULT;
    if (asked->arming != board->arming)
        return EMS_REFUSAL_ARMING;
    if ((int16_t)(uint16_t)(asked->sequence - board->sequence) <= 0)
        return EMS_REFUSAL_SEQUENCE;
    if (asked->belief != board->state)
        return EMS_REFUSAL_BELIEF;
    if (board->state == EMS_STATE_OFF && (asked->amplitude_a_codes || asked->amplitude_b_codes))
        return EMS_REFUSAL_NOT_ZERO;
    return limits_allow(ceilings, asked) ? EMS_REFUSAL_NONE : EMS_REFUSAL_LIMIT;
}

static void accept(struct board *board, const struct ems_set_point *asked,
                   struct ceilings ceilings, uint32_t now)
{
    board->wrong_beliefs = 0;
    board->sequence = asked->sequence;
    board->lease_end = now + asked->lease_ms * TICKS_PER_MS - BOARD_WAIT_TICKS;
    board->ceilings = ceilings;
    stage_apply(&board->stage, asked, now);
    if (asked->amplitude_a_codes || asked->amplitude_b_codes)
        board->state = EMS_STATE_ON;
    else if (board->state == EMS_STATE_OFF)
        board->state = EMS_STATE_ARMED;
}

static void refuse(struct board *board, uint8_t refusal, uint32_t now)
{
    board->refusals[refusal]++;
    if (refusal == EMS_REFUSAL_BELIEF && ++board->wrong_beliefs >= EMS_WRONG_BELIEFS)
        switch_off(board, EMS_REASON_BELIEF, now);
}

static void owe_report(struct board *board, uint16_t sequence, uint8_t answer)
{
    board->owes_report = true;
    board->echo = sequence;
    board->answer = answer;
}

static void hear_set_point(struct board *board, const struct ems_set_point *asked, uint32_t now)
{
    struct ceilings ceilings = limits_lowered(board->ceilings, asked);
    uint8_t refusal = refusal_of(board, asked, ceilings);
    if (refusal == EMS_REFUSAL_NONE)
        accept(board, asked, ceilings, now);
    else
        refuse(board, refusal, now);
    owe_report(board, asked->sequence, refusal);
}

static void hear(struct board *board, uint32_t now)
{
    union {
        struct ems_hello hello;
        struct ems_set_point set_point;
        struct ems_off off;
    } message;
    uint8_t code = board->reader.bytes[0];
    uint8_t length = board->reader.length;
    memcpy(&message, board->reader.bytes, sizeof message);
    if (code == EMS_CODE_SET_POINT && length == sizeof message.set_point) {
        hear_set_point(board, &message.set_point, now);
    } else if (code == EMS_CODE_OFF && length == sizeof message.off) {
        obey_off(board, message.off.sequence, EMS_REASON_OFF, now);
        owe_report(board, message.off.sequence, EMS_REFUSAL_NONE);
    } else if (code == EMS_CODE_HELLO && length == sizeof message.hello) {
        hear_hello(board, &message.hello, now);
    } else {
        board->refusals[EMS_REFUSAL_UNKNOWN]++;
    }
}

bool board_take(struct board *board, uint8_t byte, uint32_t now)
{
    enum frame_event event = frame_take(&board->reader, byte);
    if (event == FRAME_WHOLE)
        hear(board, now);
    else if (event == FRAME_DAMAGED)
        board->refusals[EMS_REFUSAL_DAMAGED]++;
    return event != FRAME_NOTHING;
}
