/* The ADC, and what it looks at: two pairs of pads on a body, and a battery.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "bench.h"

#define REFERENCE_MV 5000
#define SETTLES US(10) /* of the current, after an edge at the bridge */
#define LIFTS US(200000) /* from good to open, while a pad peels off */

enum { ADEN = 7, ADSC = 6, ADATE = 5, ADIF = 4, ADIE = 3 };

static const char *const contacts[] = {"good", "lifting", "open", "shorted"};
enum contact { GOOD, LIFTING, OPEN, SHORTED };

#define COMPLIANCE_MV 120000 /* the most that the stage puts across a pair of pads */

static enum contact contact[2];
static int ohms[2]; /* of a pair of pads; 0: no limit */
static avr_cycle_count_t lifting_since[2];
static int battery_mv = 7800;
static int stuck_high_voltage_mv = -1;
static int high_voltage_on_mv = 3667; /* 110 V behind a divider by 30 */
static int band_gap_mv = 1100;
static int stuck_dac_output_mv = -1; /* of channel A */
static bool no_negative;
static int extra_mv;
static int offset_mv;

static avr_int_vector_t *converted;
static avr_cycle_count_t sample_at = NEVER, done_at = NEVER;
static int mux, reading;
static bool is_first;

/* Asked current times what the contact lets through: 40 codes and 40 mV are both 1 mA. */
static int through_contact(int channel)
{
    int code = dac_code(channel);
    int limit = ohms[channel] ? COMPLIANCE_MV * 40 / ohms[channel] : 0;
    avr_cycle_count_t lifted = avr->cycle - lifting_since[channel];

    switch (contact[channel]) {
    case OPEN:
        return 0;
    case SHORTED:
        return code + code / 2 + 100;
    case LIFTING:
        return lifted >= LIFTS ? 0 : (int)(code * (LIFTS - lifted) / LIFTS);
    default:
        return ohms[channel] && code > limit ? limit : code;
    }
}

static int current_mv(int channel)
{
    int positive = channel == 0 ? 4 : 6;
    bool is_positive = pin_level('D', positive), is_negative = pin_level('D', positive + 1);
    avr_cycle_count_t flows_for;
    int mv;

    if (!pin_level('D', 3) || is_positive == is_negative)
        return offset_mv;
    flows_for = avr->cycle - pin_changed_at('D', positive + is_negative);
    if (is_negative && no_negative)
        return 0;
    mv = through_contact(channel) + extra_mv;
    return flows_for >= SETTLES ? mv : (int)(mv * flows_for / SETTLES);
}

/* While it is on, unless something is wrong with it. */
static int high_voltage_mv(void)
{
    if (stuck_high_voltage_mv >= 0)
        return stuck_high_voltage_mv;
    return pin_level('D', 3) ? high_voltage_on_mv : 0;
}

/* PC4 and PC5 see the outputs of the DAC: a millivolt is a code. */
static int dac_output_mv(int channel)
{
    return channel == 0 && stuck_dac_output_mv >= 0 ? stuck_dac_output_mv : dac_code(channel);
}

static void sample(void)
{
    int replayed = replay_mv(mux);
    int mv = replayed >= 0 ? replayed
             : mux == 2  ? battery_mv / 4
             : mux == 3  ? high_voltage_mv()
             : mux == 4  ? dac_output_mv(0)
             : mux == 5  ? dac_output_mv(1)
             : mux == 14 ? band_gap_mv
             : mux < 2   ? current_mv(mux)
                         : 0;

    reading = mv >= REFERENCE_MV ? 1023 : mv * 1024 / REFERENCE_MV;
    if (mux < 2)
        record("adc %c %d", "AB"[mux], mv);
}

static void start(void)
{
    unsigned clock = 1U << ((avr->data[ADCSRA] & 7) ? (avr->data[ADCSRA] & 7) : 1);

    mux = avr->data[ADMUX] & 15;
    if (clock < 16 || clock > 64)
        record("error the ADC's clock is not between 250 kHz and 1 MHz");
    /* Held after 1.5 clocks, of the first conversion after 13.5. */
    sample_at = avr->cycle + (is_first ? 27 : 3) * clock / 2;
    done_at = avr->cycle + (is_first ? 25 : 13) * clock;
    is_first = false;
    chip_step_at(sample_at);
    if (mux < 2)
        record("convert %c", "AB"[mux]);
}

static void write_control(avr_t *a, avr_io_addr_t address, uint8_t value, void *param)
{
    uint8_t before = a->data[address];

    (void)param;
    if (value >> ADATE & 1)
        record("error the bench knows no automatic ADC trigger");
    /* ADSC cannot be written to zero, and ADIF is cleared by a one. */
    a->data[address] = (value & ~(1 << ADIF)) | (before & 1 << ADSC);
    if (!(value >> ADIF & 1))
        a->data[address] |= before & 1 << ADIF;
    if (!(value >> ADEN & 1)) {
        sample_at = done_at = NEVER;
        a->data[address] &= ~(1 << ADSC);
        return;
    }
    if (!(before >> ADEN & 1))
        is_first = true;
    if ((value >> ADSC & 1) && done_at == NEVER)
        start();
}

static uint8_t read_result(avr_t *a, avr_io_addr_t address, void *param)
{
    (void)param;
    return a->data[address];
}

void adc_init(void)
{
    converted = chip_vector(VECTOR_ADC);
    chip_hook(ADCSRA, NULL, write_control);
    chip_hook(ADCSRB, NULL, NULL);
    chip_hook(ADCL, read_result, NULL);
    chip_hook(ADCH, read_result, NULL);
}

void adc_reset(void)
{
    sample_at = done_at = NEVER;
}

void adc_step(void)
{
    if (avr->cycle >= sample_at) {
        sample_at = NEVER;
        sample();
    }
    if (avr->cycle >= done_at) {
        done_at = NEVER;
        int shift = bit_of(ADMUX, 5) ? 6 : 0;
        avr->data[ADCL] = reading << shift;
        avr->data[ADCH] = reading << shift >> 8;
        avr->data[ADCSRA] = (avr->data[ADCSRA] & ~(1 << ADSC)) | 1 << ADIF;
        if (bit_of(ADCSRA, ADIE))
            avr_raise_interrupt(avr, converted);
    }
    chip_step_at(sample_at);
    chip_step_at(done_at);
}

bool body_set_contact(int channel, const char *name)
{
    for (int i = 0; i < 4; i++) {
        if (strcmp(contacts[i], name) == 0) {
            contact[channel] = i;
            lifting_since[channel] = avr->cycle;
            return true;
        }
    }
    return false;
}

void body_set_ohms(int channel, int value)
{
    ohms[channel] = value;
}

void stage_break(const char *how, int value)
{
    if (strcmp(how, "no_negative") == 0)
        no_negative = value;
    else if (strcmp(how, "extra") == 0)
        extra_mv = value;
    else if (strcmp(how, "offset") == 0)
        offset_mv = value;
    else if (strcmp(how, "dac_a") == 0)
        dac_upset(0, value);
    else if (strcmp(how, "dac_output_a") == 0)
        stuck_dac_output_mv = value;
    else if (strcmp(how, "dac_reference") == 0)
        dac_set_reference_mv(value);
    else if (strcmp(how, "band_gap") == 0)
        band_gap_mv = value;
    else if (strcmp(how, "high_on") == 0)
        high_voltage_on_mv = value;
    else if (strcmp(how, "high_voltage") == 0)
        stuck_high_voltage_mv = value;
}

void battery_set_mv(int mv)
{
    battery_mv = mv;
}
