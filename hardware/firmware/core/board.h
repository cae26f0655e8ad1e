/* The board: every rule of `hardware/protocol.md`, whatever the host says.
 * SPDX-License-Identifier: Apache-2.0
 *
 * It touches no hardware and reads no clock: `now` is in ticks (see ticks.h), current and
 * supply come from whoever measured them, and what it wants of the output stage is asked
 * for by `board_next_pulse`, `board_keeps` and `board_wants_high_voltage`.
 */
#ifndef EMS_BOARD_H
#define EMS_BOARD_H

#include <stdbool.h>
#include <stdint.h>

#include "frame.h"
#include "limits.h"
#include "protocol.h"
#include "stage.h"

/* A frame may wait this long before the main loop reads it: the lease ends as much earlier,
 * so that the last edge is within the lease as the host counts it. */
#define BOARD_WAIT_TICKS TICKS_PER_MS

struct board {
    struct stage stage;
    struct ceilings ceilings;
    struct frame_reader reader;
    uint32_t lease_end;
    uint16_t arming;
    uint16_t random;
    uint16_t sequence; /* of the newest accepted frame */
    uint16_t supply_mv;
    uint8_t state;
    uint8_t reason;
    uint8_t faults;
    uint8_t wrong_beliefs; /* in a row */
    uint8_t contacts[CHANNELS];
    uint8_t refusals[EMS_REFUSAL_KINDS];
    bool emergency; /* the emergency stop is open now */
    bool greeted;
    bool owes_identity;
    bool owes_report;
    uint16_t hello_sequence; /* what the identity will echo */
    uint16_t echo;           /* what the report will echo */
    uint8_t answer;          /* and say */
};

/* Power-up. `faults` is the reset's cause, if it is a fault; `seed` picks the arming number.
 * Supply and emergency stop have to be sensed before anything is heard. */
void board_power_up(struct board *board, uint8_t faults, uint16_t seed);

/* One byte from the host. True if it ended a frame. */
bool board_take(struct board *board, uint8_t byte, uint32_t now);

/* The inputs as they are now, and the time: supply, emergency stop, the lease. */
void board_sense(struct board *board, bool emergency, uint16_t supply_mv, uint32_t now);

/* Latches a fault and goes off. */
void board_fail(struct board *board, uint8_t fault, uint32_t now);

/* The next pulse, if it is to begin soon. It counts as begun. */
bool board_next_pulse(struct board *board, uint32_t now, struct pulse *pulse);

/* What a pulse that has not begun yet may still be, codes; 0: it may not begin. */
uint16_t board_keeps(const struct board *board, const struct pulse *pulse);

/* A pulse was delivered; this current flowed. */
void board_judge(struct board *board, const struct pulse *pulse, uint16_t measured, uint32_t now);

/* Whether the high voltage is to be on. A running pulse may end first. */
bool board_wants_high_voltage(const struct board *board);

/* Writes the frame that the board owes the host, if any. Returns its length or 0. */
uint8_t board_reply(struct board *board, uint8_t frame[FRAME_ROOM]);

#endif
