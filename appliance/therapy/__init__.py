"""What a session is: programs, routines, placements, the checklist, limits and the plan.

Pure data and rules. Nothing here reads a clock, a file or a pin.
"""
