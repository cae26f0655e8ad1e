/* SPDX-License-Identifier: Apache-2.0 */
#include "board.h"

#include <string.h>

static bool is_live(const struct board *board)
{
    return board->state == EMS_STATE_ARMED || board->state == EMS_STATE_ON;
}

/* The low half is never 0, and runs through all other values before one comes again. */
static void renew_arming(struct board *board)
{
    uint16_t number = board->random;
    number ^= (uint16_t)(number << 7);
    number ^= (uint16_t)(number >> 9);
    number ^= (uint16_t)(number << 8);
    board->random = number;
    board->arming = (uint32_t)board->beginning.power_ups << 16 | number;
}

static void switch_off(struct board *board, uint8_t reason, uint32_t now)
{
    stage_stop(&board->stage);
    if (is_live(board)) {
        board->falls = true;
        board->falls_until = now + EMS_HIGH_VOLTAGE_FALLS_MS * TICKS_PER_MS;
    }
    board->state = board->faults ? EMS_STATE_FAULT : EMS_STATE_OFF;
    board->reason = reason;
    board->wrong_beliefs = 0;
    board->ceilings = limits_own();
    renew_arming(board);
}

void board_fail(struct board *board, uint16_t fault, uint32_t now)
{
    board->faults |= fault;
    if (board->state != EMS_STATE_FAULT)
        switch_off(board, EMS_REASON_FAULT, now);
}

void board_fail_check(struct board *board, uint8_t check, uint32_t now)
{
    if (board->check == EMS_CHECK_NONE)
        board->check = check;
    board_fail(board, EMS_FAULT_INTERNAL, now);
}

void board_fail_self_test(struct board *board, uint8_t check, uint32_t now)
{
    board->beginning.faults |= EMS_FAULT_SELF_TEST;
    board->beginning.check = check;
    if (board->check == EMS_CHECK_NONE)
        board->check = check;
    board_fail(board, EMS_FAULT_SELF_TEST, now);
}

static bool is_high_voltage_wrong(const struct board *board)
{
    if (!(board->beginning.about.capabilities & EMS_CAPABILITY_HIGH_VOLTAGE))
        return false;
    bool has_fallen = !is_live(board) && !board->falls;
    return board->senses.high_voltage_dv >
           (has_fallen ? EMS_HIGH_VOLTAGE_LEFT_DV : EMS_HIGH_VOLTAGE_MOST_DV);
}

/* The faults whose cause holds now. */
static uint16_t faults_that_hold(const struct board *board)
{
    uint16_t faults = board->beginning.faults & EMS_FAULT_SELF_TEST;
    if (board->senses.emergency)
        faults |= EMS_FAULT_EMERGENCY_STOP;
    if (board->senses.supply_mv < EMS_SUPPLY_EMPTY_MV)
        faults |= EMS_FAULT_SUPPLY_EMPTY;
    if (is_high_voltage_wrong(board))
        faults |= EMS_FAULT_HIGH_VOLTAGE;
    if (cool_down_is_worn_out(&board->cool_down))
        faults |= EMS_FAULT_WORN_OUT;
    if (board->cool_down.runs)
        faults |= board->cooling;
    return faults;
}

static void supervise(struct board *board, uint32_t now)
{
    uint16_t faults = faults_that_hold(board);
    if (faults)
        board_fail(board, faults, now);
}

void board_power_up(struct board *board, const struct beginning *beginning)
{
    memset(board, 0, sizeof *board);
    board->beginning = *beginning;
    board->cool_down = beginning->cool_down;
    board->faults = beginning->faults;
    board->check = beginning->check;
    board->random = beginning->seed ? beginning->seed : 1;
    board->falls = true;
    board->falls_until = EMS_HIGH_VOLTAGE_FALLS_MS * TICKS_PER_MS;
    switch_off(board, EMS_REASON_POWER_UP, 0);
}

static void age(struct board *board, uint32_t now)
{
    stage_age(&board->stage, now);
    cool_down_age(&board->cool_down, now);
    /* The next cool-down may be that of an open lead, which is no fault. */
    if (!board->cool_down.runs)
        board->cooling = 0;
    if (board->falls && has_come(now, board->falls_until))
        board->falls = false;
}

static bool is_offset_wrong(const struct board *board)
{
    return board->senses.offset[0] > EMS_OFFSET_CODES || board->senses.offset[1] > EMS_OFFSET_CODES;
}

void board_sense(struct board *board, const struct senses *senses, uint32_t now)
{
    board->senses = *senses;
    age(board, now);
    supervise(board, now);
    if (is_offset_wrong(board))
        board_fail_check(board, EMS_CHECK_OFFSET, now);
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
    /* The stage was stopped with the board; one bit of it may say otherwise. */
    return is_live(board) && stage_next(&board->stage, now, board->lease_end, pulse);
}

uint16_t board_keeps(const struct board *board, const struct pulse *pulse)
{
    uint16_t target = board->stage.channels[pulse->channel].target;
    return target < pulse->codes ? target : pulse->codes;
}

static void fail_by_current(struct board *board, uint16_t fault, uint32_t now)
{
    cool_down_after_over_current(&board->cool_down, now);
    board->cooling = fault;
    if (cool_down_is_worn_out(&board->cool_down))
        fault |= EMS_FAULT_WORN_OUT;
    board_fail(board, fault, now);
}

