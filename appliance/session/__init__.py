"""How a session runs: events in, one frozen record, everything else derived from it.

Pure. Nothing here reads a clock, a file or a pin; time arrives with the events.
"""
