/* SPDX-License-Identifier: Apache-2.0 */
#include "dac.h"

#include <stdbool.h>

#include "marks.h"
#include "pins.h"
#include "stage.h"

/* Unbuffered, gain 1, active; the top bit selects DAC B. */
#define WORD_A 0x3000U
#define WORD_B 0xB000U
#define FULL_SCALE 0xFFFU
#define NOTHING 0U /* no word for the DAC */

enum phase { IDLE, FIRST_BYTE, SECOND_BYTE };

/* Words for the DAC: what it has, or is just being sent, and what it is to have. */
static uint16_t held[CHANNELS];
static uint16_t wanted[CHANNELS];
static uint8_t channel_sent;
static enum phase phase;

/* 80 mA are the full scale, so that a DAC that gives all it can gives no more. */
static uint16_t full_scale(uint16_t codes)
{
    uint16_t steps = (uint16_t)(codes + (codes * 7U + 12U) / 25U);
    return steps < FULL_SCALE ? steps : FULL_SCALE;
}

void dac_set(uint8_t channel, uint16_t codes)
{
    wanted[channel] = (channel == 0 ? WORD_A : WORD_B) | full_scale(codes);
    /* Sent anew even where the DAC has it already: it may have lost it. */
    held[channel] = NOTHING;
    MARK_FLAGS |= MARK_DAC;
}

static void send_first(uint8_t channel)
{
    channel_sent = channel;
    held[channel] = wanted[channel];
    PORTB &= (uint8_t)~PIN_DAC_SELECT;
    SPDR = (uint8_t)(held[channel] >> 8);
    phase = FIRST_BYTE;
}

static void send_next_word(void)
{
    for (uint8_t channel = 0; channel < CHANNELS; channel++) {
        if (wanted[channel] != held[channel]) {
            send_first(channel);
            return;
        }
    }
    MARK_FLAGS &= (uint8_t)~MARK_DAC;
}

void dac_run(void)
{
    if (phase == IDLE) {
        if (MARK_FLAGS & MARK_DAC)
            send_next_word();
    } else if (SPSR & _BV(SPIF)) {
        if (phase == FIRST_BYTE) {
            SPDR = (uint8_t)held[channel_sent];
            phase = SECOND_BYTE;
        } else {
            PORTB |= PIN_DAC_SELECT;
            phase = IDLE;
            send_next_word();
        }
    }
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
    phase = IDLE;
}
