/* SPDX-License-Identifier: Apache-2.0 */
#include "library.h"

#include <string.h>

#include "desk.h"

static struct desk desk;

void library_power_up(uint8_t faults)
{
    struct desk before = desk;
    struct beginning beginning = desk_beginning(faults);
    desk_power_up(&desk, faults, before.now);
    /* The numbers and the time go on where they were. */
    beginning.power_ups = (uint16_t)(before.board.beginning.power_ups + 1U);
    board_power_up(&desk.board, &beginning);
    desk.board.falls_until = before.now;
    if (before.senses.supply_mv > 0)
        library_surround(before.senses.emergency, before.senses.supply_mv, before.most[0],
                         before.most[1], before.extra, before.no_negative,
                         before.senses.high_voltage_dv);
}

void library_feed(const uint8_t *bytes, size_t count)
{
    desk_feed(&desk, bytes, count);
}

void library_run_us(uint32_t us)
{
    desk_run(&desk, us * TICKS_PER_US);
}

void library_surround(bool emergency, uint16_t supply_mv, uint16_t most_a, uint16_t most_b,
                      uint16_t extra, bool no_negative, uint16_t high_voltage_dv)
{
    desk.senses.emergency = emergency;
    desk.senses.supply_mv = supply_mv;
    desk.senses.high_voltage_dv = high_voltage_dv;
    desk.most[0] = most_a;
    desk.most[1] = most_b;
    desk.extra = extra;
    desk.no_negative = no_negative;
    board_sense(&desk.board, &desk.senses, desk.now);
}

size_t library_take(uint8_t *bytes, size_t room)
{
    size_t count = desk.said_count < room ? desk.said_count : room;
    memcpy(bytes, desk.said, count);
    desk.said_count = 0;
    return count;
}
