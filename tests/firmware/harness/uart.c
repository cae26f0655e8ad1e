/* UART 0, and the line of 250000 bit/s to it. SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "bench.h"

#define LINE_BYTE (10 * CPU_HZ / 250000)
#define QUEUE 65536
#define LONGEST_LOGGED 64

enum { RXC = 7, TXC = 6, UDRE = 5, DOR = 3, U2X = 1 };
enum { RXCIE = 7, TXCIE = 6, UDRIE = 5, RXEN = 4, TXEN = 3 };

static avr_int_vector_t *receive, *empty, *complete;

static uint8_t line[QUEUE]; /* from the host, not yet arrived */
static unsigned line_head, line_count;
static avr_cycle_count_t arrives_at = NEVER;

static uint8_t unread[2];
static int unread_count;

static uint8_t shifting, waiting;
static bool is_shifting, is_waiting;
static avr_cycle_count_t sent_at = NEVER;

static uint8_t out[QUEUE]; /* to the host, not yet taken */
static int out_count;

struct frame {
    const char *name;
    uint8_t bytes[LONGEST_LOGGED];
    int count;
};
static struct frame heard = {.name = "rx"}, said = {.name = "tx"};

static void log_byte(struct frame *frame, uint8_t byte)
{
    char hex[2 * LONGEST_LOGGED + 1] = "";

    if (byte != 0)
        frame->bytes[frame->count++] = byte;
    if (frame->count == 0 || (byte != 0 && frame->count < LONGEST_LOGGED))
        return;
    for (int i = 0; i < frame->count; i++)
        sprintf(hex + 2 * i, "%02x", frame->bytes[i]);
    record("%s %s%s", frame->name, hex, byte == 0 ? "00" : "");
    frame->count = 0;
}

static unsigned byte_cycles(void)
{
    unsigned divisor = 1 + (avr->data[UBRR0L] | (avr->data[UBRR0H] & 15) << 8);
    return 10 * divisor * (bit_of(UCSR0A, U2X) ? 8 : 16);
}

static void set(uint16_t address, int bit, bool on)
{
    avr->data[address] = (avr->data[address] & ~(1 << bit)) | on << bit;
}

/* A byte's stop bit is over. The chip keeps two; the next one is lost. */
static void arrive(uint8_t byte)
{
    log_byte(&heard, byte);
    if (!bit_of(UCSR0B, RXEN))
        return;
    if (byte_cycles() != LINE_BYTE || (avr->data[UCSR0C] & 0xFE) != 0x06) {
        record("error the UART is not at 250000 8N1");
        return;
    }
    if (unread_count == 2) {
        set(UCSR0A, DOR, true);
        record("lost %02x", byte);
        return;
    }
    unread[unread_count++] = byte;
    set(UCSR0A, RXC, true);
}

static uint8_t read_data(avr_t *a, avr_io_addr_t address, void *param)
{
    uint8_t byte = unread[0];

    (void)a, (void)address, (void)param;
    if (unread_count) {
        unread[0] = unread[1];
        unread_count--;
    }
    set(UCSR0A, RXC, unread_count > 0);
    set(UCSR0A, DOR, false);
    return byte;
}

static void shift(uint8_t byte)
{
    shifting = byte;
    is_shifting = true;
    sent_at = avr->cycle + byte_cycles();
    chip_step_at(sent_at);
}

static void write_data(avr_t *a, avr_io_addr_t address, uint8_t byte, void *param)
{
    (void)a, (void)address, (void)param;
    if (!bit_of(UCSR0B, TXEN))
        return;
    if (!is_shifting) {
        shift(byte);
    } else {
        if (is_waiting)
            record("error a byte was written into a full UART");
        waiting = byte;
        is_waiting = true;
        set(UCSR0A, UDRE, false);
    }
}

static void sent(void)
{
    log_byte(&said, shifting);
    if (out_count < QUEUE)
        out[out_count++] = shifting;
    if (is_waiting) {
        is_waiting = false;
        set(UCSR0A, UDRE, true);
        shift(waiting);
    } else {
        is_shifting = false;
        sent_at = NEVER;
        set(UCSR0A, TXC, true);
    }
}

static void write_status(avr_t *a, avr_io_addr_t address, uint8_t value, void *param)
{
    (void)a, (void)param;
    if (value >> TXC & 1)
        set(address, TXC, false);
    avr->data[address] = (avr->data[address] & 0xFC) | (value & 3);
}

static void write_control(avr_t *a, avr_io_addr_t address, uint8_t value, void *param)
{
    (void)a, (void)param;
    avr->data[address] = value;
    if (!(value >> RXEN & 1)) {
        unread_count = 0;
        set(UCSR0A, RXC, false);
    }
}

static void write_plain(avr_t *a, avr_io_addr_t address, uint8_t value, void *param)
{
    (void)param;
    a->data[address] = value;
}

void uart_init(void)
{
    receive = chip_vector(VECTOR_RX);
    empty = chip_vector(VECTOR_UDRE);
    complete = chip_vector(VECTOR_TX);
    chip_hook(UDR0, read_data, write_data);
    chip_hook(UCSR0A, NULL, write_status);
    chip_hook(UCSR0B, NULL, write_control);
    chip_hook(UCSR0C, NULL, write_plain);
    chip_hook(UBRR0L, NULL, write_plain);
    chip_hook(UBRR0H, NULL, write_plain);
}

void uart_reset(void)
{
    unread_count = 0;
    is_shifting = is_waiting = false;
    sent_at = NEVER;
    said.count = 0;
    avr->data[UCSR0A] = 1 << UDRE;
    avr->data[UCSR0B] = 0;
    avr->data[UCSR0C] = 0x06;
}

void uart_step(void)
{
    if (avr->cycle >= arrives_at) {
        uint8_t byte = line[line_head];
        line_head = (line_head + 1) % QUEUE;
        arrives_at = --line_count ? arrives_at + LINE_BYTE : NEVER;
        arrive(byte);
    }
    if (avr->cycle >= sent_at)
        sent();
    chip_step_at(arrives_at);
    chip_step_at(sent_at);
}

void uart_request(void)
{
    uint8_t flags = avr->data[UCSR0A] & avr->data[UCSR0B];

    chip_request(complete, flags >> TXC & 1);
    chip_request(receive, flags >> RXC & 1);
    chip_request(empty, flags >> UDRE & 1);
}

/* The first of these bytes begins now, or when those before it are through. */
void uart_send(const uint8_t *bytes, int count)
{
    for (int i = 0; i < count && line_count < QUEUE; i++) {
        line[(line_head + line_count++) % QUEUE] = bytes[i];
        if (arrives_at == NEVER)
            arrives_at = avr->cycle + LINE_BYTE;
    }
    chip_step_at(arrives_at);
}

int uart_backlog(void)
{
    return line_count;
}

void uart_drop_backlog(void)
{
    line_count = 0;
    arrives_at = NEVER;
}

int uart_take(uint8_t *bytes, int room)
{
    int count = out_count < room ? out_count : room;

    memcpy(bytes, out, count);
    out_count -= count;
    memmove(out, out + count, out_count);
    return count;
}
