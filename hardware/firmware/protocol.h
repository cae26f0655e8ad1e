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

#define EMS_LAYOUT 0x2EC30997UL /* hash of everything in this file */
#define EMS_BOARD_NAME "EMS-REF1"
#define EMS_MAX_FRAME_BYTES 41 /* without the zero */
#define EMS_BAUD_RATE 250000UL /* bit/s, 8 data bits, no parity, 1 stop bit */
#define EMS_CODES_PER_MA 40U /* DAC codes a milliampere; one code is 25 uA */
#define EMS_MAX_AMPLITUDE_CODES 3200U /* 80 mA */
#define EMS_MIN_WIDTH_US 50U /* shortest phase of a pulse */
#define EMS_MAX_WIDTH_US 400U /* longest phase of a pulse */
#define EMS_MIN_FREQUENCY_CENTIHZ 100U /* 1 Hz */
#define EMS_MAX_FREQUENCY_CENTIHZ 12000U /* 120 Hz */
#define EMS_MAX_CHARGE_CODES_US 1600000UL /* codes times microseconds: 40 uC a phase */
#define EMS_RISE_CODES_PER_S 1600U /* fastest rise of a channel's amplitude: 40 mA/s */
#define EMS_FIRST_PULSE_CODES 40U /* largest first pulse after zero: 1 mA */
#define EMS_INTERPHASE_GAP_US 50U /* between a pulse's two phases */
#define EMS_LEASE_MS 300U /* lease that the host asks for */
#define EMS_GAP_MS 200U /* after a pause longer than this the host's first frame is an off */
#define EMS_MAX_LEASE_MS 500U /* longest lease that the board grants */
#define EMS_WRONG_BELIEFS 3U /* wrong beliefs in a row that lead to off */
#define EMS_OPEN_LEAD_FROM_CODES 80U /* asked from here on, a pulse shows an open lead: 2 mA */
#define EMS_OVER_CURRENT_PERCENT 20U /* measured above asked by this and the next: fault */
#define EMS_OVER_CURRENT_CODES 40U /* 1 mA */
#define EMS_SUPPLY_LOW_MV 6800U /* below: warn */
#define EMS_SUPPLY_EMPTY_MV 6400U /* below: off */
#define EMS_WATCHDOG_MS 30U /* a main loop that hangs this long resets the board */
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
#define EMS_REFUSAL_KINDS 10U

/* Why the board is in `fault`. Latched; an off clears those whose cause is gone. */
#define EMS_FAULT_OVER_CURRENT 1U
#define EMS_FAULT_SUPPLY_EMPTY 2U
#define EMS_FAULT_EMERGENCY_STOP 4U
#define EMS_FAULT_WATCHDOG 8U
#define EMS_FAULT_BROWN_OUT 16U
#define EMS_FAULT_INTERNAL 32U

/* What else is true now. */
#define EMS_FLAG_GREETED 1U
#define EMS_FLAG_SUPPLY_LOW 2U

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
} __attribute__((packed));
_Static_assert(sizeof(struct ems_hello) == 7, "layout of hello");

/* What to deliver until the lease runs out. Absolute, never a step. */
struct ems_set_point {
    uint8_t code;
    uint16_t arming; /* the arming number of the newest report */
    uint16_t sequence; /* newer than any before, counted in a circle */
    uint16_t lease_ms; /* how long this holds, at most 500 */
    uint8_t belief; /* the board state that the host last saw */
    uint16_t frequency_centihz; /* of both channels; B runs half a period after A */
    uint16_t amplitude_a_codes; /* peak of channel A's pulses; 0 is rest */
    uint16_t amplitude_b_codes; /* peak of channel B's pulses; 0 is rest */
    uint16_t width_a_us; /* width of each phase of channel A */
    uint16_t width_b_us; /* width of each phase of channel B */
    uint16_t ceiling_codes; /* no amplitude above this until the next off */
    uint16_t ceiling_us; /* no width above this until the next off */
    uint16_t ceiling_centihz; /* no frequency above this until the next off */
} __attribute__((packed));
_Static_assert(sizeof(struct ems_set_point) == 24, "layout of set_point");

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
} __attribute__((packed));
_Static_assert(sizeof(struct ems_identity) == 24, "layout of identity");

/* The answer to every set-point and every off, refused ones included. */
struct ems_report {
    uint8_t code;
    uint16_t arming; /* what the next set-point must carry */
    uint16_t sequence; /* that of the frame answered */
    uint8_t answer; /* 0: accepted; else the kind of refusal */
    uint8_t state; /* after the frame took effect */
    uint8_t reason; /* why the board last went off */
    uint8_t flags; /* see Flags */
    uint8_t faults; /* see Faults */
    uint8_t contact_a; /* pads of channel A */
    uint8_t contact_b; /* pads of channel B */
    uint16_t amplitude_a_codes; /* in force at A: its last pulse, or less; 0 in rest */
    uint16_t amplitude_b_codes; /* in force at B: its last pulse, or less; 0 in rest */
    uint16_t width_a_us; /* in force at channel A */
    uint16_t width_b_us; /* in force at channel B */
    uint16_t frequency_centihz; /* in force */
    uint16_t measured_a_codes; /* current of channel A's last pulse; 0 in rest */
    uint16_t measured_b_codes; /* current of channel B's last pulse; 0 in rest */
    uint16_t supply_mv; /* two lithium cells */
    uint8_t refusals[10]; /* refused, by kind, modulo 256 */
} __attribute__((packed));
_Static_assert(sizeof(struct ems_report) == 38, "layout of report");

#endif
