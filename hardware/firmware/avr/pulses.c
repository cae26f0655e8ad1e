/* SPDX-License-Identifier: Apache-2.0 */
#include "pulses.h"

#include <avr/interrupt.h>
#include <util/atomic.h>

#include "clock.h"
#include "hold.h"
#include "marks.h"
#include "pins.h"

/* The compare fires this many cycles before the edge; the interrupt then waits for the very
 * cycle. It has to outlast the longest other interrupt (the UART's 49 and its entry) and its
 * own 40 to the wait; with the 32 of its way out it must stay below 160 (10 us). */
#define LEAD_TICKS 120U
/* From the end of the wait to the pins' fall, and to their rise, which is a write of its own
 * behind the one that clears them all. */
#define FALL_TICKS 15U
#define RISE_TICKS 17U
/* A pulse that begins sooner than this stays as it is: the DAC needs 8 us, and interrupts may
 * come in between. */
#define CHANGE_TICKS (UINT32_C(100) * TICKS_PER_US)

/* In the order in which the interrupt reads it. */
struct edge {
    uint8_t gate;       /* marks that forbid this edge: a fall is never forbidden */
    uint8_t wake_high;  /* when the timer fires for the next edge */
    uint8_t wake_low;
    uint8_t interrupts; /* of the timer, from now on; 0: this was the last edge */
    uint8_t at;         /* low byte of the time at which the wait ends */
    uint8_t rises;      /* the pin; 0 where all fall */
};

#define EDGES 4U

/* Within one page of memory, so that the interrupt counts in one byte. */
static volatile struct edge edges[EDGES] __attribute__((aligned(32)));
static volatile uint8_t upcoming; /* low byte of the next edge's address */
static volatile uint16_t second_middle; /* of the pulse's negative phase */
static bool is_busy;
static uint32_t begins_at;
static bool is_kept; /* the memory gives back the edges as they were written */

static uint8_t low_address(uint8_t edge)
{
    return (uint8_t)(uint16_t)&edges[edge];
}

void pulses_start(void)
{
    pins_off();
    PORTD &= (uint8_t)~PIN_RX;
    PORTD &= (uint8_t)~PIN_TX;
    PORTD |= PIN_STOP;
    DDRD = PINS_BRIDGE | PIN_HIGH_VOLTAGE | PIN_TX;
    EICRA = _BV(ISC01) | _BV(ISC00); /* the emergency stop's rising edge */
    EIFR = _BV(INTF0);
    EIMSK = _BV(INT0);
    /* 4 us a tick: no phase is as long as this. */
    TCCR0A = 0;
    TCCR0B = PULSES_GUARD_CLOCK;
    OCR0A = PULSES_GUARD_TICKS;
    TIMSK0 = _BV(OCIE0A);
}

void pulses_let_go(void)
{
    pins_off();
    DDRD = PIN_TX;
}

bool pulses_are_low(void)
{
    return !(PORTD & PINS_BRIDGE) && !(PIND & PINS_BRIDGE);
}

/* A mark is cleared only where it was seen: an interrupt may set it in between. */

bool pulses_take_cut(void)
{
    if (!(MARK_FLAGS & MARK_CUT))
        return false;
    MARK_FLAGS &= (uint8_t)~MARK_CUT;
    return true;
}

bool pulses_take_late(void)
{
    if (!(MARK_FLAGS & MARK_LATE))
        return false;
    MARK_FLAGS &= (uint8_t)~MARK_LATE;
    return true;
}

/* Everything off, in the middle of a pulse too: the one pulse that need not be balanced. In
 * assembler because the pins come before anything is saved: an edge may have held it up for 9 us. */
ISR(INT0_vect, ISR_NAKED)
{
    __asm__ volatile(PINS_OFF_ASSEMBLER
                     "sbi %[flags], %[mark] \n\t"
                     "push r24 \n\t"
                     "ldi r24, 0 \n\t"
                     "sts %[timer], r24 \n\t"
                     "pop r24 \n\t"
                     "reti \n"
                     :
                     : [port] "I"(_SFR_IO_ADDR(PORTD)), [bridge] "I"(PIN_BRIDGE_FIRST),
                       [high_voltage] "I"(PIN_HIGH_VOLTAGE_BIT),
                       [timer] "n"(_SFR_MEM_ADDR(TIMSK1)),
                       [flags] "I"(_SFR_IO_ADDR(MARK_FLAGS)), [mark] "I"(MARK_TRIPPED_BIT));
}

void pulses_kill(void)
{
    ATOMIC_BLOCK(ATOMIC_RESTORESTATE)
    {
        pins_off();
        TIMSK1 = 0;
    }
}

/* One edge of a pulse. The loop that waits takes five cycles, so it ends 0 to 4 late; each of
 * the four branches behind it takes one cycle more where that is needed to make it 4. The second
 * clock may have run out while this waited: it begins anew, and what it asked for is taken back. */
