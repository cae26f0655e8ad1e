/* SPDX-License-Identifier: Apache-2.0 */
#include "self_test.h"

#include <avr/io.h>
#include <avr/pgmspace.h>
#include <avr/wdt.h>

#include "adc.h"
#include "frame.h"
#include "pins.h"
#include "protocol.h"
#include "pulses.h"

/* Written into the program by tools/seal.py once it is linked. */
const volatile uint16_t self_test_sealed_crc PROGMEM = 0xFFFFU;

extern const uint8_t __data_load_end[]; /* behind the last byte of the program */

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

uint8_t self_test_failed(uint16_t flash_crc)
{
    if (SELF_TEST_MEMORY_FAILED)
        return EMS_CHECK_MEMORY;
    if (flash_crc != pgm_read_word(&self_test_sealed_crc))
        return EMS_CHECK_FLASH;
    if (!pulses_are_low() || (PIND & PIN_HIGH_VOLTAGE))
        return EMS_CHECK_BRIDGE;
    if (!(PINB & PIN_DAC_SELECT))
        return EMS_CHECK_DAC;
    return adc_is_right() ? EMS_CHECK_NONE : EMS_CHECK_ADC;
}
