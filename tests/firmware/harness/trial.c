/* One fault, tried on a copy of the whole bench: a child process that answers and ends.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

#define FRAME_EVERY US(20000)
#define MOST_FRAMES 16
#define ALIVE_FOR US(60000)  /* a chip that goes on is looked at for so long */
#define OFF_FOR US(85000)    /* one that is off has so long to say why */
#define RESET_FOR US(125000) /* and one that was reset, its start included */
#define PROGRAM_COUNTER 0x10000U
#define BRIDGE 0xF0
/* Of the body model: what the stage can drive, one body, and the capacitors in series. */
#define VOLTS 110.0
#define KILOOHMS 1.0
#define MICROFARADS 2.35

static struct {
    bool runs;
    avr_cycle_count_t began, seen, alive_at;
    double charge[2], worst;          /* nC, without capacitors in series */
    double held[2], worst_held;       /* with them */
    uint8_t pins; /* of the instruction before */
    avr_cycle_count_t rose[4];
    unsigned pulses[2], longest, strongest, shoot_throughs, resets, frames;
} trial;

static double larger(double one, double other)
{
    return one > other ? one : other;
}

static double size(double value)
{
    return value < 0 ? -value : value;
}

static void flow(int channel, int sign, double us)
{
    double ma = dac_code(channel) / 40.0;
    double limit = (VOLTS - sign * trial.held[channel] / MICROFARADS / 1000) / KILOOHMS;

    trial.charge[channel] += sign * ma * us;
    trial.worst = larger(trial.worst, size(trial.charge[channel]));
    trial.held[channel] += sign * (ma < limit ? ma : larger(limit, 0)) * us;
    trial.worst_held = larger(trial.worst_held, size(trial.held[channel]));
}

static void edge(int pin, bool high)
{
    if (high) {
        trial.rose[pin] = avr->cycle;
        trial.pulses[pin / 2] += pin % 2 == 0;
        if (dac_code(pin / 2) > (int)trial.strongest)
            trial.strongest = dac_code(pin / 2);
    } else if (avr->cycle - trial.rose[pin] > trial.longest) {
        trial.longest = avr->cycle - trial.rose[pin];
    }
}

/* After every instruction. Current flows with the high voltage off too: it takes a while to fall. */
void trial_step(void)
{
    uint8_t pins = pins_output();
    double us;

    if (!trial.runs)
        return;
    if (pins)
        trial.alive_at = avr->cycle;
    if (pins == trial.pins && !(pins & BRIDGE)) {
        trial.seen = avr->cycle;
        return;
    }
    us = (avr->cycle - trial.seen) / 16.0;
    trial.seen = avr->cycle;
    for (int channel = 0; channel < 2; channel++) {
        uint8_t both = trial.pins >> (4 + 2 * channel) & 3;
        if (both == 3)
            trial.shoot_throughs++;
        else if (both)
            flow(channel, both == 1 ? 1 : -1, us);
    }
    if (pins == trial.pins)
        return;
    for (int pin = 0; pin < 4; pin++)
        if ((pins ^ trial.pins) >> (4 + pin) & 1)
            edge(pin, pins >> (4 + pin) & 1);
    trial.pins = pins;
}

void trial_reset(void)
{
    trial.resets++;
}

static void cause(unsigned address, int bit, avr_cycle_count_t jam)
{
    if (address == PROGRAM_COUNTER)
        avr->pc = (avr->pc ^ 2U << bit) & 0x7FFE;
    else if (jam)
        fault_jam(address, bit, -1, jam);
    else if (bit >= 0)
        fault_flip(address, bit);
}

static void tell(avr_cycle_count_t fault_at)
{
    uint8_t said[4096];
    int count = uart_take(said, sizeof said);

    printf("ok %llu open=%.0f held=%.0f alive=%lld pulses_a=%u pulses_b=%u longest=%u "
           "strongest=%u shoots=%u resets=%u frames=%u is_on=%d said=0x01",
           (unsigned long long)avr->cycle, trial.worst, trial.worst_held,
           (long long)(trial.alive_at - fault_at), trial.pulses[0], trial.pulses[1],
           trial.longest, trial.strongest, trial.shoot_throughs, trial.resets, trial.frames,
           trial.alive_at == avr->cycle);
    for (int i = 0; i < count; i++)
        printf("%02x", said[i]);
    putchar('\n');
    fflush(stdout);
}

static avr_cycle_count_t patience(void)
{
    if (trial.resets)
        return RESET_FOR;
    return trial.alive_at + US(10) >= avr->cycle ? ALIVE_FOR : OFF_FOR;
}

/* Frames go out every 20 ms from now on. Until the chip has been seen to go on as before, or to
 * be off and to have had time to say so. */
static void live(char *frames, avr_cycle_count_t fault_at, unsigned address, int bit,
                 avr_cycle_count_t jam)
{
    avr_cycle_count_t next = avr->cycle;
    char *frame = strtok(frames, " \n");
    bool is_caused = false;

    while (true) {
        avr_cycle_count_t until = is_caused || next < fault_at ? next : fault_at;
        chip_run_until(until);
        if (!is_caused && avr->cycle >= fault_at) {
            cause(address, bit, jam);
            is_caused = true;
            trial_step();
        }
        if (avr->cycle < next)
            continue;
        if (is_caused && avr->cycle >= fault_at + patience())
            return;
        for (unsigned value; frame && sscanf(frame, "%2x", &value) == 1; frame += 2) {
            uint8_t byte = value;
            uart_send(&byte, 1);
        }
        trial.frames++;
        frame = strtok(NULL, " \n");
        next += FRAME_EVERY;
    }
}

bool trial_run(char *rest)
{
    unsigned address;
    int bit, used = 0;
    unsigned long long jam, offset;
    pid_t child;

    if (sscanf(rest, "%x %d %llu %llu %n", &address, &bit, &jam, &offset, &used) < 4)
        return false;
    record_flush();
    fflush(stdout);
    child = fork();
    if (child == 0) {
        avr_cycle_count_t fault_at = avr->cycle + offset;
        uint8_t heard[4096];
        record_open("/dev/null");
        freopen("/dev/null", "w", stderr); /* simavr complains of every wild instruction */
        uart_take(heard, sizeof heard);
        trial.runs = true;
        trial.resets = 0;
        trial.seen = trial.alive_at = avr->cycle;
        live(rest + used, fault_at, address, bit, jam);
        tell(fault_at);
        _exit(0);
    }
    waitpid(child, &used, 0);
    /* A simulated processor that stops has ended its child without a word. */
    if (!WIFEXITED(used) || WEXITSTATUS(used) != 0) {
        printf("ok %llu stopped=1\n", (unsigned long long)avr->cycle);
        fflush(stdout);
    }
    return true;
}
