"""Simulated boards, a folder for each driver."""
