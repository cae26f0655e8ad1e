/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <stdio.h>
#include <string.h>

static int failures;
static const char *running;

void check_true(int is_true, const char *file, int line, const char *what)
{
    if (is_true)
        return;
    failures++;
    printf("%s:%d: %s: not so: %s\n", file, line, running, what);
}

void check_equal(long long found, long long wanted, const char *file, int line, const char *what)
{
    if (found == wanted)
        return;
    failures++;
    printf("%s:%d: %s: %s is %lld, not %lld\n", file, line, running, what, found, wanted);
}

int main(void)
{
    const struct tests *tables[] = {
        &golden_tests, &frame_tests, &arming_tests,    &limits_tests,      &stage_tests, &timing_tests,
        &burst_tests,  &going_off_tests, &supervision_tests, &reply_tests, &one_fault_tests,
        &cool_down_tests, &stage_test_tests, &stage_test_begin_tests, &stage_test_weak_tests,
        &bench_stage_tests,
    };
    size_t count = 0;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        for (size_t j = 0; j < tables[i]->count; j++) {
            running = tables[i]->all[j].name;
            tables[i]->all[j].run();
            count++;
        }
    }
    printf("%zu tests, %d failed checks\n", count, failures);
    return failures != 0;
}