ISR(TIMER1_COMPA_vect, ISR_NAKED)
{
    __asm__ volatile("push r24 \n\t"
                     "in r24, __SREG__ \n\t"
                     "push r24 \n\t"
                     "push r25 \n\t"
                     "push r30 \n\t"
                     "push r31 \n\t"
                     "lds r30, %[upcoming] \n\t"
                     "ldi r31, hi8(%[edges]) \n\t"
                     "ld r25, Z+ \n\t"
                     "in r24, %[flags] \n\t"
                     "and r24, r25 \n\t"
                     "brne 7f \n\t"
                     "ld r24, Z+ \n\t"
                     "sts %[compare]+1, r24 \n\t"
                     "ld r24, Z+ \n\t"
                     "sts %[compare], r24 \n\t"
                     "ld r24, Z+ \n\t"
                     "sts %[interrupts], r24 \n\t"
                     "ld r25, Z+ \n"
                     "1: lds r24, %[count] \n\t"
                     "sub r24, r25 \n\t"
                     "brmi 1b \n\t"
                     "cpi r24, 1 \n\t"
                     "brlo 2f \n"
                     "2: cpi r24, 2 \n\t"
                     "brlo 3f \n"
                     "3: cpi r24, 3 \n\t"
                     "brlo 4f \n"
                     "4: cpi r24, 4 \n\t"
                     "brlo 5f \n"
                     "5: in r24, %[port] \n\t"
                     "andi r24, %[all_low] \n\t"
                     "ld r25, Z+ \n\t"
                     "out %[port], r24 \n\t"
                     "or r24, r25 \n\t"
                     "out %[port], r24 \n\t"
                     "ldi r24, 0 \n\t"
                     "out %[guard], r24 \n\t"
                     "sbi %[guard_flags], %[guard_flag] \n\t"
                     "sts %[upcoming], r30 \n"
                     "6: pop r31 \n\t"
                     "pop r30 \n\t"
                     "pop r25 \n\t"
                     "pop r24 \n\t"
                     "out __SREG__, r24 \n\t"
                     "pop r24 \n\t"
                     "reti \n"
                     "7: ldi r24, 0 \n\t"
                     "sts %[interrupts], r24 \n\t"
                     "rjmp 6b \n"
                     :
                     : [upcoming] "i"(&upcoming), [edges] "i"(edges),
                       [flags] "I"(_SFR_IO_ADDR(MARK_FLAGS)),
                       [compare] "n"(_SFR_MEM_ADDR(OCR1AL)),
                       [interrupts] "n"(_SFR_MEM_ADDR(TIMSK1)),
                       [guard] "I"(_SFR_IO_ADDR(TCNT0)), [guard_flags] "I"(_SFR_IO_ADDR(TIFR0)),
                       [guard_flag] "I"(OCF0A), [count] "n"(_SFR_MEM_ADDR(TCNT1L)),
                       [port] "I"(_SFR_IO_ADDR(PORTD)),
                       [all_low] "M"((uint8_t)~PINS_BRIDGE));
}

/* In the middle of each phase, so at least 25 us behind its edge. */
ISR(TIMER1_COMPB_vect)
{
    ADCSRA |= _BV(ADSC);
    if (upcoming == low_address(1))
        OCR1B = second_middle;
    else
        TIMSK1 = _BV(OCIE1A);
}

/* The second clock. Every edge of a pulse sets it back to zero, so it comes here only behind the
 * last edge, or where the next edge of a phase did not come. Bit by bit, because a register of the
 * core that is broken may be why it did not. Unless a second register of the core confirms that timer 1
 * asks for nothing more, this waits here until the watchdog resets the chip. */
ISR(TIMER0_COMPA_vect, ISR_NAKED)
{
    __asm__ volatile("sbic %[port], %[bridge] \n\t"
                     "rjmp 1f \n\t"
                     "sbic %[port], %[bridge]+1 \n\t"
                     "rjmp 1f \n\t"
                     "sbic %[port], %[bridge]+2 \n\t"
                     "rjmp 1f \n\t"
                     "sbic %[port], %[bridge]+3 \n\t"
                     "rjmp 1f \n\t"
                     "reti \n"
                     "1: " PINS_OFF_ASSEMBLER
                     "sbi %[flags], %[mark] \n\t"
                     "push r30 \n\t"
                     "push r31 \n\t"
                     "ldi r30, 0 \n\t"
                     "sts %[timer], r30 \n\t"
                     "lds r31, %[timer] \n"
                     "2: sbrc r31, %[edge] \n\t"
                     "rjmp 2b \n"
                     "3: sbrc r31, %[middle] \n\t"
                     "rjmp 3b \n\t"
                     "pop r31 \n\t"
                     "pop r30 \n\t"
                     "reti \n"
                     :
                     : [port] "I"(_SFR_IO_ADDR(PORTD)), [bridge] "I"(PIN_BRIDGE_FIRST),
                       [high_voltage] "I"(PIN_HIGH_VOLTAGE_BIT), [edge] "I"(OCIE1A),
                       [middle] "I"(OCIE1B), [timer] "n"(_SFR_MEM_ADDR(TIMSK1)),
                       [flags] "I"(_SFR_IO_ADDR(MARK_FLAGS)), [mark] "I"(MARK_LATE_BIT));
}

