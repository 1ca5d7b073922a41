"""Feetech STS/SMS serial bus servos."""
