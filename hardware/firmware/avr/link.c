/* SPDX-License-Identifier: Apache-2.0 */
#include "link.h"

#include <avr/interrupt.h>
#include <avr/io.h>
#include <util/atomic.h>

#include "frame.h"
#include "marks.h"
#include "protocol.h"

/* A ring of 256 bytes: its indices wrap by themselves. The line needs 10 ms to fill it and
 * the main loop looks every 0.5 ms. */
static volatile uint8_t ring[256];
static uint8_t tail;
/* The line brings 13 bytes a pass. */
#define MOST_IN_RING 192U
#define MUCH_IN_RING 64U

static const uint8_t *volatile next_byte; /* to be sent */
static volatile uint8_t bytes_left;

#define SET_POINT_BYTES (sizeof(struct ems_set_point) + FRAME_OVERHEAD)

void link_start(void)
{
    UBRR0 = LINK_DIVISOR;
    UCSR0C = LINK_FORMAT;
    UCSR0B = LINK_CONTROL;
}

void link_repair(void)
{
    UCSR0A = 0; /* its flags take no zero */
    if (UBRR0 != LINK_DIVISOR)
        UBRR0 = LINK_DIVISOR;
    if (UCSR0C != LINK_FORMAT)
        UCSR0C = LINK_FORMAT;
    UCSR0B = (uint8_t)(LINK_CONTROL | (UCSR0B & _BV(UDRIE0)));
}

/* In assembler because it may hold up an edge of a pulse: 49 cycles at most. Every byte goes
 * into the ring. A frame that is no set-point may be an off or a hello: no pulse begins
 * until it has been read. */
ISR(USART_RX_vect, ISR_NAKED)
{
    __asm__ volatile("push r24 \n\t"
                     "in r24, __SREG__ \n\t"
                     "push r24 \n\t"
                     "push r30 \n\t"
                     "push r31 \n\t"
                     "lds r24, %[data] \n\t"
                     "in r30, %[head] \n\t"
                     "ldi r31, 0 \n\t"
                     "subi r30, lo8(-(%[ring])) \n\t"
                     "sbci r31, hi8(-(%[ring])) \n\t"
                     "st Z, r24 \n\t"
                     "in r30, %[head] \n\t"
                     "inc r30 \n\t"
                     "out %[head], r30 \n\t"
                     "in r30, %[length] \n\t"
                     "inc r30 \n\t"
                     "tst r24 \n\t"
                     "brne 2f \n\t"
                     "cpi r30, %[set_point] \n\t"
                     "breq 1f \n\t"
                     "sbi %[flags], %[hold] \n"
                     "1: ldi r30, 0 \n"
                     "2: out %[length], r30 \n\t"
                     "pop r31 \n\t"
                     "pop r30 \n\t"
                     "pop r24 \n\t"
                     "out __SREG__, r24 \n\t"
                     "pop r24 \n\t"
                     "reti \n"
                     :
                     : [data] "n"(_SFR_MEM_ADDR(UDR0)), [ring] "i"(ring),
                       [head] "I"(_SFR_IO_ADDR(MARK_HEAD)),
                       [length] "I"(_SFR_IO_ADDR(MARK_LENGTH)),
                       [flags] "I"(_SFR_IO_ADDR(MARK_FLAGS)), [hold] "I"(MARK_HOLD_BIT),
                       [set_point] "M"(SET_POINT_BYTES));
}

bool link_take(uint8_t *byte)
{
    if (tail == MARK_HEAD)
        return false;
    *byte = ring[tail++];
    return true;
}

bool link_is_filling(void)
{
    return (uint8_t)(MARK_HEAD - tail) > MUCH_IN_RING;
}

uint8_t link_drop_excess(void)
{
    uint8_t head = MARK_HEAD;
    uint8_t level = (uint8_t)(head - tail);
    if (level < MOST_IN_RING)
        return 0;
    tail = head;
    return level;
}

void link_settle(void)
{
    ATOMIC_BLOCK(ATOMIC_RESTORESTATE)
    {
        if (tail == MARK_HEAD)
            MARK_FLAGS &= (uint8_t)~MARK_HOLD;
    }
}

void link_send(const uint8_t *bytes, uint8_t count)
{
    next_byte = bytes;
    bytes_left = count;
    UCSR0B = LINK_CONTROL | _BV(UDRIE0);
}

bool link_is_sending(void)
{
    return UCSR0B & _BV(UDRIE0);
}

/* In assembler because it may hold up an edge of a pulse: 54 cycles at most. */
ISR(USART_UDRE_vect, ISR_NAKED)
{
    __asm__ volatile("push r24 \n\t"
                     "in r24, __SREG__ \n\t"
                     "push r24 \n\t"
                     "push r30 \n\t"
                     "push r31 \n\t"
                     "lds r30, %[next] \n\t"
                     "lds r31, %[next]+1 \n\t"
                     "ld r24, Z+ \n\t"
                     "sts %[data], r24 \n\t"
                     "sts %[next], r30 \n\t"
                     "sts %[next]+1, r31 \n\t"
                     "lds r24, %[left] \n\t"
                     "dec r24 \n\t"
                     "sts %[left], r24 \n\t"
                     "brne 1f \n\t"
                     "ldi r24, %[idle] \n\t"
                     "sts %[control], r24 \n"
                     "1: pop r31 \n\t"
                     "pop r30 \n\t"
                     "pop r24 \n\t"
                     "out __SREG__, r24 \n\t"
                     "pop r24 \n\t"
                     "reti \n"
                     :
                     : [next] "i"(&next_byte), [data] "n"(_SFR_MEM_ADDR(UDR0)),
                       [left] "i"(&bytes_left), [idle] "M"(LINK_CONTROL),
                       [control] "n"(_SFR_MEM_ADDR(UCSR0B)));
}
