/* The board of hardware/firmware around a simulated ATmega328P: what each part offers.
 * simavr gives the core and the ports. Timer 1, UART, SPI, ADC and watchdog are modelled
 * here, because simavr's SPI byte always takes 100 us, its UART byte 11 bits, its ADC samples
 * when the result is read, and its timer misses a match near the overflow.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "avr_ioport.h"
#include "sim_avr.h"
#include "sim_core.h"
#include "sim_elf.h"
#include "sim_interrupts.h"
#include "sim_io.h"

#define CPU_HZ 16000000ULL
#define US(us) ((avr_cycle_count_t)(us) * 16)
#define NEVER UINT64_MAX

/* Addresses of the ATmega328P in its data space. */
enum {
    PINB = 0x23, DDRB, PORTB,
    PIND = 0x29, DDRD, PORTD,
    TIFR0 = 0x35, TIFR1, TIFR2,
    EIFR = 0x3C, EIMSK,
    SPCR = 0x4C, SPSR, SPDR,
    MCUSR = 0x54, SPL = 0x5D, SPH,
    WDTCSR = 0x60,
    TIMSK0 = 0x6E, TIMSK1, TIMSK2,
    ADCL = 0x78, ADCH, ADCSRA, ADCSRB, ADMUX,
    TCCR1A = 0x80, TCCR1B, TCNT1L = 0x84, TCNT1H, OCR1AL = 0x88, OCR1AH, OCR1BL, OCR1BH,
    UCSR0A = 0xC0, UCSR0B, UCSR0C, UBRR0L = 0xC4, UBRR0H, UDR0,
    SRAM = 0x100, SRAM_END = 0x8FF,
};

/* Numbers of its interrupt vectors. */
enum { VECTOR_COMPA = 11, VECTOR_COMPB, VECTOR_OVERFLOW };
enum { VECTOR_SPI = 17, VECTOR_RX, VECTOR_UDRE, VECTOR_TX, VECTOR_ADC, VECTORS = 26 };

enum reset_cause { RESET_POWER, RESET_EXTERNAL, RESET_BROWN_OUT, RESET_WATCHDOG, RESET_SLOW_POWER };

extern avr_t *avr;

/* record.c: every edge, word, sample and frame, a line each, with its cycle. */
void record_open(const char *path);
void record(const char *format, ...) __attribute__((format(printf, 1, 2)));
void record_flush(void);

/* chip.c: the core, its resets and its watchdog. */
void chip_power_up(const char *elf);
void chip_run_until(avr_cycle_count_t cycle);
void chip_reset(enum reset_cause cause);
void chip_hang(bool interrupts_off);
void chip_hook(uint16_t address, avr_io_read_t on_read, avr_io_write_t on_write);
avr_int_vector_t *chip_vector(int number);
void chip_request(avr_int_vector_t *vector, bool wanted); /* level-triggered */
void chip_step_at(avr_cycle_count_t cycle); /* every part's step is called then, or before */
static inline bool bit_of(uint16_t address, int bit) { return avr->data[address] >> bit & 1; }

/* flags.c: the flag registers of timers and external interrupts. */
void flags_init(void);
bool flags_are_up(void);
void flags_request(void);

/* measure.c: interrupts, the main loop's pass from WDR to WDR, the stack. */
void measure_reset(void);
void measure_entry(int depth);
void measure_pass(void);
void measure_step(int depth_before, int vector_before);
avr_flashaddr_t measure_loop_at(void);
void measure_print(void);

/* pins.c: levels of the board's nets, pulled up and down as on the board. */
void pins_init(void);
void pins_reset(void);
void pins_step(void);
void pins_set_stop(bool open, bool interrupts); /* or where its edge goes unseen */
void pins_stick(const char *net, int level); /* -1: free again */
bool pin_level(char port, int bit);
uint8_t pins_output(void); /* high voltage and bridge: bits 3 to 7 */
avr_cycle_count_t pin_changed_at(char port, int bit);

/* uart.c */
void uart_init(void);
void uart_reset(void);
void uart_step(void);
void uart_request(void);
void uart_send(const uint8_t *bytes, int count);
int uart_backlog(void);
int uart_take(uint8_t *bytes, int room);
void uart_drop_backlog(void);

/* timer.c */
avr_cycle_count_t timer_began_at(void); /* it counts from then on */
void timer_init(void);
void timer_reset(void);
void timer_step(void);

/* dac.c: SPI master and the MCP4922 behind it. */
void dac_init(void);
void dac_reset(void);
void dac_step(void);
void dac_chip_select(bool high);
int dac_code(int channel);
void dac_upset(int channel, int code); /* it holds another code from now on */
void dac_set_reference_mv(int mv);

/* adc.c: the sampler, and the body and battery that it looks at. */
void adc_init(void);
void adc_reset(void);
void adc_step(void);
bool body_set_contact(int channel, const char *name);
void body_set_ohms(int channel, int value);
void battery_set_mv(int mv);
void stage_break(const char *how, int value); /* a defect of the output stage */

/* fault.c: bits that flip, and bits that stay what they are not meant to be. */
void fault_flip(unsigned address, int bit);
/* Stuck at a level; -1: at the one that it has not. */
void fault_jam(unsigned address, int bit, int level, avr_cycle_count_t cycles);
void fault_corrupt(unsigned address, int bit); /* of the program */
void fault_step(void);

/* trial.c: a fault tried on a copy of everything, which answers instead of this process. */
bool trial_run(char *rest);
void trial_step(void);
void trial_reset(void);

/* replay.c: what the ADC reads of a simulated stage with a fault, tried on a copy of everything. */
bool replay_run(const char *rest, bool of_test);
bool replay_sound(const char *rest); /* of a self-test, in this process, until it is over */
void replay_end(void);
void replay_pulse(void); /* PD4 has risen */
void replay_negative(void); /* PD5 has */
void replay_supply(bool high); /* PD3 has changed */
int replay_mv(int mux); /* -1: nothing is replayed at this input */

/* wire.c: the pseudo-terminal to the host. */
void wire_plug(const char *link);
void wire_unplug(void);
int wire_descriptor(void);
void wire_pump(void);

#endif
