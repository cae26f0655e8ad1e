/* Faults in the metal: a bit of the chip's data space flips, or stays what it is not meant to be.
 * SPDX-License-Identifier: Apache-2.0 */
#include "bench.h"

static uint16_t jammed_at;
static uint8_t jammed_mask, jammed_value;
static avr_cycle_count_t jammed_until;

/* As if the program had written it, so that the parts modelled here follow. Only flags rise when they
 * flip: a program that writes a one clears them. */
static void put(uint16_t address, uint8_t value)
{
    avr_io_addr_t io = AVR_DATA_TO_IO(address);
    bool is_flags = (address >= TIFR0 && address <= TIFR2) || address == EIFR;

    if (address < 32 || address >= SRAM || is_flags || !avr->io[io].w.c)
        avr->data[address] = value;
    else
        avr->io[io].w.c(avr, address, value, avr->io[io].w.param);
    if (address == R_SREG)
        SET_SREG_FROM(avr, value);
}

static uint8_t is(uint16_t address)
{
    uint8_t sreg;

    if (address != R_SREG)
        return avr->data[address];
    READ_SREG_INTO(avr, sreg);
    return sreg;
}

void fault_flip(unsigned address, int bit)
{
    record("flip %x %d", address, bit);
    put(address, is(address) ^ 1 << bit);
}

void fault_corrupt(unsigned address, int bit)
{
    record("corrupt %x %d", address, bit);
    avr->flash[address] ^= 1 << bit;
}

void fault_jam(unsigned address, int bit, int level, avr_cycle_count_t cycles)
{
    jammed_at = address;
    jammed_mask = 1 << (bit & 7);
    jammed_value = (level < 0 ? ~is(address) : level ? 0xFF : 0) & jammed_mask;
    jammed_until = avr->cycle + cycles;
    record("jam %x %d", address, bit);
    fault_step();
}

void fault_step(void)
{
    if (!jammed_mask)
        return;
    if (avr->cycle >= jammed_until)
        jammed_mask = 0;
    else if ((is(jammed_at) & jammed_mask) != jammed_value)
        put(jammed_at, (is(jammed_at) & ~jammed_mask) | jammed_value);
}
