/* UNCERTIFIED, BENCH ONLY: a stage on paper, and the board around it, for the self-test to ask.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EMS_PAPER_H
#define EMS_PAPER_H

#include "stage_test.h"

#define PAPER_STEPS 17U
#define PAPER_RIGHT 0xFFFFU

/* A stage that answers as it should, but for one step, and the board around it. */
struct paper {
    struct stage_test test;
    struct stage_test_sight sight;
    uint32_t now;
    uint32_t late;
    uint16_t wrong_mv;    /* what the wrong step reads; PAPER_RIGHT: none is wrong */
    uint8_t wrong;        /* step */
    uint8_t kinds[PAPER_STEPS + 1U]; /* measurements of each step, so far */
    uint16_t low_mv;      /* the high voltage while it is low */
    uint16_t full_mv;     /* and when it is back */
    uint8_t falls;        /* looks at it while it still falls */
    uint8_t raised;       /* phases that do not end at once, so far */
    bool had_high_voltage;
};

/* Does what is next, and takes its reading. */
void paper_carry_out(struct paper *paper);
/* One pass of the main loop. */
void paper_pass(struct paper *paper);
void paper_pass_for(struct paper *paper, uint32_t ms);
/* Until the actions begin. */
void paper_pass_to_actions(struct paper *paper);
/* The chip has just started. */
struct paper paper_started(void);
/* K1 was looked at, the board is armed, K1 closes. One step reads this, or none does. */
struct paper paper_armed(uint8_t wrong, uint16_t wrong_mv);

#endif
