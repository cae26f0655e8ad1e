/* The output stage: which pulse comes when, and how strong.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Two channels, one frequency, B half a period after A; without an end, or in bursts.
 * Amplitudes are codes of the DAC.
 */
#ifndef EMS_STAGE_H
#define EMS_STAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol.h"
#include "ticks.h"

#define CHANNELS 2U

/* A pulse is handed to the timer this long before it begins: two of the main loop's longest
 * passes, and the DAC's time. */
#define STAGE_AHEAD_TICKS (UINT32_C(1500) * TICKS_PER_US)
/* What is left of that at least; a pulse that cannot be given it comes late. */
#define STAGE_NOTICE_TICKS (UINT32_C(700) * TICKS_PER_US)
/* From a set-point to the first pulse it asks for. */
#define STAGE_START_TICKS STAGE_AHEAD_TICKS

struct pulse {
    uint8_t channel;
    uint16_t codes;
    uint16_t width_us;
    uint32_t at; /* its first edge */
};

struct channel {
    uint16_t target;    /* codes; 0 is rest */
    uint16_t in_force;  /* amplitude of the last pulse, or less where less was asked since */
    uint16_t base;      /* what the next pulse rises from: in_force, or less if less flowed */
    uint16_t measured;  /* current of the last pulse's positive phase, codes */
    uint16_t negative;  /* and of its negative phase */
    uint16_t width_us;
    uint16_t last_us;   /* width of the last pulse */
    uint16_t pulses;    /* delivered since power-up, modulo 65536 */
    uint32_t delivered; /* when the last of them began, while in_force is not 0 */
    uint32_t slot;      /* when the next pulse is due, while the stage runs */
    uint32_t last;      /* when the last one began, while it matters */
    uint8_t place;      /* of the next pulse in its burst: 0 is the first */
    bool has_last;
    bool is_fresh; /* the next pulse is the first after a rest, or of another form */
    bool is_held; /* stays at what flows, below what is asked */
};

struct stage {
    struct channel channels[CHANNELS];
    uint16_t centihz;
    uint32_t period;       /* between the pulses now */
    uint32_t asked_period; /* what it heads for */
    uint32_t gap;          /* from the last pulse of a burst to the first of the next */
    uint16_t burst_ms;     /* from burst to burst, as the set-point says */
    uint8_t burst_pulses;  /* 0: no bursts */
    bool runs;
};

/* What was measured of a pulse, codes. */
struct measured {
    uint16_t positive;
    uint16_t negative;
};

/* From the first to the last edge of a pulse. */
static inline uint32_t pulse_ticks(uint16_t width_us)
{
    return (UINT32_C(2) * width_us + EMS_INTERPHASE_GAP_US) * TICKS_PER_US;
}

/* Heads for what a set-point asks: down at once, up from pulse to pulse. */
void stage_apply(struct stage *stage, const struct ems_set_point *asked, uint32_t now);

/* Begins no pulse any more. */
void stage_stop(struct stage *stage);

/* Forgets what no pulse has confirmed lately. Call at least every 100 s. */
void stage_age(struct stage *stage, uint32_t now);

/* The next pulse, if it begins soon and can end before `end`. It counts as begun. */
bool stage_next(struct stage *stage, uint32_t now, uint32_t end, struct pulse *pulse);

/* A pulse was delivered; so much flowed. */
void stage_delivered(struct stage *stage, const struct pulse *pulse, struct measured measured);

#endif
