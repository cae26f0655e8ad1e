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
#define PROGRAM_MASK 0x7FFE /* the program counter has 14 bits of words */

avr_t *avr;

static avr_cycle_count_t step_at;

static avr_flashaddr_t patched_at;
static uint16_t patched[2];

static uint16_t opcode_at(avr_flashaddr_t address)
{
    return avr->flash[address] | avr->flash[address + 1] << 8;
}

static unsigned stack_at(void)
{
    return avr->data[SPL] | avr->data[SPH] << 8;
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
    static const char *const names[] = {"power", "external", "brown_out", "watchdog", "slow_power"};
    /* While a supply rises slowly the brown-out detector speaks as well. */
    static const uint8_t flags[] = {1, 2, 4, 8, 1 | 4};
    bool is_new = cause == RESET_POWER || cause == RESET_SLOW_POWER;
    uint8_t added_up = (is_new ? 0 : avr->data[MCUSR]) | flags[cause];

    if (is_new)
        memset(avr->data + SRAM, UNTOUCHED, SRAM_END + 1 - SRAM);
    record("reset %s", names[cause]);
    trial_reset();
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
        put_opcode(patched_at, patched[0]);
        put_opcode(patched_at + 2, patched[1]);
        patched[0] = 0;
    }
    measure_reset();
}

/* The main loop stays where it feeds the watchdog, in the very program that is shipped. */
void chip_hang(bool interrupts_off)
{
    patched_at = measure_loop_at();
    patched[0] = opcode_at(patched_at);
    patched[1] = opcode_at(patched_at + 2);
    put_opcode(patched_at, interrupts_off ? OPCODE_CLI : OPCODE_HANG);
    if (interrupts_off)
        put_opcode(patched_at + 2, OPCODE_HANG);
    record("hang");
}

/* WDR: the main loop has come round. */
static avr_flashaddr_t come_round(void)
{
    feed_watchdog();
    measure_pass();
    avr->cycle++;
    return avr->pc + 2;
}

static void serve_interrupts(void)
{
    int running = avr->interrupts.running_ptr;

    avr_service_interrupts(avr);
    if (avr->interrupts.running_ptr > running) {
        measure_entry(running);
        avr->cycle += INTERRUPT_RESPONSE;
    }
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

/* Behind the memory silicon keeps nothing: a stack there gives back what was never put on it. */
static void forget(unsigned at)
{
    unsigned first = at < SRAM_END + 4 ? SRAM_END + 1 : at - 3;
    unsigned last = at > 0xFFFF - 3 ? 0xFFFF : at + 3;

    memset(avr->data + first, UNTOUCHED, last + 1 - first);
}

/* One instruction. simavr stops where the program writes to the core's registers by their address,
 * or leaves the program; silicon goes on, and its program counter wraps. */
static avr_flashaddr_t run_instruction(avr_t *a)
{
    avr_flashaddr_t next = avr_run_one(a);

    if (a->state == cpu_Crashed)
        a->state = cpu_Running;
    return next & PROGRAM_MASK;
}

/* One instruction, and what goes on beside it. */
static void run(avr_t *a, avr_cycle_count_t limit)
{
    int running = a->interrupts.running_ptr;
    int vector = running ? a->interrupts.running[running - 1]->vector : 0;
    avr_flashaddr_t next = a->pc;

    if (a->state == cpu_Running) {
        next = opcode_at(a->pc) == OPCODE_WDR ? come_round() : run_instruction(a);
        if (stack_at() > SRAM_END)
            forget(stack_at());
        /* One more instruction runs after I is set, not two. */
        if (a->interrupt_state == -2)
            a->interrupt_state = -1;
    }
    a->pc = next;
    if (a->state == cpu_Sleeping)
        sleep_until(limit);
    if (a->cycle_timers.timer && a->cycle_timers.timer->when <= a->cycle)
        avr_cycle_timer_process(a);
    fault_step();
    pins_step();
    trial_step();
    if (a->cycle >= step_at)
        step_parts();
    if (a->sreg[S_I] && flags_are_up())
        flags_request();
    measure_step(running, vector);
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

static void log_to_stderr(avr_t *a, const int level, const char *format, va_list arguments)
{
    (void)a;
    if (level <= LOG_WARNING)
        vfprintf(stderr, format, arguments);
}

/* simavr stops at an address behind the memory, where silicon reads anything and goes on. */
static void give_room(void)
{
    avr->data = realloc(avr->data, 0x10000);
    memset(avr->data + SRAM_END + 1, UNTOUCHED, 0xFFFF - SRAM_END);
    avr->ramend = 0xFFFF;
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
    give_room();
    avr_load_firmware(avr, &firmware);
    avr->frequency = CPU_HZ;
    avr->vcc = avr->avcc = avr->aref = 5000;
    flags_init();
    chip_hook(WDTCSR, NULL, write_watchdog);
    pins_init();
    timer_init();
    uart_init();
    dac_init();
    adc_init();
    chip_reset(RESET_POWER);
}
