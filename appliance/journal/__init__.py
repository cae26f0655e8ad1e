"""What happened, kept for good in SQLite, and what is drawn from it.

`Recorder` is the control loop's side: it never makes the loop wait. `Journal` is the
file itself. `open_for_reading` and `sessions` serve whoever only looks.
"""
