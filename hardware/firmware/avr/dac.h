/* The MCP4922 on SPI.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EMS_DAC_H
#define EMS_DAC_H

#include <stdint.h>

#define DAC_CONTROL (_BV(SPE) | _BV(MSTR)) /* 4 MHz, mode 0, high bit first */

/* Starts SPI. The DAC keeps its codes over a reset: a board that is off sets both to zero,
 * in the first pass of its main loop. Forgets what was being sent. */
void dac_start(void);

/* Sends a channel's amplitude, codes, anew. Until the DAC has it no pulse begins. */
void dac_set(uint8_t channel, uint16_t codes);

/* Sends what was asked for, a byte a call. Waits for nothing. */
void dac_run(void);

#endif
