"""Supervision: the simulated board judges its pulses, its high voltage and its past faults."""

from appliance.simulator.boards.reference import pulse_verdict
from appliance.simulator.boards.reference.cool_down import CoolDown
from appliance.simulator.boards.reference.output import OutputStage
from appliance.simulator.boards.reference.troubles import Troubles
from appliance.stimulator.reference import protocol
from appliance.stimulator.reference.protocol import Contact, Fault
from appliance.therapy.units import LONG_AGO

HIGH_VOLTAGE_DV = 1100
"""What the simulated stage makes, tenths of a volt."""


class Supervision:
    """From one power-up to the next."""

    def __init__(self, output: OutputStage, troubles: Troubles) -> None:
        self.cool_down = CoolDown()
        self._output = output
        self._troubles = troubles
        self._contact = [Contact.UNKNOWN, Contact.UNKNOWN]
        self._was_apart = [False, False]
        self._cooling = Fault(0)
        self._falls_until = LONG_AGO

    def judge_pulse(self, due: float, channel: int) -> Fault | Contact | None:
        """What this channel's last pulse showed; None where it was too weak to show it."""
        output = self._output
        pulse = output.in_force[channel], output.measured[channel], output.negative[channel]
        found = pulse_verdict.verdict(*pulse, self._was_apart[channel])
        self._was_apart[channel] |= pulse_verdict.are_apart(*pulse)
        if isinstance(found, Fault):
            self._cooling = found
            self.cool_down.begin_after_over_current(due)
            return found | Fault.WORN_OUT if self.cool_down.is_worn_out else found
        if found is Contact.GOOD:
            self._was_apart[channel] = False
            self.cool_down.see_good_pulse()
        elif found is Contact.OPEN:
            self.cool_down.begin_after_open_lead(due)
        if found is not None or self._contact[channel] is Contact.GOOD:
            self._contact[channel] = found or Contact.UNKNOWN
        return found

    def faults(self, now: float, is_live: bool, is_stopped: bool, supply_mv: float) -> Fault:
        """Those whose cause still holds."""
        faults = Fault.EMERGENCY_STOP if is_stopped else Fault(0)
        if supply_mv < protocol.SUPPLY_EMPTY_MV:
            faults |= Fault.SUPPLY_EMPTY
        if self.cool_down.is_worn_out:
            faults |= Fault.WORN_OUT
        if self._cooling and self.cool_down.left_s(now):
            faults |= self._cooling
        else:
            self._cooling = Fault(0)
        has_fallen = not is_live and now >= self._falls_until
        most = protocol.HIGH_VOLTAGE_LEFT_DV if has_fallen else protocol.HIGH_VOLTAGE_MOST_DV
        if self.high_voltage_dv(is_live) > most:
            faults |= Fault.HIGH_VOLTAGE
        return faults

    def see_high_voltage_off(self, now: float) -> None:
        """Note that the high voltage was switched off at `now`, and falls."""
        self._falls_until = now + protocol.HIGH_VOLTAGE_FALLS_MS / 1000

    def high_voltage_dv(self, is_live: bool) -> int:
        """What is sensed behind the relay, tenths of a volt."""
        if self._troubles.high_voltage_dv is not None:
            return self._troubles.high_voltage_dv
        return HIGH_VOLTAGE_DV if is_live else 0

    def forget_contacts(self) -> None:
        self._contact = [Contact.UNKNOWN, Contact.UNKNOWN]

    def known_contact(self, channel: int) -> Contact:
        """The contact of this channel: unknown at zero current, unless its lead is open."""
        contact = self._contact[channel]
        is_known = contact is Contact.OPEN or self._output.in_force[channel]
        return contact if is_known else Contact.UNKNOWN
