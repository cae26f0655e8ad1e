"""The verbs of the command, in the order of `--help`, and what each does.

The verb `x` is the module `appliance.cli.x`. Its `register` gives a parser its arguments and sets
`run`, a function of the parsed arguments that returns the exit code.
"""

VERBS = {
    "run": "the service: real pins, the board and screen of the settings",
    "simulate": "the whole box in a terminal, without hardware",
    "demo": "a scripted session of all three stages, with no hands",
    "board": "a simulated board on a pseudo-terminal; `board probe` finds a real one",
    "status": "what the running service is doing",
    "stop": "output off now",
    "doctor": "looks at every part, and says what to do about it",
    "plan": "what is due, and a calendar of eight weeks",
    "programs": "what can be run: list, show, new, check, plot, diff",
    "log": "what was done: list, show, export, plot, report, backup, restore",
    "person": "people: list, rename, forget",
    "config": "the settings: show, get, set, unset, edit, history, undo, validate, path",
    "setup": "sets the box up in one sitting: board, pins, screen, people, limits, clock",
    "lock": "the therapist's lock: set, status, remove",
    "sound": "the cues: list them, play one, or write it to a file",
    "say": "what the voice says: list it, speak one text, or write it",
    "screens": "every screen on one sheet",
    "wiring": "the pin map as configured, as a table and a picture",
    "rescue": "after the service has failed: off to the board; used by systemd",
    "manual": "the manual page, for man -l -",
    "completion": "what a shell needs to complete verbs",
}
