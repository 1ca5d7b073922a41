"""Emulated Feetech servos."""