static void judge_contact(struct board *board, uint8_t channel, bool is_good, uint32_t now)
{
    board->contacts[channel] = is_good ? EMS_CONTACT_GOOD : EMS_CONTACT_OPEN;
    if (is_good) {
        board->was_apart[channel] = false;
        cool_down_see_good_pulse(&board->cool_down);
    } else {
        cool_down_after_open_lead(&board->cool_down, now);
        switch_off(board, EMS_REASON_OPEN_LEAD, now);
    }
}

static bool are_apart(uint16_t larger, uint16_t smaller)
{
    uint16_t most = larger / (100U / EMS_UNBALANCED_PERCENT) + EMS_UNBALANCED_CODES;
    return (uint16_t)(larger - smaller) > most;
}

uint16_t board_most(uint16_t asked)
{
    return (uint16_t)(asked + asked / (100U / EMS_OVER_CURRENT_PERCENT) + EMS_OVER_CURRENT_CODES);
}

void board_judge(struct board *board, const struct pulse *pulse, struct measured measured,
                 uint32_t now)
{
    uint16_t asked = pulse->codes;
    uint16_t most = board_most(asked);
    bool *was_apart = &board->was_apart[pulse->channel];
    bool is_larger = measured.positive > measured.negative;
    uint16_t larger = is_larger ? measured.positive : measured.negative;
    uint16_t smaller = is_larger ? measured.negative : measured.positive;
    bool sees_both = board->beginning.about.capabilities & EMS_CAPABILITY_BOTH_PHASES;
    bool shows_contact = asked >= EMS_OPEN_LEAD_FROM_CODES;
    bool is_open = shows_contact && (uint32_t)measured.positive * 2U < asked;
    bool is_apart = sees_both && !is_open && are_apart(larger, smaller);
    /* A pad that comes off between the two phases looks the same, but only once. */
    bool is_unbalanced = is_apart && *was_apart;
    *was_apart = *was_apart || is_apart;
    stage_delivered(&board->stage, pulse, measured);
    if (larger > most)
        fail_by_current(board, EMS_FAULT_OVER_CURRENT, now);
    else if (is_unbalanced)
        fail_by_current(board, EMS_FAULT_UNBALANCED, now);
    else if (is_live(board) && (shows_contact || is_apart))
        judge_contact(board, pulse->channel, !is_open && !is_apart, now);
    else if (board->contacts[pulse->channel] == EMS_CONTACT_GOOD)
        board->contacts[pulse->channel] = EMS_CONTACT_UNKNOWN;
}

/* Messages */

static void obey_off(struct board *board, uint16_t sequence, uint8_t reason, uint32_t now)
{
    board->faults = 0;
    board->check = EMS_CHECK_NONE;
    if (board->beginning.faults & EMS_FAULT_SELF_TEST)
        board->check = board->beginning.check;
    for (uint8_t i = 0; i < CHANNELS; i++)
        board->contacts[i] = EMS_CONTACT_UNKNOWN;
    board->sequence = sequence;
    switch_off(board, reason, now);
    supervise(board, now);
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
    uint16_t newer_by = (uint16_t)(asked->sequence - board->sequence);
    if (newer_by == 0 || newer_by > EMS_SEQUENCE_WINDOW)
        return EMS_REFUSAL_SEQUENCE;
    if (asked->belief != board->state)
        return EMS_REFUSAL_BELIEF;
    if (board->state == EMS_STATE_OFF && (asked->amplitude_a_codes || asked->amplitude_b_codes))
        return EMS_REFUSAL_NOT_ZERO;
    if (!limits_allow(ceilings, asked) ||
        (asked->amplitude_b_codes && board->beginning.about.channels < 2U))
        return EMS_REFUSAL_LIMIT;
    if (board->state == EMS_STATE_OFF && board->cool_down.runs)
        return EMS_REFUSAL_COOL_DOWN;
    return EMS_REFUSAL_NONE;
}

/* A host that does not hear what the board says cannot make the lease longer. */
static void renew_lease(struct board *board, const struct ems_set_point *asked, uint32_t now)
{
    uint32_t lease_end = now + asked->lease_ms * TICKS_PER_MS - BOARD_WAIT_TICKS;
    bool has_heard = (int16_t)(uint16_t)(asked->heard - board->heard) > 0;
    if (board->state == EMS_STATE_OFF || has_heard) {
        board->heard = asked->heard;
        board->lease_end = lease_end;
    } else if (has_come(board->lease_end, lease_end)) {
        board->lease_end = lease_end;
    }
}

static void accept(struct board *board, const struct ems_set_point *asked,
                   struct ceilings ceilings, uint32_t now)
{
    board->wrong_beliefs = 0;
    board->sequence = asked->sequence;
    renew_lease(board, asked, now);
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

void board_hear(struct board *board, uint32_t now)
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

bool board_take(struct board *board, uint8_t byte)
{
    enum frame_event event = frame_take(&board->reader, byte);
    if (event == FRAME_DAMAGED)
        board->refusals[EMS_REFUSAL_DAMAGED]++;
    return event == FRAME_WHOLE;
}
