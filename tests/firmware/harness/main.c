/* bench ELF RECORD [LINK]: the board, driven by lines on standard input, each of which is
 * answered by `ok CYCLE ...` on standard output when it is done. With LINK it runs in real
 * time behind a pseudo-terminal; without, its time passes only by `run`, `until` and `edge`.
 * SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "avr_eeprom.h"
#include "bench.h"

#define SLICE US(1000)
#define LATEST US(5000) /* further behind than this, time that was missed is not made up for */
#define LONGEST_LINE 70000

static bool is_real_time;
static avr_cycle_count_t answer_at; /* in real time `run` is answered when it is over */

static int send_hex(const char *hex)
{
    uint8_t byte;
    unsigned value;

    while (sscanf(hex, "%2x", &value) == 1) {
        byte = value;
        uart_send(&byte, 1);
        hex += 2;
    }
    return 0;
}

static bool write_eeprom(unsigned address, const char *hex)
{
    uint8_t bytes[64];
    avr_eeprom_desc_t what = {.ee = bytes, .offset = address};
    unsigned value;

    for (; what.size < sizeof bytes && sscanf(hex, "%2x", &value) == 1; hex += 2)
        bytes[what.size++] = value;
    return avr_ioctl(avr, AVR_IOCTL_EEPROM_SET, &what) != -2; /* -1 is success */
}

/* Run until a net has a level that it did not have, or to the limit. */
static bool run_to_edge(const char *net, int level, avr_cycle_count_t limit)
{
    while (pin_level(net[0], net[1] - '0') == level && avr->cycle < limit)
        chip_run_until(avr->cycle + 1);
    while (pin_level(net[0], net[1] - '0') != level && avr->cycle < limit)
        chip_run_until(avr->cycle + 1);
    return avr->cycle < limit;
}

/* Run until the program has come to an address, or to the limit. */
static bool run_to_address(unsigned address, avr_cycle_count_t limit)
{
    while (avr->pc != address && avr->cycle < limit)
        chip_run_until(avr->cycle + 1);
    return true;
}

/* The main program stands still to this cycle, as between two of its instructions where interrupts
 * keep coming: only they run. Nothing can hold it up where they are off. */
static void hold_up(avr_cycle_count_t until)
{
    while (avr->cycle < until && avr->sreg[S_I]) {
        if (avr->interrupts.running_ptr == 0)
            avr->state = cpu_Sleeping;
        do {
            chip_run_until(avr->cycle + 1);
            /* An interrupt that was raised before wakes nobody when its turn comes. */
            if (avr->interrupts.running_ptr > 0)
                avr->state = cpu_Running;
        } while (avr->interrupts.running_ptr > 0);
    }
    avr->state = cpu_Running;
}

/* Whether the verb is known and its arguments are good. */
static bool obey(const char *verb, char *rest)
{
    char word[16];
    int number;
    unsigned long long cycles;
    unsigned address;
    int level = -1;

    if (strcmp(verb, "send") == 0)
        return send_hex(rest) == 0;
    if (strcmp(verb, "contact") == 0)
        return sscanf(rest, "%*c %15s", word) == 1 && body_set_contact(rest[0] == 'B', word);
    if (strcmp(verb, "ohms") == 0)
        return sscanf(rest, "%*c %d", &number) == 1 && (body_set_ohms(rest[0] == 'B', number), true);
    if (strcmp(verb, "stick") == 0)
        return sscanf(rest, "%15s %d", word, &number) == 2 && (pins_stick(word, number), true);
    if (strcmp(verb, "break") == 0)
        return sscanf(rest, "%15s %d", word, &number) == 2 && (stage_break(word, number), true);
    if (strcmp(verb, "flip") == 0)
        return sscanf(rest, "%x %d", &address, &number) == 2 && (fault_flip(address, number), true);
    if (strcmp(verb, "eeprom") == 0)
        return sscanf(rest, "%x %n", &address, &number) == 1 && write_eeprom(address, rest + number);
    if (strcmp(verb, "corrupt") == 0)
        return sscanf(rest, "%x %d", &address, &number) == 2 && (fault_corrupt(address, number), true);
    if (strcmp(verb, "jam") == 0)
        return sscanf(rest, "%x %d %llu %d", &address, &number, &cycles, &level) >= 3 &&
               (fault_jam(address, number, level, cycles), true);
    if (strcmp(verb, "trial") == 0)
        return !is_real_time && trial_run(rest);
    if (strcmp(verb, "replay") == 0 || strcmp(verb, "rehearse") == 0)
        return !is_real_time && replay_run(rest, verb[2] == 'h');
    if (strcmp(verb, "sound") == 0)
        return !is_real_time && replay_sound(rest);
    if (strcmp(verb, "silence") == 0)
        return replay_end(), true;
    if (strcmp(verb, "reset") == 0) {
        chip_reset(strncmp(rest, "power", 5) == 0         ? RESET_POWER
                   : strncmp(rest, "slow_power", 10) == 0 ? RESET_SLOW_POWER
                   : strncmp(rest, "brown_out", 9) == 0   ? RESET_BROWN_OUT
                                                          : RESET_EXTERNAL);
        return true;
    }
    if (strcmp(verb, "unplug") == 0)
        return wire_unplug(), true;
    if (strcmp(verb, "plug") == 0)
        return wire_plug(NULL), true;
    if (strcmp(verb, "measures") == 0)
        return true;
    if (strcmp(verb, "edge") == 0)
        return !is_real_time && sscanf(rest, "%15s %d %llu", word, &number, &cycles) == 3 &&
               run_to_edge(word, number, avr->cycle + cycles);
    if (strcmp(verb, "address") == 0)
        return !is_real_time && sscanf(rest, "%x %llu", &address, &cycles) == 2 &&
               run_to_address(address, avr->cycle + cycles);
    if (sscanf(rest, "%llu", &cycles) != 1)
        return false;
    number = cycles;
    if (strcmp(verb, "stop") == 0)
        record("stop %d", number), pins_set_stop(number, true);
    else if (strcmp(verb, "stop_unseen") == 0)
        record("stop %d", number), pins_set_stop(number, false);
    else if (strcmp(verb, "battery") == 0)
        record("battery %d", number), battery_set_mv(number);
    else if (strcmp(verb, "hang") == 0)
        chip_hang(number);
    else if (strcmp(verb, "run") == 0 && is_real_time)
        answer_at = avr->cycle + cycles;
    else if (strcmp(verb, "run") == 0)
        chip_run_until(avr->cycle + cycles);
    else if (strcmp(verb, "hold_up") == 0 && !is_real_time)
        hold_up(avr->cycle + cycles);
    else if (strcmp(verb, "until") == 0 && !is_real_time)
        chip_run_until(cycles);
    else
        return false;
    return true;
}

