/* The board: every rule of `hardware/protocol.md`, whatever the host says.
 * SPDX-License-Identifier: Apache-2.0
 *
 * It touches no hardware and reads no clock: `now` is in ticks (see ticks.h), the caller
 * measures current and supply, and what it wants of the output stage is asked for by
 * `board_next_pulse`, `board_keeps` and `board_wants_high_voltage`.
 */
#ifndef EMS_BOARD_H
#define EMS_BOARD_H

#include <stdbool.h>
#include <stdint.h>

#include "cool_down.h"
#include "frame.h"
#include "limits.h"
#include "protocol.h"
#include "stage.h"

/* A frame may wait this long before the main loop reads it: the lease ends as much earlier,
 * so that the last edge is within the lease as the host counts it. */
#define BOARD_WAIT_TICKS TICKS_PER_MS

/* What this board is, as its builder has written it down. */
struct about {
    uint32_t serial; /* 0: nothing was written down */
    uint8_t hardware;
    uint8_t stage;
    uint8_t channels;
    uint8_t capabilities;
};

/* How the chip came up. */
struct beginning {
    struct about about;
    uint16_t faults; /* that are known already: of the reset, and of the self-test */
    uint16_t flash_crc;
    uint16_t power_ups; /* how often so far, modulo 65536 */
    uint16_t seed;      /* where the arming numbers go on */
    uint8_t cause;      /* of the reset */
    uint8_t check;      /* that failed */
    struct cool_down cool_down; /* goes on over every reset but that by power */
};

/* What is measured between pulses. */
struct senses {
    bool emergency; /* the emergency stop is open now, or was since it was last looked at */
    uint16_t supply_mv;
    uint16_t high_voltage_dv;
    uint16_t offset[CHANNELS]; /* current without a pulse, codes */
    uint8_t overflows;         /* bytes from the host that were lost, modulo 256 */
};

struct board {
    struct beginning beginning;
    struct stage stage;
    struct ceilings ceilings;
    struct frame_reader reader;
    struct cool_down cool_down;
    struct senses senses;
    uint32_t lease_end;
    uint32_t falls_until; /* the high voltage, while it may still fall */
    uint32_t arming;
    uint16_t random;
    uint16_t sequence; /* of the newest accepted frame */
    uint16_t heard;    /* newest report that the host has said it heard */
    uint16_t faults;
    uint16_t cooling; /* the fault that lasts as long as the cool-down; 0 without one */
    uint8_t state;
    uint8_t reason;
    uint8_t check;
    uint8_t wrong_beliefs; /* in a row */
    uint8_t contacts[CHANNELS];
    uint8_t refusals[EMS_REFUSAL_KINDS];
    bool falls; /* the high voltage was switched off lately */
    bool greeted;
    bool owes_identity;
    bool owes_report;
    uint16_t hello_sequence; /* what the identity will echo */
    uint16_t echo;           /* what the report will echo */
    uint8_t answer;          /* and say */
    bool was_apart[CHANNELS]; /* its phases, and no good pulse since */
};

/* Power-up. What there is to sense has to be sensed before anything is heard. */
void board_power_up(struct board *board, const struct beginning *beginning);

/* One byte from the host. True if it ended a message, which has to be heard before the next. */
bool board_take(struct board *board, uint8_t byte);
void board_hear(struct board *board, uint32_t now);

/* The inputs as they are now, and the time: the lease, the cool-down. */
void board_sense(struct board *board, const struct senses *senses, uint32_t now);

/* Latches a fault and goes off. */
void board_fail(struct board *board, uint16_t fault, uint32_t now);

/* The same for a check of the chip by itself: the fault is `internal`. */
void board_fail_check(struct board *board, uint8_t check, uint32_t now);

/* The same for a check that no off clears, on boards that test their output stage once they run. */
void board_fail_self_test(struct board *board, uint8_t check, uint32_t now);

/* The next pulse, if it is to begin soon. It counts as begun. */
bool board_next_pulse(struct board *board, uint32_t now, struct pulse *pulse);

/* What a pulse that has not begun yet may still be, codes; 0: it may not begin. */
uint16_t board_keeps(const struct board *board, const struct pulse *pulse);

/* A pulse was delivered; this current flowed. */
void board_judge(struct board *board, const struct pulse *pulse, struct measured measured,
                 uint32_t now);

/* The most that may be measured of a pulse, codes: above it is an over-current. */
uint16_t board_most(uint16_t asked);

/* Whether the high voltage is to be on. A running pulse may end first. */
bool board_wants_high_voltage(const struct board *board);

/* Begins the frame that the board owes the host, if any. */
bool board_reply(struct board *board, struct frame_writer *writer, uint32_t now);

#endif
