/* What the chip finds of itself before anything else: the core, memory, program, pins,
 * ADC, DAC.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EMS_SELF_TEST_H
#define EMS_SELF_TEST_H

#include <stdint.h>

/* Set before main by the test of memory, in a register that a reset clears. */
#define SELF_TEST_MEMORY_FAILED GPIOR2

/* CRC of the program, without the two bytes that say what it must be. Takes 40 ms. */
uint16_t self_test_flash_crc(void);

/* The first of the protocol's checks that failed, EMS_CHECK_NONE if none did. The pins are
 * outputs and low, and the ADC runs. A board whose capabilities say that it sees the DAC's outputs
 * compares them with what it sends; both are at zero afterwards. */
uint8_t self_test_failed(uint16_t flash_crc, uint8_t capabilities);

#endif
