/* The smallest framework: a test is a function, a check says where it failed.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EMS_CHECK_H
#define EMS_CHECK_H

#include <stddef.h>

struct test {
    const char *name;
    void (*run)(void);
};

void check_true(int is_true, const char *file, int line, const char *what);
void check_equal(long long found, long long wanted, const char *file, int line, const char *what);

#define CHECK(what) check_true(!!(what), __FILE__, __LINE__, #what)
#define CHECK_EQUAL(found, wanted) \
    check_equal((long long)(found), (long long)(wanted), __FILE__, __LINE__, #found)

#define TEST(name) {#name, name}

/* Each file of tests has one table. */
struct tests {
    const struct test *all;
    size_t count;
};
extern const struct tests golden_tests, frame_tests, arming_tests, limits_tests, stage_tests,
    timing_tests, burst_tests, going_off_tests, supervision_tests, reply_tests, one_fault_tests,
    cool_down_tests, stage_test_tests, stage_test_begin_tests, stage_test_weak_tests,
    bench_stage_tests;

#endif
