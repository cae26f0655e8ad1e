"""The chapters of a sitting, in the order in which a box is set up."""

from appliance.setup import board, finish, habits, machine_time, pins, screen
from appliance.setup.sitting import Chapter

CHAPTERS = (
    Chapter("board", "Board", board.ask),
    Chapter("pins", "Buttons, STOP, knob", pins.ask),
    Chapter("screen", "Screen", screen.ask),
    Chapter("sound", "Sound", habits.sound),
    Chapter("language", "Language", habits.language),
    Chapter("people", "People", habits.people),
    Chapter("days", "Days of the plan", habits.days),
    Chapter("limits", "Limits", habits.limits),
    Chapter("time", "Time zone, clock", machine_time.ask),
    Chapter("finish", "Look, and write", finish.ask),
)
