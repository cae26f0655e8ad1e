/* Generated from appliance/stimulator/reference/protocol.py. Do not edit: run
 * python -m appliance.stimulator.reference.generate
 * SPDX-License-Identifier: Apache-2.0
 *
 * A frame is COBS(message, CRC) and a zero byte. A message begins with its code; all
 * integers are little-endian, which is also how avr-gcc lays out a packed struct. The CRC
 * travels high byte first, so that the CRC over a message and its CRC is zero.
 */
#ifndef EMS_PROTOCOL_H
#define EMS_PROTOCOL_H

#include <stdint.h>

#define EMS_LAYOUT 0xD9C035D6UL /* hash of everything in this file */
#define EMS_PROTOCOL_MINOR 0U /* uses of reserved bytes */
#define EMS_BOARD_NAME "EMS-REF1"
#define EMS_MAX_FRAME_BYTES 73 /* without the zero */
#define EMS_BAUD_RATE 250000UL /* bit/s, 8 data bits, no parity, 1 stop bit */
#define EMS_CODES_PER_MA 40U /* DAC codes a milliampere; one code is 25 uA */
#define EMS_MAX_AMPLITUDE_CODES 3200U /* 80 mA */
#define EMS_MIN_WIDTH_US 50U /* shortest phase of a pulse */
#define EMS_MAX_WIDTH_US 400U /* longest phase of a pulse */
#define EMS_MIN_FREQUENCY_CENTIHZ 100U /* 1 Hz */
#define EMS_MAX_FREQUENCY_CENTIHZ 12000U /* 120 Hz */
#define EMS_MAX_BURST_PULSES 25U /* of a channel in each burst */
#define EMS_MIN_BURST_MS 100U /* from burst to burst: 10 a second */
#define EMS_MAX_BURST_MS 1000U /* from burst to burst: 1 a second */
#define EMS_MAX_CHARGE_CODES_US 1600000UL /* codes times microseconds: 40 uC a phase */
#define EMS_RISE_CODES_PER_S 1600U /* fastest rise of a channel's amplitude: 40 mA/s */
#define EMS_FIRST_PULSE_CODES 40U /* largest first pulse after zero: 1 mA */
#define EMS_STEP_CODES 80U /* most that a pulse is above the one before: 2 mA */
#define EMS_STEP_CHARGE_CODES_US 80000UL /* most that a phase's charge is above it: 2 uC */
#define EMS_SHORT_PERCENT 5U /* measured below asked by this and the next: held */
#define EMS_SHORT_CODES 40U /* 1 mA */
#define EMS_INTERPHASE_GAP_US 50U /* between a pulse's two phases */
#define EMS_LEASE_MS 300U /* lease that the host asks for */
#define EMS_GAP_MS 200U /* after a pause longer than this the host's first frame is an off */
#define EMS_MIN_LEASE_MS 50U /* shortest lease that the board grants */
#define EMS_MAX_LEASE_MS 500U /* longest lease that the board grants */
#define EMS_SEQUENCE_WINDOW 64U /* a set-point's number is newer by at most this */
#define EMS_WRONG_BELIEFS 3U /* wrong beliefs in a row that lead to off */
#define EMS_OPEN_LEAD_FROM_CODES 80U /* asked from here on, a pulse shows an open lead: 2 mA */
#define EMS_OVER_CURRENT_PERCENT 20U /* measured above asked by this and the next: fault */
#define EMS_OVER_CURRENT_CODES 40U /* 1 mA */
#define EMS_UNBALANCED_PERCENT 10U /* phases apart by this and the next: fault */
#define EMS_UNBALANCED_CODES 40U /* 1 mA */
#define EMS_OFFSET_CODES 40U /* current between pulses above this: fault; 1 mA */
#define EMS_OPEN_LEAD_COOL_DOWN_MS 250U /* after the first open lead; doubles with each */
#define EMS_OVER_CURRENT_COOL_DOWN_MS 1000U /* after the first fault of the current */
#define EMS_COOL_DOWN_DOUBLINGS 4U /* no cool-down doubles more often */
#define EMS_GOOD_PULSES 200U /* so many good pulses forget the open leads */
#define EMS_OVER_CURRENTS 5U /* so many faults of the current: power off is needed */
#define EMS_HIGH_VOLTAGE_MOST_DV 1300U /* tenths of a volt: above is a fault */
#define EMS_HIGH_VOLTAGE_LEFT_DV 150U /* while off, 1 s after it was on: above is a fault */
#define EMS_HIGH_VOLTAGE_FALLS_MS 1000U /* how long it may take to fall so far */
#define EMS_SUPPLY_LOW_MV 6800U /* below: warn */
#define EMS_SUPPLY_EMPTY_MV 6400U /* below: off */
#define EMS_WATCHDOG_MS 15U /* a main loop that hangs this long resets the board */
#define EMS_CRC_START 65535U /* CRC-16, polynomial 0x1021, not reflected */

/* What the board says of itself. */
#define EMS_STATE_OFF 0U
#define EMS_STATE_ARMED 1U
#define EMS_STATE_ON 2U
#define EMS_STATE_FAULT 3U

