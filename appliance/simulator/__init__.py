"""Simulated boards that speak real bytes, a body, and scripted hands for the controls."""
