"""A board and a body that speak real bytes, and hands for the rest of the box."""
