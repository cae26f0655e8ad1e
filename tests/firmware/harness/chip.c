/* The simulated ATmega328P. SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "sim_cycle_timers.h"
#include "sim_time.h"

#define INTERRUPT_RESPONSE 4 /* cycles from a request to its vector; simavr counts none */
#define BROWN_OUT_HOLDS US(70000) /* supply below 4.3 V, then the start-up delay of the fuses */
#define UNTOUCHED 0xC5
#define OPCODE_WDR 0x95A8
#define OPCODE_CLI 0x94F8
#define OPCODE_HANG 0xCFFF /* rjmp .-2 */

avr_t *avr;

static avr_cycle_count_t step_at;

static struct {
    unsigned longest_interrupt[VECTORS];
    unsigned longest_masked;
    unsigned longest_pass;
    unsigned deepest_stack;
} measured;
static avr_cycle_count_t entered_at[64], masked_since, pass_began;
static avr_flashaddr_t loop_at;
static uint16_t patched[2];

static uint16_t opcode_at(avr_flashaddr_t address)
{
    return avr->flash[address] | avr->flash[address + 1] << 8;
}

static void put_opcode(avr_flashaddr_t address, uint16_t opcode)
{
    avr->flash[address] = opcode;
    avr->flash[address + 1] = opcode >> 8;
}

avr_int_vector_t *chip_vector(int number)
{
    for (int i = 0; i < avr->interrupts.vector_count; i++)
        if (avr->interrupts.vector[i]->vector == number)
            return avr->interrupts.vector[i];
    fprintf(stderr, "simavr has no vector %d\n", number);
    exit(1);
}

void chip_hook(uint16_t address, avr_io_read_t on_read, avr_io_write_t on_write)
{
    avr->io[AVR_DATA_TO_IO(address)].r.c = on_read;
    avr->io[AVR_DATA_TO_IO(address)].w.c = on_write;
}

void chip_step_at(avr_cycle_count_t cycle)
{
    if (cycle < step_at)
        step_at = cycle;
}

void chip_request(avr_int_vector_t *vector, bool wanted)
{
    if (wanted && !vector->pending && avr->sreg[S_I])
        avr_raise_interrupt(avr, vector);
    else if (!wanted)
        vector->pending = 0;
}

/* Flags of timers and external interrupts: a one clears, and nothing else changes. simavr
 * clears every flag of the register. */
static const struct { uint16_t flags, masks; uint8_t bit, vector; } flagged[] = {
    {EIFR, EIMSK, 0, 1}, {EIFR, EIMSK, 1, 2},
    {TIFR2, TIMSK2, 1, 7}, {TIFR2, TIMSK2, 2, 8}, {TIFR2, TIMSK2, 0, 9},
    {TIFR1, TIMSK1, 5, 10}, {TIFR1, TIMSK1, 1, 11}, {TIFR1, TIMSK1, 2, 12}, {TIFR1, TIMSK1, 0, 13},
    {TIFR0, TIMSK0, 1, 14}, {TIFR0, TIMSK0, 2, 15}, {TIFR0, TIMSK0, 0, 16},
};
#define FLAGGED (sizeof flagged / sizeof *flagged)
static avr_int_vector_t *flagged_vectors[FLAGGED];

static void clear_flags(avr_t *a, avr_io_addr_t address, uint8_t value, void *param)
{
    uint16_t opcode = opcode_at(a->pc);

    (void)param;
    if ((opcode & 0xFF00) == 0x9A00) /* SBI reaches one bit only */
        value = 1 << (opcode & 7);
    for (unsigned i = 0; i < FLAGGED; i++)
        if (flagged[i].flags == address && (value >> flagged[i].bit & 1))
            flagged_vectors[i]->pending = 0;
    a->data[address] &= ~value;
}

/* A flag that was up before its interrupt was allowed requests it as well. */
static void request_interrupts(void)
{
    const uint8_t *data = avr->data;

    uart_request();
    for (unsigned i = 0; i < FLAGGED; i++)
        if ((data[flagged[i].flags] & data[flagged[i].masks]) >> flagged[i].bit & 1)
            chip_request(flagged_vectors[i], true);
}

