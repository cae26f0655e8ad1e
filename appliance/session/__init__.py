"""How a session runs: a step takes events and makes the next frozen record.

Pure functions: no clock, file, thread or pin. The time is an argument.
"""
