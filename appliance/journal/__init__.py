"""The journal: notes stored in SQLite, and the histories and records read from it.

`Recorder` is the control loop's side and never makes the loop wait. `Journal` is the file
itself. `open_for_reading` and `sessions` are for commands that only read.
"""
