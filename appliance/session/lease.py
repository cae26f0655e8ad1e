"""The lease of a set-point.

The reference protocol, its board card, every driver and the judge of over-current take it from
here. It imports nothing: the firmware's build reads it without any library.
"""

LEASE_S = 0.3
"""Time that a set-point holds unless it is renewed, seconds."""
