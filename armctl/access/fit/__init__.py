"""Measured set-up: what one person's presses, stick and pointer are like, and the settings that fit them. Pure."""