static void answer(bool is_done, bool with_measures)
{
    record_flush();
    printf("%s %llu", is_done ? "ok" : "no", (unsigned long long)avr->cycle);
    if (with_measures)
        measure_print();
    putchar('\n');
    fflush(stdout);
}

/* One line from standard input. False at its end, and for `quit`. */
static bool serve(void)
{
    static char line[LONGEST_LINE];
    char verb[16] = "";
    int rest = 0;
    bool is_done, is_answered;

    if (!fgets(line, sizeof line, stdin) || sscanf(line, "%15s %n", verb, &rest) < 1 ||
        strcmp(verb, "quit") == 0)
        return false;
    is_done = obey(verb, line + rest);
    /* A trial's copy answers itself. */
    is_answered = is_done && (strcmp(verb, "trial") == 0 || strcmp(verb, "replay") == 0 ||
                              strcmp(verb, "rehearse") == 0);
    if (!answer_at && !is_answered)
        answer(is_done, strcmp(verb, "measures") == 0);
    return true;
}

static uint64_t now_in_cycles(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * CPU_HZ + now.tv_nsec * 2 / 125;
}

/* The chip may fall behind real time on a busy machine, but it never runs faster: frames of
 * a living host then come closer together than they were sent, never further apart. */
static void live(void)
{
    uint64_t offset = now_in_cycles() - avr->cycle;

    for (;;) {
        struct pollfd ready[2] = {{.fd = 0, .events = POLLIN}, {.events = POLLIN}};
        int64_t behind = now_in_cycles() - offset - avr->cycle;

        if (behind > (int64_t)LATEST) {
            record("slipped %lld", (long long)behind);
            offset += behind - SLICE;
            behind = SLICE;
        }
        if (behind > 0)
            chip_run_until(avr->cycle + behind);
        wire_pump();
        record_flush();
        if (answer_at && avr->cycle >= answer_at) {
            answer_at = 0;
            answer(true, false);
        }
        ready[0].fd = answer_at ? -1 : 0;
        ready[1].fd = wire_descriptor();
        if (poll(ready, 2, 1) > 0 && (ready[0].revents & (POLLIN | POLLHUP)) && !serve())
            return;
    }
}

int main(int count, char **arguments)
{
    if (count < 3) {
        fprintf(stderr, "usage: bench ELF RECORD [LINK]\n");
        return 2;
    }
    /* Unbuffered, so that poll sees every line that is still to be read. */
    setvbuf(stdin, NULL, _IONBF, 0);
    is_real_time = count > 3;
    record_open(arguments[2]);
    chip_power_up(arguments[1]);
    if (is_real_time) {
        wire_plug(arguments[3]);
        printf("ok 0\n");
        fflush(stdout);
        live();
        wire_unplug();
    } else {
        printf("ok 0\n");
        fflush(stdout);
        while (serve())
            continue;
    }
    record_flush();
    return 0;
}
