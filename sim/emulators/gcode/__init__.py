"""Emulated G-code controllers: the firmware of the uArm Swift Pro, and Grbl 1.1."""
