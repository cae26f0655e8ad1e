"""The whole box in virtual time, and an observer that compares it with the rules."""
