/* SPDX-License-Identifier: Apache-2.0 */
#include "clock.h"

#include <avr/io.h>
#include <util/atomic.h>

/* A test build begins shortly before the time wraps. */
#ifndef TEST_OVERFLOWS
#define TEST_OVERFLOWS 0
#endif

static uint16_t overflows = TEST_OVERFLOWS;

void clock_start(void)
{
    TCCR1A = 0;
    TCCR1B = _BV(CS10);
}

static uint16_t count(void)
{
    uint16_t now = 0;
    /* The interrupts use the same temporary register for the other byte. */
    ATOMIC_BLOCK(ATOMIC_RESTORESTATE)
    {
        now = TCNT1;
    }
    return now;
}

uint32_t clock_now(void)
{
    uint16_t low = count();
    if (TIFR1 & _BV(TOV1)) {
        TIFR1 = _BV(TOV1);
        overflows++;
        low = count();
    }
    return (uint32_t)overflows << 16 | low;
}
