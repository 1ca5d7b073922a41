"""Simulated arms, scenes, devices and users."""
