/* Flags that request interrupts. SPDX-License-Identifier: Apache-2.0 */
#include "bench.h"

/* Flags of timers and external interrupts: a one clears, and nothing else changes. simavr
 * clears every flag of the register. */
static const struct { uint16_t flags, masks; uint8_t bit, vector; } flagged[] = {
    {EIFR, EIMSK, 0, 1}, {EIFR, EIMSK, 1, 2},
    {TIFR2, TIMSK2, 1, 7}, {TIFR2, TIMSK2, 2, 8}, {TIFR2, TIMSK2, 0, 9},
    {TIFR1, TIMSK1, 5, 10}, {TIFR1, TIMSK1, 1, 11}, {TIFR1, TIMSK1, 2, 12}, {TIFR1, TIMSK1, 0, 13},
    {TIFR0, TIMSK0, 1, 14}, {TIFR0, TIMSK0, 2, 15}, {TIFR0, TIMSK0, 0, 16},
};
#define FLAGGED (sizeof flagged / sizeof *flagged)
static avr_int_vector_t *flagged_vectors[FLAGGED];

static void clear_flags(avr_t *a, avr_io_addr_t address, uint8_t value, void *param)
{
    uint16_t opcode = a->flash[a->pc] | a->flash[a->pc + 1] << 8;

    (void)param;
    if ((opcode & 0xFF00) == 0x9A00) /* SBI reaches one bit only */
        value = 1 << (opcode & 7);
    for (unsigned i = 0; i < FLAGGED; i++)
        if (flagged[i].flags == address && (value >> flagged[i].bit & 1))
            flagged_vectors[i]->pending = 0;
    a->data[address] &= ~value;
}

/* A flag that was up before its interrupt was allowed requests it as well. */
void flags_request(void)
{
    const uint8_t *data = avr->data;

    uart_request();
    for (unsigned i = 0; i < FLAGGED; i++)
        if ((data[flagged[i].flags] & data[flagged[i].masks]) >> flagged[i].bit & 1)
            chip_request(flagged_vectors[i], true);
}

bool flags_are_up(void)
{
    const uint8_t *data = avr->data;

    return (data[TIFR1] & data[TIMSK1]) | (data[TIFR0] & data[TIMSK0]) |
           (data[TIFR2] & data[TIMSK2]) | (data[EIFR] & data[EIMSK]) |
           (data[UCSR0A] & data[UCSR0B] & 0xE0);
}

void flags_init(void)
{
    for (unsigned i = 0; i < FLAGGED; i++) {
        flagged_vectors[i] = chip_vector(flagged[i].vector);
        chip_hook(flagged[i].flags, NULL, clear_flags);
    }
}
