/* SPI as master, and the MCP4922 on it. SPDX-License-Identifier: Apache-2.0 */
#include "bench.h"

enum { SPIE = 7, SPE = 6, MSTR = 4, SPIF = 7, SPI2X = 0 };

static avr_int_vector_t *transferred;
static avr_cycle_count_t done_at = NEVER;
static uint8_t shifting;
static bool flag_was_read;

static uint32_t word;
static int bits;
static bool is_selected;
static int codes[2]; /* a DAC keeps its code over a reset of the chip */

void dac_upset(int channel, int code)
{
    codes[channel] = code;
    record("dac %c %d", "AB"[channel], code);
}

int dac_code(int channel)
{
    return codes[channel];
}

static int reference_mv = 3200;

void dac_set_reference_mv(int mv)
{
    reference_mv = mv;
}

/* A millivolt is a code. With 3.2 V, 80 mA are the full scale: 4095 steps are 3200 codes. */
static int codes_of(int steps)
{
    return steps == 0xFFF ? reference_mv : (steps * (reference_mv / 128) + 16) / 32;
}

void dac_chip_select(bool high)
{
    bool was_selected = is_selected;

    is_selected = !high;
    if (is_selected) {
        word = bits = 0;
        return;
    }
    if (!was_selected)
        return;
    if (done_at != NEVER)
        record("error the DAC was let go in the middle of a byte");
    /* Gain 1, not shut down, not buffered: anything else is not what the board was built for. */
    if (bits != 16 || (word & 0x7000) != 0x3000) {
        record("error the DAC got %d bits %04x", bits, word);
        return;
    }
    codes[word >> 15] = codes_of(word & 0xFFF);
    record("dac %c %d", "AB"[word >> 15], codes[word >> 15]);
}

static unsigned byte_cycles(void)
{
    static const unsigned divisors[] = {4, 16, 64, 128};
    return 8 * divisors[avr->data[SPCR] & 3] >> bit_of(SPSR, SPI2X);
}

static void write_data(avr_t *a, avr_io_addr_t address, uint8_t byte, void *param)
{
    (void)a, (void)address, (void)param;
    if (done_at != NEVER) {
        record("error a byte was written into a busy SPI");
        return;
    }
    if (!bit_of(SPCR, SPE) || !bit_of(SPCR, MSTR))
        return;
    if (flag_was_read)
        avr->data[SPSR] &= ~(1 << SPIF);
    flag_was_read = false;
    shifting = byte;
    done_at = avr->cycle + byte_cycles();
    chip_step_at(done_at);
}

static uint8_t read_data(avr_t *a, avr_io_addr_t address, void *param)
{
    (void)a, (void)address, (void)param;
    if (flag_was_read)
        avr->data[SPSR] &= ~(1 << SPIF);
    flag_was_read = false;
    return 0;
}

static uint8_t read_status(avr_t *a, avr_io_addr_t address, void *param)
{
    (void)param;
    flag_was_read = a->data[address] >> SPIF & 1;
    return a->data[address];
}

static void write_status(avr_t *a, avr_io_addr_t address, uint8_t value, void *param)
{
    (void)param;
    a->data[address] = (a->data[address] & 0xC0) | (value & 1);
}

static void write_control(avr_t *a, avr_io_addr_t address, uint8_t value, void *param)
{
    (void)param;
    a->data[address] = value;
    if ((value >> SPE & 1) && (value >> MSTR & 1) && !bit_of(DDRB, 2))
        record("error SPI is master while PB2 is an input");
}

void dac_init(void)
{
    transferred = chip_vector(VECTOR_SPI);
    chip_hook(SPDR, read_data, write_data);
    chip_hook(SPSR, read_status, write_status);
    chip_hook(SPCR, NULL, write_control);
}

void dac_reset(void)
{
    done_at = NEVER;
    flag_was_read = false;
}

void dac_step(void)
{
    chip_step_at(done_at);
    if (avr->cycle < done_at)
        return;
    done_at = NEVER;
    avr->data[SPSR] |= 1 << SPIF;
    if (bit_of(SPCR, SPIE))
        avr_raise_interrupt(avr, transferred);
    if (!bit_of(DDRB, 3) || !bit_of(DDRB, 5))
        record("error SPI runs while PB3 or PB5 is an input");
    if (is_selected) {
        word = (word << 8 | shifting) & 0xFFFF;
        bits += 8;
    }
}
