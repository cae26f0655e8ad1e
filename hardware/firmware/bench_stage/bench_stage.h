/* UNCERTIFIED, BENCH ONLY: what the chip looks at on the bench output stage besides the current.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Part of build/stage-bench-only.elf alone. The stage has a reference of 4.096 V, of which a code is
 * a millivolt, and looks at its high voltage and at both nodes of its bridge through 4.7 MOhm and
 * 150 kOhm. hardware/spice/firmware_rules.py says the same of the simulated stage.
 */
#ifndef EMS_BENCH_STAGE_H
#define EMS_BENCH_STAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "board.h"
#include "ticks.h"

/* From the begin of a pulse. What its lead capacitors hold is gone from the dividers by then, at
 * 120 Hz the next pulse is handed over 2.8 ms later. */
#define BENCH_STAGE_LOOK_TICKS (UINT32_C(4) * TICKS_PER_MS)
/* The boost converter fills its reservoir within 56 ms; nothing is looked at before. */
#define BENCH_STAGE_FILLS_TICKS (UINT32_C(100) * TICKS_PER_MS)

/* At the chip's pins, millivolts; a millivolt of current is a code. */
struct bench_stage_looks {
    uint16_t high_voltage;
    uint16_t nodes[2];
    uint16_t asked; /* of the pulse before */
    uint16_t flowed; /* in the larger of its phases */
};

/* After which pulse, and from when on, there is something to look at. */
struct bench_stage_watch {
    uint32_t fills_until; /* while it fills */
    uint16_t pulses;      /* delivered, of which none needs a look any more */
    bool fills;
};

/* In every pass in which no pulse runs: whether to look now. Once after each that the channel delivered,
 * and not while the reservoir fills. `pulse` was handed over last: where its first edge was refused, nothing
 * is there of it. */
bool bench_stage_is_due(struct bench_stage_watch *watch, const struct board *board,
                        const struct pulse *pulse, uint32_t now);

/* The protocol's fault that the looks between two pulses show; 0 if none. */
uint16_t bench_stage_fault(const struct bench_stage_looks *looks);

#endif
