"""Emulated DYNAMIXEL X servos, Protocol 2.0."""
