/* A board on a desk: the core with an ideal output stage, a body and virtual time.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EMS_DESK_H
#define EMS_DESK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "board.h"

#define DESK_PULSES 4096U
#define DESK_PASS_TICKS (UINT32_C(200) * TICKS_PER_US)
#define NO_LIMIT 0xFFFFU

struct desk {
    struct board board;
    uint32_t now;
    struct senses senses;
    uint16_t most[CHANNELS];  /* what flows at most, codes */
    uint16_t extra;           /* what a broken stage adds, codes */
    bool no_negative;         /* a broken stage makes no negative phase */
    struct pulse pulses[DESK_PULSES]; /* the newest, oldest first until it is full */
    size_t count;
    struct pulse pulse; /* handed over */
    bool has_pulse;
    uint8_t said[4096]; /* frames of the board */
    size_t said_count;
    uint16_t sequence; /* of the newest frame to the board */
    struct ems_report report; /* newest answers */
    struct ems_identity identity;
    unsigned reports, identities;
};

/* A board with everything that it can have, whose start found these faults. */
struct beginning desk_beginning(uint16_t faults);
void desk_power_up(struct desk *desk, uint16_t faults, uint32_t now);
/* Writes the frame of a message, its zero included. Returns the length. */
uint8_t desk_frame(uint8_t *frame, const void *message, uint8_t length);
void desk_run(struct desk *desk, uint32_t ticks);
void desk_run_ms(struct desk *desk, uint32_t ms);
void desk_feed(struct desk *desk, const uint8_t *bytes, size_t count);
void desk_send(struct desk *desk, const void *message, uint8_t length);

/* Saying something to the board; each takes the next sequence number. */
void desk_hello(struct desk *desk);
void desk_off(struct desk *desk);
/* What a correct host would ask for: full ceilings, 250 us at both channels, 300 ms. */
struct ems_set_point desk_asks(struct desk *desk, uint16_t a_codes, uint16_t b_codes,
                               uint16_t centihz);
/* Sends it and returns the board's answer. */
uint8_t desk_say(struct desk *desk, struct ems_set_point asked);
/* Power-up, hello, off, armed. */
void desk_arm(struct desk *desk);
/* Asks for this again every 20 ms. */
void desk_hold(struct desk *desk, uint16_t a_codes, uint16_t b_codes, uint16_t centihz,
               uint32_t ms);

/* Whether it is refused for this reason, counted, and without any effect. */
bool desk_refuses(struct desk *desk, struct ems_set_point asked, uint8_t refusal);
/* Whether a pulse comes within 100 ms. */
bool desk_delivers(struct desk *desk);

#endif
