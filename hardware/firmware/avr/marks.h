/* What the interrupts and the main loop tell each other, in the chip's general-purpose
 * registers, which cost an interrupt one cycle instead of two.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EMS_MARKS_H
#define EMS_MARKS_H

#include <avr/io.h>

#define MARK_FLAGS GPIOR0 /* single bits are set and cleared by one instruction */
#define MARK_HOLD_BIT 0
#define MARK_HOLD _BV(MARK_HOLD_BIT) /* an unread frame may be an off: begin no pulse */
#define MARK_TRIPPED_BIT 2
#define MARK_TRIPPED _BV(MARK_TRIPPED_BIT) /* the emergency stop has opened */
#define MARK_CUT_BIT 3
#define MARK_CUT _BV(MARK_CUT_BIT)   /* too much current: the pulse was cut short */
#define MARK_LATE_BIT 4
#define MARK_LATE _BV(MARK_LATE_BIT) /* a phase did not end: the second clock ended it */
/* An interrupt has dropped everything, in the middle of a pulse too. */
#define MARKS_KILLED (MARK_TRIPPED | MARK_CUT | MARK_LATE)

/* Until the line starts, GPIOR2 says whether the test of memory failed. */
#define MARK_HEAD GPIOR1   /* where the next byte from the host goes */
#define MARK_LENGTH GPIOR2 /* bytes of the running frame */

#endif
