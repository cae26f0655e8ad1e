/* UNCERTIFIED, BENCH ONLY. SPDX-License-Identifier: Apache-2.0 */
#include "bench_stage.h"

#include "protocol.h"

/* 90 V and 116 V behind the relay. */
#define HIGH_LEAST_MV 2780U
#define HIGH_MOST_MV 3590U
/* 16 V at a node: a high side that conducts puts 110 V there. */
#define NODE_MOST_MV 500U
/* 2 V between the nodes: on the series capacitors, 2.35 uF, that is 4.7 uC which went one way. */
#define APART_MOST_MV 60U
/* Finer than the protocol's 20 %: this stage's reference, DAC, sense resistors and ADC together make 4 %, and
 * without its reference it delivers 17 % more. */
#define OVER_PART 10U
#define OVER_CODES 40U

bool bench_stage_is_due(struct bench_stage_watch *watch, const struct board *board,
                        const struct pulse *pulse, uint32_t now)
{
    const struct channel *channel = &board->stage.channels[0];
    if (!board_wants_high_voltage(board)) {
        watch->fills_until = now + BENCH_STAGE_FILLS_TICKS;
        watch->fills = true;
    } else if (watch->fills && has_come(now, watch->fills_until)) {
        /* Cleared for good: two minutes later, half a turn of the clock, the time would seem to lie ahead. */
        watch->fills = false;
    }
    if (channel->pulses == watch->pulses || !has_come(now, channel->delivered + BENCH_STAGE_LOOK_TICKS))
        return false;
    watch->pulses = channel->pulses;
    return !watch->fills && channel->delivered == pulse->at;
}

uint16_t bench_stage_fault(const struct bench_stage_looks *looks)
{
    uint16_t one = looks->nodes[0], other = looks->nodes[1];
    uint16_t apart = (uint16_t)(one > other ? one - other : other - one);

    if (looks->flowed > looks->asked + looks->asked / OVER_PART + OVER_CODES)
        return EMS_FAULT_OVER_CURRENT;
    if (looks->high_voltage < HIGH_LEAST_MV || looks->high_voltage > HIGH_MOST_MV)
        return EMS_FAULT_HIGH_VOLTAGE;
    if (one > NODE_MOST_MV || other > NODE_MOST_MV)
        return EMS_FAULT_HIGH_VOLTAGE;
    return apart > APART_MOST_MV ? EMS_FAULT_UNBALANCED : 0;
}
