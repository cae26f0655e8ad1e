/* SPDX-License-Identifier: Apache-2.0 */
#include "stage.h"

#define US_PER_CODE (1000000UL / EMS_RISE_CODES_PER_S)
#define US_PER_STEP (US_PER_CODE * EMS_STEP_CODES)
/* A pulse is judged up to this long after it began. */
#define LATE_TICKS (2U * TICKS_PER_MS)

static uint16_t lower(uint16_t one, uint16_t other)
{
    return one < other ? one : other;
}

static uint32_t period_ticks(uint16_t centihz)
{
    return (UINT32_C(100) * TICKS_PER_S + centihz / 2U) / centihz;
}

static uint16_t higher(uint16_t one, uint16_t other)
{
    return one > other ? one : other;
}

static uint32_t longer(uint32_t one, uint32_t other)
{
    return one > other ? one : other;
}

static bool has_bursts(const struct stage *stage)
{
    return stage->burst_pulses > 0;
}

/* The longest time from a pulse of a channel to its next. */
static uint32_t longest(const struct stage *stage)
{
    return has_bursts(stage) ? stage->gap : stage->period;
}

/* At least half of the one before. */
static uint32_t next_period(const struct stage *stage)
{
    return longer(stage->asked_period, stage->period / 2);
}

/* The channel that is due first. */
static uint8_t due_number(const struct stage *stage)
{
    return has_come(stage->channels[1].slot, stage->channels[0].slot) ? 0 : 1;
}

/* `earliest`, or so long after the channel's last pulse if that is later. */
static uint32_t not_before(const struct channel *channel, uint32_t after_last, uint32_t earliest)
{
    uint32_t at = channel->last + after_last;
    return channel->has_last && has_come(at, earliest) ? at : earliest;
}

/* However often the host changes the set-point, no two pulses of a channel come closer than one
 * period. The channel whose turn it is keeps it: else B gets no pulse while a frequency falls. */
static void align(struct stage *stage, uint32_t now)
{
    uint8_t number = stage->runs ? due_number(stage) : 0;
    struct channel *due = &stage->channels[number];
    struct channel *other = &stage->channels[1U - number];
    uint32_t half = stage->period / 2; /* B runs half a period after A */
    uint32_t first = not_before(due, stage->period, now + STAGE_START_TICKS);
    first = not_before(other, stage->period - half, first);
    due->slot = first;
    other->slot = first + half;
    due->place = other->place = 0;
    stage->runs = true;
}

static void lower_channel(struct channel *channel, uint16_t most)
{
    channel->in_force = lower(channel->in_force, most);
    channel->base = lower(channel->base, most);
    if (most == 0) {
        channel->measured = 0;
        channel->negative = 0;
        channel->is_held = false;
        channel->is_fresh = true;
    }
}

static void apply_channel(struct channel *channel, uint16_t target, uint16_t width_us)
{
    channel->target = target;
    channel->width_us = width_us;
    lower_channel(channel, target);
}

/* Whether this asks for bursts, for none, or for other bursts than now. */
static bool is_other_form(const struct stage *stage, const struct ems_set_point *asked)
{
    return asked->burst_pulses != stage->burst_pulses || asked->burst_ms != stage->burst_ms ||
           (has_bursts(stage) && asked->frequency_centihz != stage->centihz);
}

/* Another form begins as after a rest, whatever pulse of the old one is still to come. */
static void take_form(struct stage *stage, const struct ems_set_point *asked)
{
    stage->burst_pulses = asked->burst_pulses;
    stage->burst_ms = asked->burst_ms;
    stage->runs = false;
    for (uint8_t i = 0; i < CHANNELS; i++)
        lower_channel(&stage->channels[i], 0);
}

/* At this frequency from the next pulse on, and at the first one of a burst. */
static void begin(struct stage *stage, uint32_t now)
{
    stage->period = stage->asked_period;
    if (has_bursts(stage))
        stage->gap = stage->burst_ms * TICKS_PER_MS - (stage->burst_pulses - 1U) * stage->period;
    align(stage, now);
}

void stage_apply(struct stage *stage, const struct ems_set_point *asked, uint32_t now)
{
    bool is_other = is_other_form(stage, asked);
    bool is_new = is_other || asked->frequency_centihz != stage->centihz;
    if (is_other)
        take_form(stage, asked);
    if (asked->amplitude_a_codes == 0 && asked->amplitude_b_codes == 0) {
        stage->runs = false;
    } else if (is_new || !stage->runs) {
        stage->asked_period = period_ticks(asked->frequency_centihz);
        /* A higher frequency comes step by step, behind the pulses that are due already. */
        if (!stage->runs || stage->asked_period > stage->period)
            begin(stage, now);
    }
    stage->centihz = asked->frequency_centihz;
    apply_channel(&stage->channels[0], asked->amplitude_a_codes, asked->width_a_us);
    apply_channel(&stage->channels[1], asked->amplitude_b_codes, asked->width_b_us);
}

void stage_stop(struct stage *stage)
{
    stage->runs = false;
    stage->centihz = 0;
    stage->burst_pulses = 0;
    stage->burst_ms = 0;
    for (uint8_t i = 0; i < CHANNELS; i++)
        apply_channel(&stage->channels[i], 0, 0);
}

