"""The safety case: hazards, their controls and the tests that hold them."""
