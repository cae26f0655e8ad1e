"""What a session is: programs, routines, placements, the checklist, limits and the plan.

Data and pure functions: no clock, file, thread or pin.
"""
