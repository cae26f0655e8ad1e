"""The simulated P24 and RehaMove3."""
