/* UNCERTIFIED, BENCH ONLY. SPDX-License-Identifier: Apache-2.0 */
#include "hold.h"

#include <util/atomic.h>

#include "marks.h"
#include "pins.h"

static bool is_on;

void hold_pins(uint8_t pins)
{
    ATOMIC_BLOCK(ATOMIC_RESTORESTATE)
    {
        TCNT0 = 0;
        TIFR0 = _BV(OCF0A);
        if (pins) {
            PORTD &= (uint8_t)~PINS_BRIDGE;
            if (!hold_is_killed())
                PORTD |= pins;
            is_on = true;
        }
    }
}

void hold_end(void)
{
    ATOMIC_BLOCK(ATOMIC_RESTORESTATE)
    {
        PORTD &= (uint8_t)~PINS_BRIDGE;
    }
    is_on = false;
}

bool hold_is_on(void)
{
    return is_on;
}

bool hold_is_killed(void)
{
    return MARK_FLAGS & MARKS_KILLED;
}
