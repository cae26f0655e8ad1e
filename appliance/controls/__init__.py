"""Buttons, knob, lamp, buzzer and the enable line: the only room that knows gpiozero.

`pins.open_pins` opens a pin factory. `inputs.Controls` reads what a person presses and turns;
`indicators.Indicators` drives what a person sees, hears and feels. gpiozero, lgpio and
gpiod are imported when the first pin is opened, so that commands without pins start fast.
"""