/* Why the board last went off. */
#define EMS_REASON_POWER_UP 0U
#define EMS_REASON_HELLO 1U
#define EMS_REASON_OFF 2U
#define EMS_REASON_LEASE 3U
#define EMS_REASON_BELIEF 4U
#define EMS_REASON_OPEN_LEAD 5U
#define EMS_REASON_FAULT 6U

/* What restarted the chip. 0: the host's flash program, or a jump to the start. */
#define EMS_CAUSE_POWER 1U
#define EMS_CAUSE_RESET_PIN 2U
#define EMS_CAUSE_BROWN_OUT 4U
#define EMS_CAUSE_WATCHDOG 8U
#define EMS_CAUSE_WRONG_INTERRUPT 16U

/* Which output stage the board was built with. */
#define EMS_STAGE_UNKNOWN 0U
#define EMS_STAGE_BENCH 1U
#define EMS_STAGE_SIMULATED 255U

/* What the board can see of its output stage. */
#define EMS_CAPABILITY_CURRENT 1U
#define EMS_CAPABILITY_BOTH_PHASES 2U
#define EMS_CAPABILITY_HIGH_VOLTAGE 4U
#define EMS_CAPABILITY_DAC_OUTPUTS 8U

/* What a channel's last pulse said of its pads. Open stays until the next off. */
#define EMS_CONTACT_UNKNOWN 0U
#define EMS_CONTACT_GOOD 1U
#define EMS_CONTACT_OPEN 2U

/* Why a frame was refused, and the place of its counter. In the order of the checks. */
#define EMS_REFUSAL_NONE 0U
#define EMS_REFUSAL_DAMAGED 1U
#define EMS_REFUSAL_UNKNOWN 2U
#define EMS_REFUSAL_NO_HELLO 3U
#define EMS_REFUSAL_FAULT 4U
#define EMS_REFUSAL_ARMING 5U
#define EMS_REFUSAL_SEQUENCE 6U
#define EMS_REFUSAL_BELIEF 7U
#define EMS_REFUSAL_NOT_ZERO 8U
#define EMS_REFUSAL_LIMIT 9U
#define EMS_REFUSAL_COOL_DOWN 10U
#define EMS_REFUSAL_KINDS 11U

/* Why the board is in `fault`. Latched; an off clears those whose cause is gone. */
#define EMS_FAULT_OVER_CURRENT 1U
#define EMS_FAULT_SUPPLY_EMPTY 2U
#define EMS_FAULT_EMERGENCY_STOP 4U
#define EMS_FAULT_WATCHDOG 8U
#define EMS_FAULT_BROWN_OUT 16U
#define EMS_FAULT_INTERNAL 32U
#define EMS_FAULT_UNBALANCED 64U
#define EMS_FAULT_HIGH_VOLTAGE 128U
#define EMS_FAULT_SELF_TEST 256U
#define EMS_FAULT_WORN_OUT 512U

/* Which check of the chip failed, where the fault is `internal` or `self_test`. */
#define EMS_CHECK_NONE 0U
#define EMS_CHECK_PULSE_LATE 1U
#define EMS_CHECK_PULSE_LONG 2U
#define EMS_CHECK_CLOCK 3U
#define EMS_CHECK_ENGINE 4U
#define EMS_CHECK_BRIDGE 5U
#define EMS_CHECK_DIRECTIONS 6U
#define EMS_CHECK_TIMER 7U
#define EMS_CHECK_ADC 8U
#define EMS_CHECK_DAC 9U
#define EMS_CHECK_LINE 10U
#define EMS_CHECK_INTERRUPT 11U
#define EMS_CHECK_FLASH 12U
#define EMS_CHECK_MEMORY 13U
#define EMS_CHECK_OFFSET 14U

/* What else is true now. Held: a channel stays at what flows, below what is asked. */
#define EMS_FLAG_GREETED 1U
#define EMS_FLAG_SUPPLY_LOW 2U
#define EMS_FLAG_HELD_A 4U
#define EMS_FLAG_HELD_B 8U

#define EMS_CODE_HELLO 0x01U
#define EMS_CODE_SET_POINT 0x02U
#define EMS_CODE_OFF 0x03U
#define EMS_CODE_IDENTITY 0x81U
#define EMS_CODE_REPORT 0x82U

/* Who are you? Switches off like `off`. Its layout never changes. */
struct ems_hello {
    uint8_t code;
    uint16_t sequence; /* number of this frame; the next set-point's must be newer */
    uint32_t layout; /* the host's layout hash; no set-points unless it is the board's */
    uint8_t protocol_minor; /* the host's minor version; any is accepted */
    uint8_t reserved[3]; /* 0 */
} __attribute__((packed));
_Static_assert(sizeof(struct ems_hello) == 11, "layout of hello");