void stage_age(struct stage *stage, uint32_t now)
{
    for (uint8_t i = 0; i < CHANNELS; i++) {
        struct channel *channel = &stage->channels[i];
        /* A pulse may lie a little ahead of now, but never a second back. */
        if (has_come(now, channel->last + TICKS_PER_S))
            channel->has_last = false;
        if (channel->in_force > 0 &&
            has_come(now, channel->delivered + longest(stage) + stage->period + LATE_TICKS))
            lower_channel(channel, 0);
    }
}

/* What the rise allows a pulse that begins at `at`: by time, by pulse and by charge. */
static uint16_t most(const struct stage *stage, const struct channel *channel, uint32_t at)
{
    if (channel->in_force == 0)
        return EMS_FIRST_PULSE_CODES;
    uint32_t elapsed = at - channel->last;
    if (elapsed > longest(stage))
        elapsed = longest(stage);
    /* In 16 bits, because a division of 32 takes a tenth of a pass. */
    uint32_t us = elapsed / TICKS_PER_US;
    uint16_t rise = EMS_STEP_CODES;
    if (us < US_PER_STEP)
        rise = (uint16_t)us / (uint16_t)US_PER_CODE;
    uint16_t most = higher(channel->base + rise, EMS_FIRST_PULSE_CODES);
    uint32_t charge = (uint32_t)channel->base * channel->last_us + EMS_STEP_CHARGE_CODES_US;
    if ((uint32_t)most * channel->width_us <= charge)
        return most;
    return (uint16_t)(charge / channel->width_us);
}

/* The channel's next slot where pulses come in bursts. */
static void advance_in_burst(const struct stage *stage, struct channel *channel)
{
    channel->place++;
    if (channel->place < stage->burst_pulses) {
        channel->slot += stage->period;
    } else {
        channel->place = 0;
        /* Whatever a broken bit says of bursts, no two pulses come closer than a period. */
        channel->slot += longer(stage->gap, stage->period);
    }
}

/* The channel's next slot. When A has had its turn a frequency that rises takes a step. */
static void advance(struct stage *stage, struct channel *channel)
{
    uint32_t at = channel->slot;
    if (has_bursts(stage)) {
        advance_in_burst(stage, channel);
        return;
    }
    if (channel == &stage->channels[0] && stage->period > stage->asked_period) {
        stage->period = next_period(stage);
        stage->channels[1].slot = at + stage->period / 2;
    }
    channel->slot = at + stage->period;
}

/* A pulse that comes late moves all later ones. */
static void catch_up(struct stage *stage, const struct channel *due, uint32_t now)
{
    uint32_t earliest = now + STAGE_NOTICE_TICKS;
    if (has_come(due->slot, earliest))
        return;
    uint32_t late = earliest - due->slot;
    for (uint8_t i = 0; i < CHANNELS; i++)
        stage->channels[i].slot += late;
}

bool stage_next(struct stage *stage, uint32_t now, uint32_t end, struct pulse *pulse)
{
    uint8_t number = due_number(stage);
    struct channel *due = &stage->channels[number];
    if (!stage->runs || !has_come(now + STAGE_AHEAD_TICKS, due->slot))
        return false;
    if (due->target == 0) {
        if (has_come(now, due->slot))
            advance(stage, due);
        return false;
    }
    /* A pulse from before the rest may have ended since; and this one may still be refused. */
    if (due->is_fresh)
        lower_channel(due, 0);
    catch_up(stage, due, now);
    if (!has_come(end, due->slot + pulse_ticks(due->width_us)))
        return false;
    pulse->channel = number;
    pulse->at = due->slot;
    pulse->codes = lower(due->target, most(stage, due, due->slot));
    pulse->width_us = due->width_us;
    due->last = due->slot;
    due->has_last = true;
    due->is_fresh = false;
    advance(stage, due);
    return true;
}

/* The next pulse rises from what flowed, where that fell short of what was asked. */
static void follow(struct channel *channel, uint16_t codes, uint16_t flowed)
{
    uint16_t tolerance = codes / (100U / EMS_SHORT_PERCENT) + EMS_SHORT_CODES;
    bool fell_short = flowed + tolerance < codes;
    channel->base = channel->in_force;
    /* Only from 2 mA on does a pulse show an open lead: so far it may always come. */
    if (fell_short && channel->base > EMS_OPEN_LEAD_FROM_CODES)
        channel->base = lower(channel->base, higher(flowed, EMS_OPEN_LEAD_FROM_CODES));
    if (fell_short)
        channel->is_held = true;
    else if (codes >= channel->target)
        channel->is_held = false;
}

void stage_delivered(struct stage *stage, const struct pulse *pulse, struct measured measured)
{
    struct channel *channel = &stage->channels[pulse->channel];
    channel->pulses++;
    channel->last_us = pulse->width_us;
    channel->delivered = pulse->at;
    if (channel->target == 0)
        return;
    channel->in_force = lower(pulse->codes, channel->target);
    channel->measured = measured.positive;
    channel->negative = measured.negative;
    follow(channel, pulse->codes, measured.positive);
}
