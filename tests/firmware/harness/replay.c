/* The ADC's traces of a stage, from a circuit simulator, in place of the body model. They do not follow
 * what the chip does. With a fault they are played in a child process that answers and ends.
 *
 * Of pulses: each one of channel A begins the traces anew, because they say what one pulse shows.
 *
 * Of the self-test: while the high voltage is on for the first time, what was read just before K1 closed;
 * the second time what was read just after, until it goes. From there on they run: from the moment at which it
 * goes, at which it comes back, and at which PD4 rises first after either, as in the circuit; from PD5's rise
 * too while it is low, because that phase is shorter than interrupts may move it. When they have come to their
 * end, the test is over.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

#define FRAME_EVERY US(20000)
#define MOST_POINTS 8192
#define INPUTS 8

static struct {
    int count;
    double us[MOST_POINTS], mv[MOST_POINTS];
} traces[INPUTS];

/* Of the self-test's traces: K1 still open, K1 closed; the high voltage goes, the weak phase; it comes back, the
 * first phase after that. */
#define OPEN_US 1580.0
#define CLOSED_US 1950.0
#define OFF_US 2000.0
#define WEAK_US 49120.0
#define WEAK_NEGATIVE_US 49520.0
#define ON_US 50000.0
#define FIRST_PULSE_US 162000.0
/* Sooner than that after their end the chip begins the test anew, and so do they. */
#define AGAIN US(30000)

static bool runs, is_test, is_sound;
static int pulses;
static int supplied; /* how often the high voltage has come */
static bool is_supplied;
static bool has_risen;   /* PD4, since the high voltage changed last */
static double began_us;  /* where in the traces `began` is */
static avr_cycle_count_t began, off_at;
static avr_cycle_count_t over_at = NEVER; /* of a sound stage's, once they have come to their end */

/* One point a line, in the order of time: input of the ADC, microseconds, millivolts. */
static bool load(const char *path)
{
    FILE *file = fopen(path, "r");
    double us, mv;
    int input;

    if (!file)
        return false;
    memset(traces, 0, sizeof traces);
    while (fscanf(file, "%d %lf %lf", &input, &us, &mv) == 3) {
        if (input < 0 || input >= INPUTS || traces[input].count == MOST_POINTS)
            return fclose(file), false;
        traces[input].us[traces[input].count] = us;
        traces[input].mv[traces[input].count++] = mv;
    }
    fclose(file);
    return true;
}

static void begin_at(double us)
{
    began = avr->cycle;
    began_us = us;
}

void replay_pulse(void)
{
    if (!runs)
        return;
    pulses++;
    if (!is_test)
        began = avr->cycle;
    else if (!has_risen && supplied > 1)
        begin_at(is_supplied ? FIRST_PULSE_US : WEAK_US);
    has_risen = true;
}

void replay_negative(void)
{
    if (runs && is_test && supplied > 1 && !is_supplied)
        begin_at(WEAK_NEGATIVE_US);
}

void replay_supply(bool high)
{
    if (over_at != NEVER)
        runs = !high && avr->cycle - over_at < AGAIN;
    over_at = NEVER;
    is_supplied = high;
    supplied += high;
    has_risen = false;
    if (supplied > 1)
        begin_at(!high ? OFF_US : supplied > 2 ? ON_US : CLOSED_US);
}

/* The last moment of the traces. */
static double end_us(void)
{
    return traces[0].us[traces[0].count - 1];
}

/* Where in the traces the chip is; below 0 where it is nowhere. */
static double position_us(void)
{
    double us = (avr->cycle - began) / 16.0;

    if (!is_test)
        return pulses ? us : -1;
    if (supplied < 2)
        return is_supplied ? OPEN_US : 0;
    if (supplied == 2 && is_supplied)
        return CLOSED_US;
    us += began_us;
    if (us < end_us() || !is_supplied)
        return us;
    if (!is_sound)
        return CLOSED_US;
    if (over_at == NEVER)
        over_at = avr->cycle;
    return -1;
}

int replay_mv(int mux)
{
    double us = position_us();
    int at = 1;

    /* Where the chip has broken a test off, no current flows. */
    if (is_test && mux == 0 && !pin_level('D', 4) && !pin_level('D', 5))
        us = is_supplied ? CLOSED_US : 0;
    if (!runs || us < 0 || mux >= INPUTS || traces[mux].count == 0)
        return -1;
    while (at < traces[mux].count && traces[mux].us[at] < us)
        at++;
    if (at == traces[mux].count)
        return (int)(traces[mux].mv[at - 1] + 0.5);
    double share = (us - traces[mux].us[at - 1]) / (traces[mux].us[at] - traces[mux].us[at - 1]);
    double first = traces[mux].mv[at - 1], second = traces[mux].mv[at];
    return (int)(first + share * (second - first) + 0.5);
}

/* Frames go out every 20 ms, or a dot instead, until the chip is off and has said why, or there are none
 * left. A self-test switches the high voltage by itself. */
static void live(char *frames)
{
    for (char *frame = strtok(frames, " \n"); frame; frame = strtok(NULL, " \n")) {
        avr_cycle_count_t next = avr->cycle + FRAME_EVERY;
        bool was_off = off_at != NEVER;

        for (unsigned value; *frame != '.' && sscanf(frame, "%2x", &value) == 1; frame += 2) {
            uint8_t byte = value;
            uart_send(&byte, 1);
        }
        while (avr->cycle < next) {
            chip_run_until(avr->cycle + US(20));
            if (off_at == NEVER && !pin_level('D', 3))
                off_at = avr->cycle;
        }
        if (was_off && !is_test)
            return;
    }
}

static void tell(void)
{
    uint8_t said[4096];
    int count = uart_take(said, sizeof said);

    printf("ok %llu pulses=%d is_on=%d said=0x01", (unsigned long long)avr->cycle, pulses,
           off_at == NEVER);
    for (int i = 0; i < count; i++)
        printf("%02x", said[i]);
    putchar('\n');
    fflush(stdout);
}

void replay_end(void)
{
    runs = false;
}

bool replay_sound(const char *rest)
{
    char path[512];

    runs = is_test = is_sound = sscanf(rest, "%511s", path) == 1 && load(path);
    pulses = supplied = 0;
    is_supplied = has_risen = false;
    over_at = NEVER;
    return runs;
}

bool replay_run(const char *rest, bool of_test)
{
    char path[512];
    int used = 0;
    pid_t child;

    if (sscanf(rest, "%511s %n", path, &used) < 1)
        return false;
    record_flush();
    fflush(stdout);
    child = fork();
    if (child == 0) {
        uint8_t heard[4096];
        char *frames = strdup(rest + used);
        record_open("/dev/null");
        if (!load(path))
            _exit(1);
        while (uart_take(heard, sizeof heard) > 0)
            continue;
        off_at = NEVER;
        runs = true;
        is_test = of_test;
        is_sound = false;
        pulses = supplied = 0;
        is_supplied = has_risen = false;
        over_at = NEVER;
        live(frames);
        tell();
        _exit(0);
    }
    waitpid(child, &used, 0);
    return WIFEXITED(used) && WEXITSTATUS(used) == 0;
}
