/* UNCERTIFIED, BENCH ONLY. SPDX-License-Identifier: Apache-2.0 */
#include "paper.h"

#include <string.h>

#include "check.h"
#include "ticks.h"

#define PASS (UINT32_C(200) * TICKS_PER_US)
/* 12.6 V, and what 1 kOhm takes of them. */
#define RIGHT_LOW_MV 390U
#define RIGHT_LOAD_MV 453U
#define RIGHT_FULL_MV 3400U

static uint16_t right_mv(const struct stage_action *action)
{
    return (uint16_t)((action->least + action->value) / 2U);
}

static bool is_load(const struct stage_action *action)
{
    return action->kind == STAGE_LOAD_POSITIVE || action->kind == STAGE_LOAD_NEGATIVE;
}

/* Nodes of a sound stage: 10 V across the load, and 1.9 V on the capacitors between. */
static void nodes_of(const struct paper *paper, uint8_t phase, uint16_t nodes[2])
{
    static const uint16_t sound[3][2] = {{3390, 3044}, {3095, 3378}, {95, 34}};
    memcpy(nodes, sound[phase], sizeof sound[phase]);
    if (paper->wrong_mv != PAPER_RIGHT && paper->wrong == 8U && phase == 1U)
        nodes[0] = (uint16_t)(3390U - paper->wrong_mv);
    if (paper->wrong_mv != PAPER_RIGHT && paper->wrong == 5U && phase == 2U)
        nodes[0] = (uint16_t)(34U + paper->wrong_mv);
}

void paper_carry_out(struct paper *paper)
{
    const struct stage_action *action = stage_test_action(&paper->test);
    uint16_t readings[2] = {right_mv(action), 0};
    if (action->kind == STAGE_NODES)
        nodes_of(paper, (uint8_t)action->value, readings);
    else if (is_load(action))
        readings[0] = RIGHT_LOAD_MV, readings[1] = paper->low_mv;
    else if (action->kind == STAGE_FULL)
        readings[0] = paper->full_mv;
    if (action->kind == STAGE_FALLS && paper->falls > 0)
        paper->falls--, readings[0] = (uint16_t)(action->value + 1U);
    if (action->kind != STAGE_NODES && action->kind != STAGE_FULL && action->step == paper->wrong &&
        paper->wrong_mv != PAPER_RIGHT)
        readings[0] = paper->wrong_mv;
    if (action->kind == STAGE_CURRENT || action->kind == STAGE_FALLS || action->kind == STAGE_ACROSS ||
        action->kind == STAGE_LEFT || is_load(action))
        paper->kinds[action->step]++;
    paper->raised = (uint8_t)(paper->raised + (action->kind == STAGE_RAISE));
    stage_test_take(&paper->test, readings, paper->late);
}

void paper_pass(struct paper *paper)
{
    paper->now += PASS;
    paper->had_high_voltage = stage_test_pass(&paper->test, &paper->sight, paper->now);
    while (paper->test.state == STAGE_TEST_RUNS && has_come(paper->now, stage_test_time(&paper->test)))
        paper_carry_out(paper);
}

void paper_pass_for(struct paper *paper, uint32_t ms)
{
    uint32_t end = paper->now + ms * TICKS_PER_MS;
    while (!has_come(paper->now, end))
        paper_pass(paper);
}

void paper_pass_to_actions(struct paper *paper)
{
    while (paper->test.state != STAGE_TEST_RUNS)
        paper_pass(paper);
}

struct paper paper_started(void)
{
    struct paper paper = {
        .wrong_mv = PAPER_RIGHT,
        .sight = {.is_off = true},
        .low_mv = RIGHT_LOW_MV,
        .full_mv = RIGHT_FULL_MV,
    };
    stage_test_start(&paper.test, 0);
    return paper;
}

struct paper paper_armed(uint8_t wrong, uint16_t wrong_mv)
{
    struct paper paper = paper_started();
    paper_pass_for(&paper, 710);
    CHECK_EQUAL(paper.test.state, STAGE_TEST_READY);
    paper.wrong = wrong;
    paper.wrong_mv = wrong_mv;
    paper.sight = (struct stage_test_sight){.is_live = true, .high_voltage_dv = 1100};
    return paper;
}
