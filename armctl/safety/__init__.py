"""The supervisor: sole maker of approved commands. Pure functions and tables."""
