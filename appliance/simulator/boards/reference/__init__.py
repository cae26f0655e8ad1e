"""The simulated reference board."""
