"""Drivers of real arms: one folder per serial protocol."""
