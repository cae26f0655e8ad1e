"""The checks of `doctor`: each part of the box on the real thing, and what to do about it."""
