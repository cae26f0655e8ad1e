/* SPDX-License-Identifier: Apache-2.0 */
#include "pulses.h"

#include <avr/interrupt.h>
#include <util/atomic.h>

#include "clock.h"
#include "marks.h"
#include "pins.h"

/* The compare fires this many cycles before the edge; the interrupt then waits for the very
 * cycle. It has to outlast the longest other interrupt, the longest moment with interrupts
 * off, and its own way to the wait; with its way out it must stay below 160 (10 us). */
#define LEAD_TICKS 104U
/* A pulse that begins sooner than this stays as it is: the DAC needs its time. */
#define CHANGE_TICKS STAGE_NOTICE_TICKS
/* A rising pin follows the write that clears all others by two cycles. */
#define RISE_TICKS 2U

struct edge {
    uint16_t at;        /* low word of the time at which the wait ends */
    uint16_t next_wake; /* where the timer fires for the next edge */
    uint8_t rises;      /* the pin; 0 where all fall */
};

enum { FIRST_EDGE = 0, EDGES = 4, ENDED = EDGES, SKIPPED };

static struct edge edges[EDGES];
static volatile uint8_t step = ENDED; /* the next edge, or how it ended */
static bool is_busy;
static uint32_t begins_at;

void pulses_start(void)
{
    PORTD = PORTD_OFF;
    DDRD = PINS_BRIDGE | PIN_HIGH_VOLTAGE | PIN_TX;
    EICRA = _BV(ISC01) | _BV(ISC00); /* the emergency stop's rising edge */
    EIFR = _BV(INTF0);
    EIMSK = _BV(INT0);
}

/* Everything off, in the middle of a pulse too: the one pulse that need not be balanced. */
ISR(INT0_vect)
{
    PORTD = PORTD_OFF;
    TIMSK1 = 0;
    step = SKIPPED;
    MARK_FLAGS |= MARK_TRIPPED;
}

void pulses_kill(void)
{
    ATOMIC_BLOCK(ATOMIC_FORCEON)
    {
        PORTD = PORTD_OFF;
        TIMSK1 = 0;
        step = SKIPPED;
    }
}

/* Returns a fixed number of cycles after the timer's low byte was that of `target`, which
 * is less than 128 cycles away. The loop takes five cycles, so it ends 0 to 4 late; each of
 * the four branches takes one cycle more where that is needed to make it 4. */
static inline void __attribute__((always_inline)) wait_for(uint16_t target)
{
    uint8_t late;
    __asm__ volatile("1: lds %0, %2 \n\t"
                     "sub %0, %1 \n\t"
                     "brmi 1b \n\t"
                     "cpi %0, 1 \n\t"
                     "brlo 2f \n"
                     "2: cpi %0, 2 \n\t"
                     "brlo 3f \n"
                     "3: cpi %0, 3 \n\t"
                     "brlo 4f \n"
                     "4: cpi %0, 4 \n\t"
                     "brlo 5f \n"
                     "5: \n"
                     : "=&d"(late)
                     : "r"((uint8_t)target), "n"(_SFR_MEM_ADDR(TCNT1L))
                     : "cc");
}

ISR(TIMER1_COMPA_vect)
{
    uint8_t now = step;
    const struct edge *edge = &edges[now];
    uint8_t rises = edge->rises;
    uint8_t next = (uint8_t)(now + 1U);
    if (now == FIRST_EDGE && ((MARK_FLAGS & (MARK_HOLD | MARK_DAC)) || (PIND & PIN_STOP))) {
        next = SKIPPED;
    } else {
        wait_for(edge->at);
        uint8_t all_low = PORTD & (uint8_t)~PINS_BRIDGE;
        PORTD = all_low;
        PORTD = all_low | rises;
    }
    OCR1A = edge->next_wake;
    step = next;
    if (next >= ENDED)
        TIMSK1 = 0;
}

/* In the middle of the positive phase, so at least 25 us behind its edge. */
ISR(TIMER1_COMPB_vect)
{
    ADCSRA |= _BV(ADSC);
    TIMSK1 = _BV(OCIE1A);
}

/* Where the timer fires for an edge. Odd, because the simulated timer never matches 0; the
 * cycle is taken back by the wait. */
static uint16_t wake(uint16_t edge_at)
{
    return (uint16_t)(edge_at - LEAD_TICKS) | 1U;
}

void pulses_begin(const struct pulse *pulse)
{
    static const uint8_t positive[CHANNELS] = {PIN_A_POSITIVE, PIN_B_POSITIVE};
    static const uint8_t negative[CHANNELS] = {PIN_A_NEGATIVE, PIN_B_NEGATIVE};
    uint16_t width = (uint16_t)(pulse->width_us * TICKS_PER_US);
    uint16_t at = (uint16_t)pulse->at;
    begins_at = pulse->at;
    edges[0].rises = positive[pulse->channel];
    edges[0].at = (uint16_t)(at - RISE_TICKS);
    edges[1].at = (uint16_t)(at + width);
    at = (uint16_t)(at + width + EMS_INTERPHASE_GAP_US * TICKS_PER_US);
    edges[2].rises = negative[pulse->channel];
    edges[2].at = (uint16_t)(at - RISE_TICKS);
    edges[3].at = (uint16_t)(at + width);
    for (uint8_t i = 0; i < EDGES - 1; i++)
        edges[i].next_wake = wake(edges[i + 1].at);
    is_busy = true;
    ATOMIC_BLOCK(ATOMIC_FORCEON)
    {
        OCR1A = wake(edges[0].at);
        OCR1B = (uint16_t)(edges[1].at - width / 2U) | 1U;
        TIFR1 = _BV(OCF1A) | _BV(OCF1B);
        step = FIRST_EDGE;
        /* A stop that came in the meantime has its mark set: the first edge sees the pin,
         * and the main loop the mark. */
        TIMSK1 = _BV(OCIE1A) | _BV(OCIE1B);
    }
}

void pulses_revoke(void)
{
    ATOMIC_BLOCK(ATOMIC_FORCEON)
    {
        if (step == FIRST_EDGE) {
            TIMSK1 = 0;
            step = SKIPPED;
        }
    }
}

bool pulses_can_change(void)
{
    return is_busy && step == FIRST_EDGE && !has_come(clock_now() + CHANGE_TICKS, begins_at);
}

bool pulses_are_busy(void)
{
    return is_busy;
}

bool pulses_take_ended(void)
{
    uint8_t how = step;
    if (!is_busy || how < ENDED)
        return false;
    is_busy = false;
    return how == ENDED;
}

void pulses_high_voltage_on(void)
{
    ATOMIC_BLOCK(ATOMIC_FORCEON)
    {
        if (!(MARK_FLAGS & MARK_TRIPPED))
            PORTD |= PIN_HIGH_VOLTAGE;
    }
}

void pulses_high_voltage_off(void)
{
    PORTD &= (uint8_t)~PIN_HIGH_VOLTAGE;
}

bool pulses_take_tripped(void)
{
    bool is_tripped = (MARK_FLAGS & MARK_TRIPPED) || (PIND & PIN_STOP);
    MARK_FLAGS &= (uint8_t)~MARK_TRIPPED;
    return is_tripped;
}