static void set_edge(uint8_t number, uint16_t at, uint8_t rises)
{
    volatile struct edge *edge = &edges[number];
    edge->gate = number == 0 ? MARK_HOLD : rises ? MARKS_KILLED : 0;
    edge->interrupts = _BV(OCIE1A) | _BV(OCIE1B);
    edge->at = (uint8_t)(at - (rises ? RISE_TICKS : FALL_TICKS));
    edge->rises = rises;
    is_kept = is_kept && edge->at == (uint8_t)(at - (rises ? RISE_TICKS : FALL_TICKS)) &&
              edge->rises == rises;
}

/* Where the timer fires for an edge. Odd, because the simulated timer never matches 0; the
 * wait takes the cycle back. */
static uint16_t wake_for(uint16_t at)
{
    return (uint16_t)(at - LEAD_TICKS) | 1U;
}

static void set_wake(uint8_t number, uint16_t next_at)
{
    uint16_t wake = wake_for(next_at);
    edges[number].wake_high = (uint8_t)(wake >> 8);
    edges[number].wake_low = (uint8_t)wake;
    is_kept = is_kept && edges[number].wake_high == (uint8_t)(wake >> 8) &&
              edges[number].wake_low == (uint8_t)wake;
}

bool pulses_begin(const struct pulse *pulse)
{
    static const uint8_t positive[CHANNELS] = {PIN_A_POSITIVE, PIN_B_POSITIVE};
    static const uint8_t negative[CHANNELS] = {PIN_A_NEGATIVE, PIN_B_NEGATIVE};
    uint16_t width = (uint16_t)(pulse->width_us * TICKS_PER_US);
    uint16_t first = (uint16_t)pulse->at;
    uint16_t second = (uint16_t)(first + width);
    uint16_t third = (uint16_t)(second + EMS_INTERPHASE_GAP_US * TICKS_PER_US);
    uint16_t fourth = (uint16_t)(third + width);
    is_kept = true;
    set_edge(0, first, positive[pulse->channel]);
    set_wake(0, second);
    set_edge(1, second, 0);
    set_wake(1, third);
    set_edge(2, third, negative[pulse->channel]);
    set_wake(2, fourth);
    set_edge(3, fourth, 0);
    edges[3].interrupts = 0;
    if (!is_kept)
        return false;
    begins_at = pulse->at;
    is_busy = true;
    upcoming = low_address(0);
    ATOMIC_BLOCK(ATOMIC_RESTORESTATE)
    {
        OCR1A = wake_for(first);
        OCR1B = (uint16_t)(first + width / 2U) | 1U;
        second_middle = (uint16_t)(third + width / 2U) | 1U;
        TIFR1 = _BV(OCF1A) | _BV(OCF1B);
        if (!(PIND & PIN_STOP))
            TIMSK1 = _BV(OCIE1A) | _BV(OCIE1B);
    }
    return true;
}

void pulses_revoke(void)
{
    ATOMIC_BLOCK(ATOMIC_RESTORESTATE)
    {
        if (upcoming == low_address(0))
            TIMSK1 = 0;
    }
}

bool pulses_can_change(void)
{
    return is_busy && !has_come(clock_now() + CHANGE_TICKS, begins_at);
}

bool pulses_are_busy(void)
{
    return is_busy || hold_is_on();
}

bool pulses_take_ended(void)
{
    if (!is_busy || TIMSK1 != 0 || (ADCSRA & _BV(ADSC)))
        return false;
    is_busy = false;
    return upcoming == low_address(EDGES);
}

void pulses_high_voltage_on(void)
{
    ATOMIC_BLOCK(ATOMIC_RESTORESTATE)
    {
        if (!(MARK_FLAGS & MARKS_KILLED))
            PORTD |= PIN_HIGH_VOLTAGE;
    }
}

void pulses_high_voltage_off(void)
{
    PORTD &= (uint8_t)~PIN_HIGH_VOLTAGE;
}

bool pulses_take_tripped(void)
{
    if (!(MARK_FLAGS & MARK_TRIPPED))
        return PIND & PIN_STOP;
    /* Cleared only here, once it was read: so a stop is seen however short it was. */
    MARK_FLAGS &= (uint8_t)~MARK_TRIPPED;
    return true;
}
