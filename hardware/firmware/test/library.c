/* SPDX-License-Identifier: Apache-2.0 */
#include "library.h"

#include <string.h>

#include "desk.h"

static struct desk desk;

void library_power_up(uint8_t faults)
{
    struct desk before = desk;
    desk_power_up(&desk, faults, before.now);
    /* As on the chip, the numbers go on where they were. */
    board_power_up(&desk.board, faults, before.board.random);
    if (before.supply_mv > 0)
        library_surround(before.emergency, before.supply_mv, before.most[0], before.most[1],
                         before.extra);
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
                      uint16_t extra)
{
    desk.emergency = emergency;
    desk.supply_mv = supply_mv;
    desk.most[0] = most_a;
    desk.most[1] = most_b;
    desk.extra = extra;
    board_sense(&desk.board, emergency, supply_mv, desk.now);
}

size_t library_take(uint8_t *bytes, size_t room)
{
    size_t count = desk.said_count < room ? desk.said_count : room;
    memcpy(bytes, desk.said, count);
    desk.said_count = 0;
    return count;
}
