/* The ADC's traces of a stage with a fault, from a circuit simulator, in place of the body model:
 * a child process that answers and ends. Each pulse of channel A begins the traces anew, because
 * they say what one pulse shows; they do not follow what the chip does then.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

#define FRAME_EVERY US(20000)
#define MOST_POINTS 512
#define INPUTS 8

static struct {
    int count;
    double us[MOST_POINTS], mv[MOST_POINTS];
} traces[INPUTS];

static bool runs;
static int pulses;
static avr_cycle_count_t began, off_at;

/* One point a line, in the order of time: input of the ADC, microseconds, millivolts. */
static bool load(const char *path)
{
    FILE *file = fopen(path, "r");
    double us, mv;
    int input;

    if (!file)
        return false;
    while (fscanf(file, "%d %lf %lf", &input, &us, &mv) == 3) {
        if (input < 0 || input >= INPUTS || traces[input].count == MOST_POINTS)
            return fclose(file), false;
        traces[input].us[traces[input].count] = us;
        traces[input].mv[traces[input].count++] = mv;
    }
    fclose(file);
    return true;
}

void replay_pulse(void)
{
    if (!runs)
        return;
    pulses++;
    began = avr->cycle;
}

int replay_mv(int mux)
{
    double us = (avr->cycle - began) / 16.0;
    int at = 1;

    if (!runs || pulses == 0 || mux >= INPUTS || traces[mux].count == 0)
        return -1;
    while (at < traces[mux].count && traces[mux].us[at] < us)
        at++;
    if (at == traces[mux].count)
        return (int)(traces[mux].mv[at - 1] + 0.5);
    double share = (us - traces[mux].us[at - 1]) / (traces[mux].us[at] - traces[mux].us[at - 1]);
    double first = traces[mux].mv[at - 1], second = traces[mux].mv[at];
    return (int)(first + share * (second - first) + 0.5);
}

/* Frames go out every 20 ms until the chip is off and has said why, or there are none left. */
static void live(char *frames)
{
    for (char *frame = strtok(frames, " \n"); frame; frame = strtok(NULL, " \n")) {
        avr_cycle_count_t next = avr->cycle + FRAME_EVERY;
        bool was_off = off_at != NEVER;

        for (unsigned value; sscanf(frame, "%2x", &value) == 1; frame += 2) {
            uint8_t byte = value;
            uart_send(&byte, 1);
        }
        while (avr->cycle < next) {
            chip_run_until(avr->cycle + US(20));
            if (off_at == NEVER && !pin_level('D', 3))
                off_at = avr->cycle;
        }
        if (was_off)
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

bool replay_run(const char *rest)
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
        live(frames);
        tell();
        _exit(0);
    }
    waitpid(child, &used, 0);
    return WIFEXITED(used) && WEXITSTATUS(used) == 0;
}
