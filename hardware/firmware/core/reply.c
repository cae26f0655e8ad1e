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
    if (board->supply_mv < EMS_SUPPLY_LOW_MV)
        flags |= EMS_FLAG_SUPPLY_LOW;
    return flags;
}

static uint8_t identity(const struct board *board, uint8_t *frame)
{
    struct ems_identity identity = {
        .code = EMS_CODE_IDENTITY,
        .sequence = board->hello_sequence,
        .layout = EMS_LAYOUT,
        .major = VERSION_MAJOR,
        .minor = VERSION_MINOR,
        .patch = VERSION_PATCH,
        .max_codes = EMS_MAX_AMPLITUDE_CODES,
        .max_us = EMS_MAX_WIDTH_US,
        .max_centihz = EMS_MAX_FREQUENCY_CENTIHZ,
    };
    memcpy(identity.name, EMS_BOARD_NAME, sizeof identity.name);
    return frame_write(frame, &identity, sizeof identity);
}

static uint8_t report(const struct board *board, uint8_t *frame)
{
    const struct channel *a = &board->stage.channels[0];
    const struct channel *b = &board->stage.channels[1];
    struct ems_report report = {
        .code = EMS_CODE_REPORT,
        .arming = board->arming,
        .sequence = board->echo,
        .answer = board->answer,
        .state = board->state,
        .reason = board->reason,
        .flags = flags(board),
        .faults = board->faults,
        .contact_a = known_contact(board, 0),
        .contact_b = known_contact(board, 1),
        .amplitude_a_codes = a->in_force,
        .amplitude_b_codes = b->in_force,
        .width_a_us = a->width_us,
        .width_b_us = b->width_us,
        .frequency_centihz = board->stage.centihz,
        .measured_a_codes = a->measured,
        .measured_b_codes = b->measured,
        .supply_mv = board->supply_mv,
    };
    memcpy(report.refusals, board->refusals, sizeof report.refusals);
    return frame_write(frame, &report, sizeof report);
}

uint8_t board_reply(struct board *board, uint8_t frame[FRAME_ROOM])
{
    if (board->owes_identity) {
        board->owes_identity = false;
        return identity(board, frame);
    }
    if (board->owes_report) {
        board->owes_report = false;
        return report(board, frame);
    }
    return 0;
}
