/* The board's nets. SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "avr_extint.h"
#include "bench.h"

/* 10 k to ground on PD3..PD7 and a pull-up on PB2 decide while the chip does not drive. */
static const struct net {
    const char *name;
    char port;
    uint8_t bit;
    bool pulled_up;
} nets[] = {
    {"D3", 'D', 3, false}, {"D4", 'D', 4, false}, {"D5", 'D', 5, false},
    {"D6", 'D', 6, false}, {"D7", 'D', 7, false}, {"B0", 'B', 0, false},
    {"B2", 'B', 2, true},
};
#define NETS (sizeof nets / sizeof *nets)

static bool level[NETS];
static uint8_t output; /* PD3 to PD7, as they are */
static avr_cycle_count_t changed_at[NETS];
static uint32_t seen = ~0U;
static bool stop_is_open;

static int stuck[NETS]; /* level + 1, or 0 */

static bool level_now(const struct net *net)
{
    if (stuck[net - nets])
        return stuck[net - nets] - 1;
    uint16_t ddr = net->port == 'B' ? DDRB : DDRD;
    return bit_of(ddr, net->bit) ? bit_of(ddr + 1, net->bit) : net->pulled_up;
}

static int find(char port, int bit)
{
    for (unsigned i = 0; i < NETS; i++)
        if (nets[i].port == port && nets[i].bit == bit)
            return i;
    return 0;
}

/* Port D as the chip reads it back. */
static uint8_t read_port_d(avr_t *a, avr_io_addr_t address, void *param)
{
    uint8_t value = a->data[PORTD] & a->data[DDRD] & 0x03;

    (void)param;
    value |= stop_is_open << 2;
    for (unsigned i = 0; i < NETS; i++)
        if (nets[i].port == 'D')
            value |= level_now(&nets[i]) << nets[i].bit;
    return a->data[address] = value;
}

/* Port B likewise, where only the nets matter. */
static uint8_t read_port_b(avr_t *a, avr_io_addr_t address, void *param)
{
    uint8_t value = a->data[PORTB]; /* driven, or pulled up */

    (void)param;
    for (unsigned i = 0; i < NETS; i++)
        if (nets[i].port == 'B')
            value = (value & ~(1 << nets[i].bit)) | level_now(&nets[i]) << nets[i].bit;
    return a->data[address] = value;
}

void pins_stick(const char *net, int to)
{
    for (unsigned i = 0; i < NETS; i++)
        if (strcmp(nets[i].name, net) == 0)
            stuck[i] = to + 1;
    seen = ~0U;
    pins_step();
}

void pins_init(void)
{
    chip_hook(PIND, read_port_d, NULL);
    chip_hook(PINB, read_port_b, NULL);
}

/* Compared after every instruction, so that nothing that moves a pin can go unseen. */
void pins_step(void)
{
    const uint8_t *data = avr->data;
    uint32_t now = data[DDRB] | data[PORTB] << 8 | data[DDRD] << 16 | (uint32_t)data[PORTD] << 24;

    if (now == seen)
        return;
    seen = now;
    for (unsigned i = 0; i < NETS; i++) {
        bool high = level_now(&nets[i]);
        if (high == level[i])
            continue;
        level[i] = high;
        changed_at[i] = avr->cycle;
        if (nets[i].port == 'D')
            output ^= 1 << nets[i].bit;
        if (high && nets[i].port == 'D' && nets[i].bit == 4)
            replay_pulse();
        if (high && nets[i].port == 'D' && nets[i].bit == 5)
            replay_negative();
        if (nets[i].port == 'D' && nets[i].bit == 3)
            replay_supply(high);
        if (nets[i].port == 'B' && nets[i].bit == 2)
            dac_chip_select(high);
        else
            record("pin %s %d", nets[i].name, high);
    }
}

/* A reset makes every pin an input, and simavr forgets what is outside of PD2. Its polling of
 * low levels at INT0 and INT1 takes most of the time; no board here uses those interrupts. */
void pins_reset(void)
{
    pins_step();
    avr_extint_set_strict_lvl_trig(avr, 0, 0);
    avr_extint_set_strict_lvl_trig(avr, 1, 0);
    pins_set_stop(stop_is_open, true);
}

void pins_set_stop(bool open, bool interrupts)
{
    avr_ioport_external_t outside = {.name = 'D', .mask = 1 << 2, .value = open << 2};

    stop_is_open = open;
    /* simavr raises the interrupt at the next write to the port, whatever it was told of the pin. */
    if (interrupts) {
        avr_ioctl(avr, AVR_IOCTL_IOPORT_SET_EXTERNAL('D'), &outside);
        avr_raise_irq(avr_io_getirq(avr, AVR_IOCTL_IOPORT_GETIRQ('D'), 2), open);
    }
    avr->data[PIND] = (avr->data[PIND] & ~(1 << 2)) | open << 2;
}

bool pin_level(char port, int bit)
{
    return level[find(port, bit)];
}

uint8_t pins_output(void)
{
    return output;
}

avr_cycle_count_t pin_changed_at(char port, int bit)
{
    return changed_at[find(port, bit)];
}
