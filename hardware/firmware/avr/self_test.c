/* SPDX-License-Identifier: Apache-2.0 */
#include "self_test.h"

#include <avr/io.h>
#include <avr/pgmspace.h>
#include <avr/wdt.h>

#include "adc.h"
#include "dac.h"
#include "frame.h"
#include "pins.h"
#include "protocol.h"
#include "pulses.h"

/* Half of what the DAC can give, and what supply, reference and rounding may make of it: a tenth, and
 * the codes. */
#define DAC_TEST_CODES 1600U
#define DAC_PART 10U
#define DAC_CODES 20U

/* Written into the program by tools/seal.py once it is linked. */
const volatile uint16_t self_test_sealed_crc PROGMEM = 0xFFFFU;

extern const uint8_t __data_load_end[]; /* behind the last byte of the program */

void self_test_core(void) __attribute__((naked, used, section(".init1")));

/* Before anything uses them: two patterns go through all registers of the core, and through the stack
 * pointer and the flags. A core that is broken stays here, its pins inputs, until the watchdog bites,
 * again and again: what it would do otherwise is not known. */
void self_test_core(void)
{
    __asm__ volatile("cli \n\t" PINS_OFF_ASSEMBLER
                     ".macro through pattern, high \n\t"
                     "ldi r16, \\pattern \n\t"
                     "mov r0, r16 \n\t"
                     ".irp to, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15 \n\t"
                     "mov \\to, \\to-1 \n\t"
                     ".endr \n\t"
                     "mov r17, r15 \n\t"
                     ".irp to, 18,19,20,21,22,23,24,25,26,27,28,29,30,31 \n\t"
                     "mov \\to, \\to-1 \n\t"
                     ".endr \n\t"
                     "cpi r31, \\pattern \n\t"
                     "brne 1f \n\t"
                     "ldi r17, \\high \n\t"
                     "out __SP_L__, r16 \n\t"
                     "out __SP_H__, r17 \n\t"
                     "in r18, __SP_L__ \n\t"
                     "in r19, __SP_H__ \n\t"
                     "cpi r18, \\pattern \n\t"
                     "brne 1f \n\t"
                     "cpi r19, \\high \n\t"
                     "brne 1f \n\t"
                     "ldi r17, \\pattern & 0x7F \n\t"
                     "out __SREG__, r17 \n\t"
                     "in r18, __SREG__ \n\t"
                     "cpi r18, \\pattern & 0x7F \n\t"
                     "brne 1f \n\t"
                     ".endm \n\t"
                     "through 0x55, 0x05 \n\t"
                     "through 0xAA, 0x0A \n\t"
                     "rjmp 2f \n"
                     "1: rjmp 1b \n"
                     "2: \n"
                     :
                     : [port] "I"(_SFR_IO_ADDR(PORTD)), [bridge] "I"(PIN_BRIDGE_FIRST),
                       [high_voltage] "I"(PIN_HIGH_VOLTAGE_BIT));
}

void self_test_memory(void) __attribute__((naked, used, section(".init3")));

/* Every bit of memory, one and zero, in place: what is kept over a reset stays. In assembler
 * because nothing of memory may be used meanwhile, the stack included. */
void self_test_memory(void)
{
    __asm__ volatile("ldi r30, lo8(%[first]) \n\t"
                     "ldi r31, hi8(%[first]) \n"
                     "1: ld r24, Z \n\t"
                     "mov r25, r24 \n\t"
                     "com r25 \n\t"
                     "st Z, r25 \n\t"
                     "ld r26, Z \n\t"
                     "cp r26, r25 \n\t"
                     "brne 2f \n\t"
                     "st Z, r24 \n\t"
                     "ld r26, Z \n\t"
                     "cp r26, r24 \n\t"
                     "brne 2f \n\t"
                     "adiw r30, 1 \n\t"
                     "cpi r31, hi8(%[end]) \n\t"
                     "brne 1b \n\t"
                     "rjmp 3f \n"
                     "2: ldi r24, 1 \n\t"
                     "out %[failed], r24 \n"
                     "3: \n"
                     :
                     : [first] "i"(RAMSTART), [end] "i"(RAMEND + 1),
                       [failed] "I"(_SFR_IO_ADDR(SELF_TEST_MEMORY_FAILED)));
}

uint16_t self_test_flash_crc(void)
{
    uint16_t seal = (uint16_t)&self_test_sealed_crc;
    uint16_t crc = EMS_CRC_START;
    for (uint16_t at = 0; at < (uint16_t)__data_load_end; at++) {
        if (at != seal && at != seal + 1U)
            crc = frame_crc(crc, pgm_read_byte(at));
        wdt_reset();
    }
    return crc;
}

static bool puts_out(uint8_t channel, uint16_t codes)
{
    uint16_t seen = adc_dac_output(channel);
    uint16_t apart = (uint16_t)(seen > codes ? seen - codes : codes - seen);
    return apart <= codes / DAC_PART + DAC_CODES;
}

/* DAC and ADC against each other, while the bridge is low and the high voltage off. */
static bool dac_is_right(void)
{
    bool is_right = puts_out(0, 0) && puts_out(1, 0);
    for (uint8_t channel = 0; channel < CHANNELS; channel++) {
        is_right = dac_set(channel, DAC_TEST_CODES) && is_right;
        is_right = is_right && puts_out(channel, DAC_TEST_CODES) && puts_out(channel ^ 1U, 0);
        is_right = dac_set(channel, 0) && is_right && puts_out(channel, 0);
    }
    return is_right;
}

uint8_t self_test_failed(uint16_t flash_crc, uint8_t capabilities)
{
    if (SELF_TEST_MEMORY_FAILED)
        return EMS_CHECK_MEMORY;
    if (flash_crc != pgm_read_word(&self_test_sealed_crc))
        return EMS_CHECK_FLASH;
    if (!pulses_are_low() || (PIND & PIN_HIGH_VOLTAGE))
        return EMS_CHECK_BRIDGE;
    if (!(PINB & PIN_DAC_SELECT))
        return EMS_CHECK_DAC;
    if (!adc_is_right())
        return EMS_CHECK_ADC;
    if ((capabilities & EMS_CAPABILITY_DAC_OUTPUTS) && !dac_is_right())
        return EMS_CHECK_DAC;
    return EMS_CHECK_NONE;
}
