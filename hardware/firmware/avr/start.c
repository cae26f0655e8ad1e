/* What happens before main: pins and watchdog.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "start.h"

#include <avr/eeprom.h>
#include <avr/power.h>
#include <avr/wdt.h>

#include "frame.h"
#include "pins.h"
#include "protocol.h"
#include "self_test.h"

#define WRONG_INTERRUPT 0xA5U

/* Survive a reset: the arming numbers go on where they were, and so does the count that needs
 * power off. At power-up their values are undefined. */
static uint16_t kept_seed __attribute__((section(".noinit")));
static uint8_t kept_over_currents __attribute__((section(".noinit")));
static uint8_t kept_inverse __attribute__((section(".noinit"))); /* of the one before */
static uint8_t wrong_interrupt __attribute__((section(".noinit")));
static uint8_t start_cause __attribute__((section(".noinit")));

/* In front of the test of memory. */
void start_early(void) __attribute__((naked, used, section(".init2")));

void start_early(void)
{
    pins_off();
    PORTD |= PIN_STOP;
    DDRD = PINS_BRIDGE | PIN_HIGH_VOLTAGE | PIN_TX;
    start_cause = MCUSR;
    MCUSR = 0;
    wdt_enable(WDTO_15MS);
}

void start_keep(uint16_t seed, uint8_t over_currents)
{
    kept_seed = seed;
    kept_over_currents = over_currents;
    kept_inverse = (uint8_t)~over_currents;
}

void start_note_wrong_interrupt(void)
{
    wrong_interrupt = WRONG_INTERRUPT;
}

void start_pins(void)
{
    DDRB |= PIN_LAMP;
    PORTB |= UNUSED_B;
    DDRC = 0;
    PORTC = UNUSED_C;
}

void start_watchdog(void)
{
    wdt_enable(WDTO_15MS);
}

void start_clock(void)
{
    clock_prescale_set(clock_div_1);
}

/* In the EEPROM: how often the chip has come up, and what this board is. */
#define POWER_UPS_AT ((uint16_t *)0)
#define ABOUT_AT ((const void *)4)

struct stored {
    struct about about;
    uint16_t crc;
} __attribute__((packed));

static struct about read_about(void)
{
#ifdef STAGE_BENCH_ONLY
    const struct about unknown = {0, 0, EMS_STAGE_BENCH, 1,
                                  EMS_CAPABILITY_CURRENT | EMS_CAPABILITY_BOTH_PHASES |
                                      EMS_CAPABILITY_HIGH_VOLTAGE};
#else
    const struct about unknown = {0, 0, EMS_STAGE_UNKNOWN, CHANNELS,
                                  EMS_CAPABILITY_CURRENT | EMS_CAPABILITY_BOTH_PHASES};
#endif
    struct stored stored;
    uint16_t crc = EMS_CRC_START;
    eeprom_read_block(&stored, ABOUT_AT, sizeof stored);
    for (uint8_t i = 0; i < sizeof stored.about; i++)
        crc = frame_crc(crc, ((const uint8_t *)&stored.about)[i]);
    return crc == stored.crc ? stored.about : unknown;
}

/* Counts resets by power only: a board that its watchdog resets again and again would wear out
 * the EEPROM, and its arming numbers go on in memory anyway. */
static uint16_t count_power_ups(void)
{
    uint16_t count = eeprom_read_word(POWER_UPS_AT);
    if (start_cause & (_BV(PORF) | _BV(BORF)))
        eeprom_write_word(POWER_UPS_AT, ++count);
    return count;
}

static bool came_through_wrong_interrupt(void)
{
    return (start_cause & _BV(WDRF)) && wrong_interrupt == WRONG_INTERRUPT;
}

static uint8_t cause(void)
{
    /* A register of several causes began with the oldest of them: power. */
    static const uint8_t causes[][2] = {
        {_BV(PORF), EMS_CAUSE_POWER},
        {_BV(BORF), EMS_CAUSE_BROWN_OUT},
        {_BV(WDRF), EMS_CAUSE_WATCHDOG},
        {_BV(EXTRF), EMS_CAUSE_RESET_PIN},
    };
    uint8_t all = 0;
    for (uint8_t i = 0; i < sizeof causes / sizeof *causes; i++)
        if (start_cause & causes[i][0])
            all |= causes[i][1];
    return came_through_wrong_interrupt() ? all | EMS_CAUSE_WRONG_INTERRUPT : all;
}

static uint16_t faults(void)
{
    if (came_through_wrong_interrupt())
        return EMS_FAULT_WATCHDOG | EMS_FAULT_INTERNAL;
    if (start_cause & _BV(WDRF))
        return EMS_FAULT_WATCHDOG;
    /* At power-up, while the supply rises, the brown-out detector reports as well. */
    if ((start_cause & _BV(BORF)) && !(start_cause & _BV(PORF)))
        return EMS_FAULT_BROWN_OUT;
    return 0;
}

/* The count of over-currents, where only power forgets it. */
static uint8_t over_currents(void)
{
    bool is_kept = !(start_cause & (_BV(PORF) | _BV(BORF))) &&
                   (uint8_t)(kept_inverse ^ kept_over_currents) == UINT8_MAX;
    return is_kept ? kept_over_currents : 0;
}

struct beginning start_beginning(void)
{
    uint16_t flash_crc = self_test_flash_crc();
    struct about about = read_about();
    uint8_t failed = self_test_failed(flash_crc, about.capabilities);
    struct beginning beginning = {
        .about = about,
        .faults = faults(),
        .flash_crc = flash_crc,
        .power_ups = count_power_ups(),
        .seed = kept_seed,
        .cause = cause(),
        .check = came_through_wrong_interrupt() ? EMS_CHECK_INTERRUPT : EMS_CHECK_NONE,
        .cool_down = {.over_currents = over_currents()},
    };
    if (failed != EMS_CHECK_NONE) {
        beginning.faults |= EMS_FAULT_SELF_TEST;
        beginning.check = failed;
    }
    wrong_interrupt = 0;
    return beginning;
}