/* What to deliver until the lease runs out. Absolute, never a step. */
struct ems_set_point {
    uint8_t code;
    uint32_t arming; /* the arming number of the newest report */
    uint16_t sequence; /* newer than any before by 1 to 64, counted in a circle */
    uint16_t heard; /* `sequence` of the newest report that the host has heard */
    uint16_t lease_ms; /* how long this holds, 50 to 500 */
    uint8_t belief; /* the board state that the host last saw */
    uint16_t frequency_centihz; /* of both channels; B runs half a period after A */
    uint8_t burst_pulses; /* a channel's pulses in each burst, from 2; 0: no bursts */
    uint16_t burst_ms; /* from the begin of a burst to that of the next; 0: no bursts */
    uint16_t amplitude_a_codes; /* peak of channel A's pulses; 0 is rest */
    uint16_t amplitude_b_codes; /* peak of channel B's pulses; 0 is rest */
    uint16_t width_a_us; /* width of each phase of channel A */
    uint16_t width_b_us; /* width of each phase of channel B */
    uint16_t ceiling_codes; /* no amplitude above this until the next off */
    uint16_t ceiling_us; /* no width above this until the next off */
    uint16_t ceiling_centihz; /* no frequency above this until the next off */
    uint8_t reserved[2]; /* 0 */
} __attribute__((packed));
_Static_assert(sizeof(struct ems_set_point) == 33, "layout of set_point");

/* Off, always obeyed. Clears latched faults whose cause is gone. */
struct ems_off {
    uint8_t code;
    uint16_t sequence; /* number of this frame; the next set-point's must be newer */
} __attribute__((packed));
_Static_assert(sizeof(struct ems_off) == 3, "layout of off");

/* The answer to a hello. Its layout never changes. */
struct ems_identity {
    uint8_t code;
    uint16_t sequence; /* that of the hello */
    uint32_t layout; /* the board's layout hash; the host refuses any but its own */
    uint8_t name[8]; /* `EMS-REF1` */
    uint8_t major; /* version of the firmware */
    uint8_t minor; /* version of the firmware */
    uint8_t patch; /* version of the firmware */
    uint16_t max_codes; /* the board's own ceiling of amplitude, codes */
    uint16_t max_us; /* the board's own ceiling of width */
    uint16_t max_centihz; /* the board's own ceiling of frequency */
    uint32_t serial; /* the board's serial number; 0: none was written */
    uint8_t hardware; /* revision of the board; 0: unknown */
    uint8_t stage; /* see Stages */
    uint8_t channels; /* 1: channel B is never driven */
    uint8_t capabilities; /* see Capabilities */
    uint16_t flash_crc; /* CRC of the program, as the chip computed it at its start */
    uint8_t protocol_minor; /* the board's minor version; any is accepted */
    uint8_t reserved[7]; /* 0 */
} __attribute__((packed));
_Static_assert(sizeof(struct ems_identity) == 42, "layout of identity");

/* The answer to every set-point and every off, refused ones included. */
struct ems_report {
    uint8_t code;
    uint32_t arming; /* what the next set-point must carry */
    uint16_t sequence; /* that of the frame answered */
    uint8_t answer; /* 0: accepted; else the kind of refusal */
    uint8_t state; /* after the frame took effect */
    uint8_t reason; /* why the board last went off */
    uint8_t flags; /* see Flags */
    uint8_t cause; /* what restarted the chip: see Causes */
    uint16_t faults; /* see Faults */
    uint8_t check; /* the first check that failed since the faults were clear */
    uint8_t contact_a; /* pads of channel A */
    uint8_t contact_b; /* pads of channel B */
    uint16_t amplitude_a_codes; /* in force at A: its last pulse, or less; 0 in rest */
    uint16_t amplitude_b_codes; /* in force at B: its last pulse, or less; 0 in rest */
    uint16_t width_a_us; /* in force at channel A */
    uint16_t width_b_us; /* in force at channel B */
    uint16_t frequency_centihz; /* in force */
    uint8_t burst_pulses; /* in force */
    uint16_t burst_ms; /* in force */
    uint16_t measured_a_codes; /* positive phase of A's last pulse; 0 in rest */
    uint16_t measured_b_codes; /* positive phase of B's last pulse; 0 in rest */
    uint16_t negative_a_codes; /* negative phase of A's last pulse; 0 in rest */
    uint16_t negative_b_codes; /* negative phase of B's last pulse; 0 in rest */
    uint16_t offset_a_codes; /* current at A between pulses; 0 is right */
    uint16_t offset_b_codes; /* current at B between pulses; 0 is right */
    uint16_t pulses_a; /* pulses that A delivered since power-up, in a circle */
    uint16_t pulses_b; /* pulses that B delivered since power-up, in a circle */
    uint16_t high_voltage_dv; /* behind the relay, tenths of a volt; 0 if not sensed */
    uint16_t cool_down_ms; /* so long no set-point arms, at most 65535 */
    uint8_t overflows; /* bytes from the host that were lost, modulo 256 */
    uint16_t supply_mv; /* two lithium cells */
    uint8_t refusals[11]; /* refused, by kind, modulo 256 */
    uint8_t reserved[6]; /* 0 */
} __attribute__((packed));
_Static_assert(sizeof(struct ems_report) == 70, "layout of report");

#endif
