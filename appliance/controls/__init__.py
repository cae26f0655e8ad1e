"""Buttons, knob, lamp, buzzer and the enable line: the only room that knows gpiozero.

`pins.open_pins` gives a pin factory, `inputs.Controls` what the hands do, and
`indicators.Indicators` what the person sees, hears and feels. gpiozero and lgpio are imported
when the first pin is opened, so that commands without pins start fast.
"""