/* The watchdog, which the fuse WDTON keeps on: only its time can be changed, and only within
 * four cycles of WDCE. */
static avr_cycle_count_t bites_at, change_until;

static void feed_watchdog(void)
{
    uint8_t control = avr->data[WDTCSR];

    /* Always later than before, so that nothing has to be stepped sooner. */
    bites_at = avr->cycle + ((2048 * CPU_HZ / 128000) << ((control & 7) | (control >> 2 & 8)));
}

static void write_watchdog(avr_t *a, avr_io_addr_t address, uint8_t value, void *param)
{
    (void)param;
    if ((value & 0x18) == 0x18) {
        change_until = a->cycle + 4;
    } else if (a->cycle <= change_until) {
        a->data[address] = (value & 0x27) | 0x08;
        feed_watchdog();
    }
}

/* What a reset does that simavr does not: flags add up, and some parts are modelled here. */
void chip_reset(enum reset_cause cause)
{
    static const char *const names[] = {"power", "external", "brown_out", "watchdog"};
    static const uint8_t flags[] = {1, 2, 4, 8};
    uint8_t added_up = cause == RESET_POWER ? 1 : avr->data[MCUSR] | flags[cause];

    if (cause == RESET_POWER)
        memset(avr->data + SRAM, UNTOUCHED, avr->ramend + 1 - SRAM);
    record("reset %s", names[cause]);
    avr_reset(avr);
    pins_step();
    if (cause == RESET_BROWN_OUT) {
        avr->cycle += BROWN_OUT_HOLDS;
        avr_reset(avr);
    }
    pins_reset();
    timer_reset();
    uart_reset();
    dac_reset();
    adc_reset();
    avr->data[MCUSR] = added_up;
    avr->data[WDTCSR] = 0x08;
    feed_watchdog();
    step_at = avr->cycle;
    if (patched[0]) {
        put_opcode(loop_at, patched[0]);
        put_opcode(loop_at + 2, patched[1]);
        patched[0] = 0;
    }
    pass_began = masked_since = 0;
}

/* The main loop stays where it feeds the watchdog, in the very program that is shipped. */
void chip_hang(bool interrupts_off)
{
    patched[0] = opcode_at(loop_at);
    patched[1] = opcode_at(loop_at + 2);
    put_opcode(loop_at, interrupts_off ? OPCODE_CLI : OPCODE_HANG);
    if (interrupts_off)
        put_opcode(loop_at + 2, OPCODE_HANG);
    record("hang");
}

static void keep_longest(unsigned *longest, avr_cycle_count_t since)
{
    if (avr->cycle - since > *longest)
        *longest = avr->cycle - since;
}

/* WDR: the main loop has come round, if this is where it was fed before. */
static avr_flashaddr_t come_round(void)
{
    feed_watchdog();
    if (pass_began && loop_at == avr->pc)
        keep_longest(&measured.longest_pass, pass_began);
    pass_began = avr->cycle++;
    loop_at = avr->pc;
    return avr->pc + 2;
}

static void serve_interrupts(void)
{
    int running = avr->interrupts.running_ptr;

    avr_service_interrupts(avr);
    if (avr->interrupts.running_ptr > running) {
        entered_at[running] = avr->cycle;
        avr->cycle += INTERRUPT_RESPONSE;
    }
}

static void measure(int running_before, int vector_before)
{
    unsigned used = avr->ramend - (avr->data[SPL] | avr->data[SPH] << 8);
    int running = avr->interrupts.running_ptr;

    if (running < running_before)
        keep_longest(&measured.longest_interrupt[vector_before], entered_at[running]);
    if (used < 2048 && used > measured.deepest_stack)
        measured.deepest_stack = used;
    if (avr->sreg[S_I]) {
        if (masked_since > 1)
            keep_longest(&measured.longest_masked, masked_since);
        masked_since = 1; /* masked before the first time does not count */
    } else if (masked_since == 1) {
        masked_since = avr->cycle;
    }
}

