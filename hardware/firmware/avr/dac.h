/* The MCP4922 on SPI.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EMS_DAC_H
#define EMS_DAC_H

#include <stdbool.h>
#include <stdint.h>

#define DAC_CONTROL (_BV(SPE) | _BV(MSTR)) /* 4 MHz, mode 0, high bit first */

/* Starts SPI. The DAC keeps its codes over a reset: set both to zero after it. */
void dac_start(void);

/* Sends a channel's amplitude, codes, always anew: the DAC may have lost what it had. Takes
 * 8 us. False if SPI did not send it. */
bool dac_set(uint8_t channel, uint16_t codes);

#endif
