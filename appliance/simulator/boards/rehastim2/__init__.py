"""The simulated RehaStim2."""