static bool is_flagged(void)
{
    const uint8_t *data = avr->data;

    return (data[TIFR1] & data[TIMSK1]) | (data[TIFR0] & data[TIMSK0]) |
           (data[TIFR2] & data[TIMSK2]) | (data[EIFR] & data[EIMSK]) |
           (data[UCSR0A] & data[UCSR0B] & 0xE0);
}

static void step_parts(void)
{
    step_at = NEVER;
    timer_step();
    uart_step();
    dac_step();
    adc_step();
    if (avr->cycle >= bites_at)
        chip_reset(RESET_WATCHDOG);
    chip_step_at(bites_at);
}

/* Asleep, nothing happens before the next part or timer does something. */
static void sleep_until(avr_cycle_count_t wake)
{
    avr_cycle_timer_slot_p timer = avr->cycle_timers.timer;

    if (wake > step_at)
        wake = step_at;
    if (timer && wake > timer->when)
        wake = timer->when;
    avr->cycle = wake > avr->cycle ? wake : avr->cycle + 1;
}

/* One instruction, and what goes on beside it. */
static void run(avr_t *a, avr_cycle_count_t limit)
{
    int running = a->interrupts.running_ptr;
    int vector = running ? a->interrupts.running[running - 1]->vector : 0;
    avr_flashaddr_t next = a->pc;

    if (a->state == cpu_Running) {
        next = opcode_at(a->pc) == OPCODE_WDR ? come_round() : avr_run_one(a);
        /* One more instruction runs after I is set, not two. */
        if (a->interrupt_state == -2)
            a->interrupt_state = -1;
    }
    a->pc = next;
    if (a->state == cpu_Sleeping)
        sleep_until(limit);
    if (a->cycle_timers.timer && a->cycle_timers.timer->when <= a->cycle)
        avr_cycle_timer_process(a);
    pins_step();
    if (a->cycle >= step_at)
        step_parts();
    if (a->sreg[S_I] && is_flagged())
        request_interrupts();
    measure(running, vector);
    if (a->interrupt_state)
        serve_interrupts();
}

void chip_run_until(avr_cycle_count_t cycle)
{
    while (avr->cycle < cycle) {
        run(avr, cycle);
        if (avr->state != cpu_Running && avr->state != cpu_Sleeping) {
            record("error the processor stopped at %x", avr->pc);
            record_flush();
            fprintf(stderr, "the processor stopped at %x\n", avr->pc);
            exit(3);
        }
    }
}

void chip_print_measures(void)
{
    printf(" stack=%u pass=%u masked=%u", measured.deepest_stack, measured.longest_pass,
           measured.longest_masked);
    for (int i = 0; i < VECTORS; i++)
        if (measured.longest_interrupt[i])
            printf(" vector_%d=%u", i, measured.longest_interrupt[i]);
}

static void log_to_stderr(avr_t *a, const int level, const char *format, va_list arguments)
{
    (void)a;
    if (level <= LOG_WARNING)
        vfprintf(stderr, format, arguments);
}

void chip_power_up(const char *elf)
{
    elf_firmware_t firmware = {0};

    avr_global_logger_set(log_to_stderr);
    if (elf_read_firmware(elf, &firmware)) {
        fprintf(stderr, "%s: no ELF\n", elf);
        exit(1);
    }
    avr = avr_make_mcu_by_name("atmega328p");
    avr_init(avr);
    avr_load_firmware(avr, &firmware);
    avr->frequency = CPU_HZ;
    avr->vcc = avr->avcc = avr->aref = 5000;
    for (unsigned i = 0; i < FLAGGED; i++) {
        flagged_vectors[i] = chip_vector(flagged[i].vector);
        avr->io[AVR_DATA_TO_IO(flagged[i].flags)].w.c = clear_flags;
    }
    chip_hook(WDTCSR, NULL, write_watchdog);
    timer_init();
    uart_init();
    dac_init();
    adc_init();
    chip_reset(RESET_POWER);
}
