"""Speech: what is said, when, and the process that says it.

`sentences` turns a view into words, `announcer` decides when they are said, `speaker` holds
the process `synthesis_process`, which renders and plays them. The control loop never waits.
"""
