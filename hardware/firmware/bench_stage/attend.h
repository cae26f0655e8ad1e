/* UNCERTIFIED, BENCH ONLY: the bench output stage's share of a pass of the main loop. On any other board
 * there is none, and it costs nothing.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EMS_ATTEND_H
#define EMS_ATTEND_H

#include <stdbool.h>
#include <stdint.h>

#include "board.h"

#ifdef STAGE_BENCH_ONLY
void attend_start(uint32_t now);

/* Carries the self-test on. True while the pass has no time for anything else. */
bool attend_test(struct board *board, uint32_t now);

/* After this pulse: looks at its current, the high voltage and the nodes. True if it looked. */
bool attend_look(struct board *board, const struct pulse *pulse, uint32_t now);

/* Whether the self-test has the DAC, lets pulses begin, wants the high voltage on. */
bool attend_has_dac(void);
bool attend_lets_pulse(void);
bool attend_lets_high_voltage(bool is_live);

/* Tells in the first reserved byte of a report which step of the self-test failed. */
void attend_tell(struct frame_writer *writer);
#else
static inline void attend_start(uint32_t now)
{
    (void)now;
}

static inline bool attend_test(struct board *board, uint32_t now)
{
    return (void)board, (void)now, false;
}

static inline bool attend_look(struct board *board, const struct pulse *pulse, uint32_t now)
{
    return (void)board, (void)pulse, (void)now, false;
}

static inline bool attend_has_dac(void)
{
    return false;
}

static inline bool attend_lets_pulse(void)
{
    return true;
}

static inline bool attend_lets_high_voltage(bool is_live)
{
    return is_live;
}

static inline void attend_tell(struct frame_writer *writer)
{
    (void)writer;
}
#endif

#endif
