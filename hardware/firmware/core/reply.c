/* What the board says.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "board.h"
#include "version.h"

static uint8_t known_contact(const struct board *board, uint8_t channel)
{
    uint8_t contact = board->contacts[channel];
    if (contact == EMS_CONTACT_OPEN || board->stage.channels[channel].in_force > 0)
        return contact;
    return EMS_CONTACT_UNKNOWN;
}

static uint8_t flags(const struct board *board)
{
    uint8_t flags = board->greeted ? EMS_FLAG_GREETED : 0;
    if (board->senses.supply_mv < EMS_SUPPLY_LOW_MV)
        flags |= EMS_FLAG_SUPPLY_LOW;
    if (board->stage.channels[0].is_held)
        flags |= EMS_FLAG_HELD_A;
    if (board->stage.channels[1].is_held)
        flags |= EMS_FLAG_HELD_B;
    return flags;
}

static void identity(const struct board *board, struct frame_writer *writer)
{
    const struct about *about = &board->beginning.about;
    writer->message.identity = (struct ems_identity){
        .code = EMS_CODE_IDENTITY,
        .sequence = board->hello_sequence,
        .layout = EMS_LAYOUT,
        .major = VERSION_MAJOR,
        .minor = VERSION_MINOR,
        .patch = VERSION_PATCH,
        .max_codes = EMS_MAX_AMPLITUDE_CODES,
        .max_us = EMS_MAX_WIDTH_US,
        .max_centihz = EMS_MAX_FREQUENCY_CENTIHZ,
        .serial = about->serial,
        .hardware = about->hardware,
        .stage = about->stage,
        .channels = about->channels,
        .capabilities = about->capabilities,
        .flash_crc = board->beginning.flash_crc,
        .protocol_minor = EMS_PROTOCOL_MINOR,
    };
    memcpy(writer->message.identity.name, EMS_BOARD_NAME, sizeof writer->message.identity.name);
    frame_begin(writer, sizeof writer->message.identity);
}

static void report(const struct board *board, struct frame_writer *writer, uint32_t now)
{
    const struct channel *a = &board->stage.channels[0];
    const struct channel *b = &board->stage.channels[1];
    writer->message.report = (struct ems_report){
        .code = EMS_CODE_REPORT,
        .arming = board->arming,
        .sequence = board->echo,
        .answer = board->answer,
        .state = board->state,
        .reason = board->reason,
        .flags = flags(board),
        .cause = board->beginning.cause,
        .faults = board->faults,
        .check = board->check,
        .contact_a = known_contact(board, 0),
        .contact_b = known_contact(board, 1),
        .amplitude_a_codes = a->in_force,
        .amplitude_b_codes = b->in_force,
        .width_a_us = a->width_us,
        .width_b_us = b->width_us,
        .frequency_centihz = board->stage.centihz,
        .burst_pulses = board->stage.burst_pulses,
        .burst_ms = board->stage.burst_ms,
        .measured_a_codes = a->measured,
        .measured_b_codes = b->measured,
        .negative_a_codes = a->negative,
        .negative_b_codes = b->negative,
        .offset_a_codes = board->senses.offset[0],
        .offset_b_codes = board->senses.offset[1],
        .pulses_a = a->pulses,
        .pulses_b = b->pulses,
        .high_voltage_dv = board->senses.high_voltage_dv,
        .cool_down_ms = cool_down_left_ms(&board->cool_down, now),
        .overflows = board->senses.overflows,
        .supply_mv = board->senses.supply_mv,
    };
    memcpy(writer->message.report.refusals, board->refusals, sizeof board->refusals);
    frame_begin(writer, sizeof writer->message.report);
}

bool board_reply(struct board *board, struct frame_writer *writer, uint32_t now)
{
    if (board->owes_identity) {
        board->owes_identity = false;
        identity(board, writer);
        return true;
    }
    if (board->owes_report) {
        board->owes_report = false;
        report(board, writer, now);
        return true;
    }
    return false;
}
