/* SPDX-License-Identifier: Apache-2.0 */
#include "dac.h"

#include "pins.h"
#include "stage.h"

/* Unbuffered, gain 1, active; the top bit selects DAC B. */
#define WORD_A 0x3000U
#define WORD_B 0xB000U
#define FULL_SCALE 0xFFFU
/* A byte takes 32 cycles. SPI that is switched off never ends one. */
#define LOOKS_A_BYTE 40U

#ifdef STAGE_BENCH_ONLY
/* Its reference is 4.096 V, and its own limit ends a phase at 92 mA: a step is a code. */
static uint16_t full_scale(uint16_t codes)
{
    return codes < FULL_SCALE ? codes : FULL_SCALE;
}
#else
/* Full scale is 80 mA, so that a DAC at its maximum delivers no more. */
static uint16_t full_scale(uint16_t codes)
{
    uint16_t steps = (uint16_t)(codes + (codes * 7U + 12U) / 25U);
    return steps < FULL_SCALE ? steps : FULL_SCALE;
}
#endif

static bool send(uint8_t byte)
{
    SPDR = byte;
    for (uint8_t i = 0; i < LOOKS_A_BYTE; i++)
        if (SPSR & _BV(SPIF))
            return true;
    return false;
}

bool dac_set(uint8_t channel, uint16_t codes)
{
    uint16_t word = (channel == 0 ? WORD_A : WORD_B) | full_scale(codes);
    PORTB &= (uint8_t)~PIN_DAC_SELECT;
    bool is_sent = send((uint8_t)(word >> 8)) && send((uint8_t)word);
    PORTB |= PIN_DAC_SELECT;
    return is_sent;
}

void dac_start(void)
{
    /* Chip select is an output, and high, before SPI becomes master: as an input it could
     * pull the master back to slave. */
    PORTB |= PIN_DAC_SELECT;
    DDRB |= PIN_DAC_SELECT;
    DDRB |= PIN_DAC_DATA | PIN_DAC_CLOCK;
    SPSR = 0;
    SPCR = DAC_CONTROL;
}
