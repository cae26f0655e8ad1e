/* The board on a desk, for a program that loads it as a library.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EMS_LIBRARY_H
#define EMS_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void library_power_up(uint8_t faults);
void library_feed(const uint8_t *bytes, size_t count);
void library_run_us(uint32_t us);
/* What surrounds the board: the most that flows at each channel, and what a broken output
 * stage adds, in codes. */
void library_surround(bool emergency, uint16_t supply_mv, uint16_t most_a, uint16_t most_b,
                      uint16_t extra, bool no_negative, uint16_t high_voltage_dv);
/* Everything that the board has said since the last question; how many bytes. */
size_t library_take(uint8_t *bytes, size_t room);

#endif
