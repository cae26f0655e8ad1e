/* What happens before main: pins and watchdog.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "start.h"

#include <avr/wdt.h>

#include "pins.h"
#include "protocol.h"

/* Survive a reset, so that the arming numbers go on where they were. */
uint16_t start_seed __attribute__((section(".noinit")));
uint8_t start_cause __attribute__((section(".noinit")));

void start_early(void) __attribute__((naked, used, section(".init3")));

void start_early(void)
{
    PORTD = PORTD_OFF;
    DDRD = PINS_BRIDGE | PIN_HIGH_VOLTAGE | PIN_TX;
    start_cause = MCUSR;
    MCUSR = 0;
    wdt_enable(WDTO_30MS);
}

uint8_t start_faults(void)
{
    if (start_cause & _BV(WDRF))
        return EMS_FAULT_WATCHDOG;
    /* While the supply comes up at first, the brown-out detector speaks as well. */
    if ((start_cause & _BV(BORF)) && !(start_cause & _BV(PORF)))
        return EMS_FAULT_BROWN_OUT;
    return 0;
}
