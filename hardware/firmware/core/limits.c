/* SPDX-License-Identifier: Apache-2.0 */
#include "limits.h"

static uint16_t lower(uint16_t one, uint16_t other)
{
    return one < other ? one : other;
}

struct ceilings limits_own(void)
{
    const struct ceilings own = {
        EMS_MAX_AMPLITUDE_CODES,
        EMS_MAX_WIDTH_US,
        EMS_MAX_FREQUENCY_CENTIHZ,
    };
    return own;
}

struct ceilings limits_lowered(struct ceilings ceilings, const struct ems_set_point *asked)
{
    ceilings.codes = lower(ceilings.codes, asked->ceiling_codes);
    ceilings.width_us = lower(ceilings.width_us, asked->ceiling_us);
    ceilings.centihz = lower(ceilings.centihz, asked->ceiling_centihz);
    return ceilings;
}

static bool allow_channel(struct ceilings ceilings, uint16_t centihz, uint16_t codes,
                          uint16_t width_us)
{
    if (width_us > ceilings.width_us)
        return false;
    if (codes == 0)
        return true;
    return codes <= ceilings.codes && width_us >= EMS_MIN_WIDTH_US &&
           (uint32_t)codes * width_us <= EMS_MAX_CHARGE_CODES_US &&
           centihz >= EMS_MIN_FREQUENCY_CENTIHZ;
}

/* Between two bursts lies at least one period more than between two pulses. */
static bool allow_bursts(const struct ems_set_point *asked)
{
    uint8_t pulses = asked->burst_pulses;
    uint16_t ms = asked->burst_ms;
    if (pulses == 0)
        return ms == 0;
    return pulses >= 2 && pulses <= EMS_MAX_BURST_PULSES && ms >= EMS_MIN_BURST_MS &&
           ms <= EMS_MAX_BURST_MS &&
           (pulses + 1U) * UINT32_C(100000) <= (uint32_t)ms * asked->frequency_centihz;
}

bool limits_allow(struct ceilings ceilings, const struct ems_set_point *asked)
{
    uint16_t centihz = asked->frequency_centihz;
    return asked->lease_ms >= EMS_MIN_LEASE_MS && asked->lease_ms <= EMS_MAX_LEASE_MS && centihz <= ceilings.centihz &&
           allow_bursts(asked) &&
           allow_channel(ceilings, centihz, asked->amplitude_a_codes, asked->width_a_us) &&
           allow_channel(ceilings, centihz, asked->amplitude_b_codes, asked->width_b_us);
}
