/* SPDX-License-Identifier: Apache-2.0 */
#include "link.h"

#include <avr/interrupt.h>
#include <avr/io.h>
#include <util/atomic.h>

#include "marks.h"
#include "protocol.h"

/* A ring of 256 bytes: its indices wrap by themselves. The line needs 10 ms to fill it and
 * the main loop looks every 0.5 ms. */
static volatile uint8_t ring[256];
static uint8_t tail;

#define SET_POINT_BYTES (sizeof(struct ems_set_point) + 3U)

void link_start(void)
{
    UBRR0 = F_CPU / 16 / EMS_BAUD_RATE - 1;
    UCSR0C = _BV(UCSZ01) | _BV(UCSZ00);
    UCSR0B = _BV(RXCIE0) | _BV(RXEN0) | _BV(TXEN0);
}

/* Short, because it may hold up an edge of a pulse: see TIMER_LEAD in pulses.c. A frame that
 * is no set-point may be an off or a hello: no pulse begins until it has been read. */
ISR(USART_RX_vect)
{
    uint8_t byte = UDR0;
    uint8_t head = MARK_HEAD;
    ring[head] = byte;
    MARK_HEAD = (uint8_t)(head + 1U);
    uint8_t length = MARK_LENGTH;
    if (byte != 0) {
        length++;
    } else {
        if (length != SET_POINT_BYTES)
            MARK_FLAGS |= MARK_HOLD;
        length = 0;
    }
    MARK_LENGTH = length;
}

bool link_take(uint8_t *byte)
{
    if (tail == MARK_HEAD)
        return false;
    *byte = ring[tail++];
    return true;
}

void link_settle(void)
{
    ATOMIC_BLOCK(ATOMIC_FORCEON)
    {
        if (tail == MARK_HEAD)
            MARK_FLAGS &= (uint8_t)~MARK_HOLD;
    }
}

bool link_send(uint8_t byte)
{
    if (!(UCSR0A & _BV(UDRE0)))
        return false;
    UDR0 = byte;
    return true;
}
