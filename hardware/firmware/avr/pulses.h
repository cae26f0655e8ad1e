/* The pulse engine on timer 1: the only code that raises a pin of the bridge.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EMS_PULSES_H
#define EMS_PULSES_H

#include <stdbool.h>
#include <stdint.h>

#include "stage.h"

/* Timer 0 ends a phase that did not end: 110 times 4 us. */
#define PULSES_GUARD_TICKS 110U
#define PULSES_GUARD_CLOCK (_BV(CS01) | _BV(CS00))

/* Everything off, now, in the middle of a pulse too. */
void pulses_kill(void);

/* Bridge and high voltage become outputs, all off. */
void pulses_start(void);

/* Hands over a pulse that begins 0.1 to 2 ms from now. False if the memory does not keep its edges:
 * then it is not handed over. */
bool pulses_begin(const struct pulse *pulse);

/* Takes back the pulse if it has not begun. */
void pulses_revoke(void);

/* Whether a pulse was handed over and can still be changed. */
bool pulses_can_change(void);

/* Whether a pulse was handed over and has not ended. */
bool pulses_are_busy(void);

/* True once after each pulse that has ended and was delivered. */
bool pulses_take_ended(void);

/* Bridge and high voltage become inputs, which resistors on the board hold low: whatever else of the
 * chip could drive them does so no more. */
void pulses_let_go(void);

/* Whether all four pins of the bridge are low, as written and as read back. */
bool pulses_are_low(void);

/* True once after a pulse was cut short: by too much current, or by the second clock. */
bool pulses_take_cut(void);
bool pulses_take_late(void);

/* The high voltage on, unless the emergency stop is open. */
void pulses_high_voltage_on(void);
void pulses_high_voltage_off(void);

/* Whether the emergency stop is open, or was since the last question. */
bool pulses_take_tripped(void);

#endif
