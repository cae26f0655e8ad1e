/* SPDX-License-Identifier: Apache-2.0 */
#include "cool_down.h"

#include "protocol.h"
#include "ticks.h"

static void begin(struct cool_down *cool_down, uint32_t now, uint16_t first_ms, uint8_t before)
{
    uint8_t doublings = before < EMS_COOL_DOWN_DOUBLINGS ? before : EMS_COOL_DOWN_DOUBLINGS;
    cool_down->until = now + ((first_ms * TICKS_PER_MS) << doublings);
    cool_down->runs = true;
    cool_down->good_pulses = 0;
}

static uint8_t counted(uint8_t count)
{
    return count < UINT8_MAX ? (uint8_t)(count + 1U) : count;
}

void cool_down_see_good_pulse(struct cool_down *cool_down)
{
    cool_down->good_pulses = counted(cool_down->good_pulses);
    if (cool_down->good_pulses >= EMS_GOOD_PULSES)
        cool_down->open_leads = 0;
}

void cool_down_after_open_lead(struct cool_down *cool_down, uint32_t now)
{
    begin(cool_down, now, EMS_OPEN_LEAD_COOL_DOWN_MS, cool_down->open_leads);
    cool_down->open_leads = counted(cool_down->open_leads);
}

void cool_down_after_over_current(struct cool_down *cool_down, uint32_t now)
{
    begin(cool_down, now, EMS_OVER_CURRENT_COOL_DOWN_MS, cool_down->over_currents);
    cool_down->over_currents = counted(cool_down->over_currents);
}

void cool_down_age(struct cool_down *cool_down, uint32_t now)
{
    if (cool_down->runs && has_come(now, cool_down->until))
        cool_down->runs = false;
}

uint16_t cool_down_left_ms(const struct cool_down *cool_down, uint32_t now)
{
    if (!cool_down->runs || has_come(now, cool_down->until))
        return 0;
    return (uint16_t)((cool_down->until - now) / TICKS_PER_MS);
}

bool cool_down_is_worn_out(const struct cool_down *cool_down)
{
    return cool_down->over_currents >= EMS_OVER_CURRENTS;
}
