"""The boards. `port` says what any board can do; each driver has a folder of its own."""
