/* What only a simulator can measure. SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "bench.h"

static struct {
    unsigned longest_interrupt[VECTORS];
    unsigned longest_masked;
    unsigned longest_pass;
    unsigned deepest_stack;
} measured;

/* Masked before interrupts were allowed for the first time does not count. */
static enum { BEFORE, ALLOWED, MASKED } mask;
static avr_cycle_count_t masked_since, entered_at[64], pass_began;
static avr_flashaddr_t loop_at;

static void keep_longest(unsigned *longest, avr_cycle_count_t since)
{
    if (avr->cycle - since > *longest)
        *longest = avr->cycle - since;
}

void measure_reset(void)
{
    mask = BEFORE;
    pass_began = 0;
}

void measure_entry(int depth)
{
    entered_at[depth] = avr->cycle;
}

void measure_pass(void)
{
    if (pass_began && loop_at == avr->pc)
        keep_longest(&measured.longest_pass, pass_began);
    pass_began = avr->cycle;
    loop_at = avr->pc;
}

avr_flashaddr_t measure_loop_at(void)
{
    return loop_at;
}

void measure_step(int depth_before, int vector_before)
{
    unsigned used = SRAM_END - (avr->data[SPL] | avr->data[SPH] << 8);
    int depth = avr->interrupts.running_ptr;

    if (depth < depth_before)
        keep_longest(&measured.longest_interrupt[vector_before], entered_at[depth]);
    /* The self-test of the stack pointer is no use of the stack. */
    if (mask != BEFORE && used < 2048 && used > measured.deepest_stack)
        measured.deepest_stack = used;
    if (avr->sreg[S_I]) {
        if (mask == MASKED)
            keep_longest(&measured.longest_masked, masked_since);
        mask = ALLOWED;
    } else if (mask == ALLOWED) {
        mask = MASKED;
        masked_since = avr->cycle;
    }
}

void measure_print(void)
{
    printf(" stack=%u pass=%u masked=%u clock=%llu", measured.deepest_stack,
           measured.longest_pass, measured.longest_masked,
           (unsigned long long)timer_began_at());
    for (int i = 0; i < VECTORS; i++)
        if (measured.longest_interrupt[i])
            printf(" vector_%d=%u", i, measured.longest_interrupt[i]);
}
