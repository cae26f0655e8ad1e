"""Drivers of stimulator boards: the port that all satisfy, the registry, a folder for each."""
