/* Timer 1 in normal mode. simavr's own misses a match within a few cycles of the overflow,
 * and does not know the one register through which all 16-bit registers are read and written.
 * SPDX-License-Identifier: Apache-2.0 */
#include "bench.h"

enum { A, B, CHANNELS };

static const struct { uint16_t low; uint8_t flag, vector; } compares[CHANNELS] = {
    {OCR1AL, 1, VECTOR_COMPA},
    {OCR1BL, 2, VECTOR_COMPB},
};

static avr_cycle_count_t began_at; /* TCNT1 was 0 then */
static unsigned prescale;          /* 0: stopped */
static uint8_t temporary;
static uint16_t compare[CHANNELS];
static avr_cycle_count_t matches_at[CHANNELS], overflows_at = NEVER;

avr_cycle_count_t timer_began_at(void)
{
    return began_at;
}

static uint16_t count(void)
{
    return prescale ? (avr->cycle - began_at) / prescale : 0;
}

/* The next time at which the counter goes on from `value`; the flags rise then. */
static avr_cycle_count_t leaves(uint16_t value)
{
    uint16_t ahead = value - count();
    avr_cycle_count_t tick = (avr->cycle - began_at) / prescale;

    return began_at + (tick + ahead + 1) * prescale;
}

static void schedule(void)
{
    for (int i = 0; i < CHANNELS; i++) {
        matches_at[i] = prescale ? leaves(compare[i]) : NEVER;
        chip_step_at(matches_at[i]);
    }
    overflows_at = prescale ? leaves(0xFFFF) : NEVER;
    chip_step_at(overflows_at);
}

static void write_clock(avr_t *a, avr_io_addr_t address, uint8_t value, void *param)
{
    static const unsigned prescales[] = {0, 1, 8, 64, 256, 1024, 0, 0};

    (void)param;
    a->data[address] = value;
    if ((address == TCCR1A && value) || (address == TCCR1B && (value & 0xF8 || value > 5)))
        record("error the bench knows timer 1 in normal mode only");
    if (address == TCCR1B && prescales[value & 7] != prescale) {
        prescale = prescales[value & 7];
        began_at = a->cycle;
        schedule();
    }
}

static uint8_t read_count(avr_t *a, avr_io_addr_t address, void *param)
{
    (void)a, (void)param;
    if (address == TCNT1H)
        return temporary;
    temporary = count() >> 8;
    return count();
}

static void write_count(avr_t *a, avr_io_addr_t address, uint8_t value, void *param)
{
    (void)param;
    if (address == TCNT1H) {
        temporary = value;
        return;
    }
    began_at = a->cycle - (temporary << 8 | value) * prescale;
    schedule();
}

static void write_compare(avr_t *a, avr_io_addr_t address, uint8_t value, void *param)
{
    int channel = address >= OCR1BL ? B : A;

    (void)param;
    if (address != compares[channel].low) {
        temporary = value;
        return;
    }
    compare[channel] = temporary << 8 | value;
    a->data[address] = value;
    a->data[address + 1] = temporary;
    schedule();
}

void timer_init(void)
{
    chip_hook(TCCR1A, NULL, write_clock);
    chip_hook(TCCR1B, NULL, write_clock);
    for (int i = 0; i < 2; i++) {
        chip_hook(TCNT1L + i, read_count, write_count);
        chip_hook(OCR1AL + i, NULL, write_compare);
        chip_hook(OCR1BL + i, NULL, write_compare);
    }
}

void timer_reset(void)
{
    prescale = 0;
    compare[A] = compare[B] = 0;
    temporary = 0;
    schedule();
}

void timer_step(void)
{
    for (int i = 0; i < CHANNELS; i++) {
        if (avr->cycle < matches_at[i])
            continue;
        avr_raise_interrupt(avr, chip_vector(compares[i].vector));
        avr->data[TIFR1] |= 1 << compares[i].flag;
        matches_at[i] += 0x10000ULL * prescale;
    }
    if (avr->cycle >= overflows_at) {
        avr_raise_interrupt(avr, chip_vector(VECTOR_OVERFLOW));
        avr->data[TIFR1] |= 1;
        overflows_at += 0x10000ULL * prescale;
    }
    chip_step_at(matches_at[A]);
    chip_step_at(matches_at[B]);
    chip_step_at(overflows_at);
}
