/* How long the board stays off after a fault of current or lead. It grows with every fault.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EMS_COOL_DOWN_H
#define EMS_COOL_DOWN_H

#include <stdbool.h>
#include <stdint.h>

struct cool_down {
    uint32_t until; /* while it runs */
    bool runs;
    uint8_t open_leads;
    uint8_t over_currents;
    uint8_t good_pulses; /* in a row */
};

/* A pulse showed good contact. */
void cool_down_see_good_pulse(struct cool_down *cool_down);

void cool_down_after_open_lead(struct cool_down *cool_down, uint32_t now);
void cool_down_after_over_current(struct cool_down *cool_down, uint32_t now);

/* Ends it when its time has come. Call at least every 100 s. */
void cool_down_age(struct cool_down *cool_down, uint32_t now);

/* How long it still runs, at most 65535 ms; 0 if it does not. */
uint16_t cool_down_left_ms(const struct cool_down *cool_down, uint32_t now);

/* Whether only power off helps. */
bool cool_down_is_worn_out(const struct cool_down *cool_down);

#endif
