"""Arms behind controllers that speak G-code: uArm Swift Pro, Grbl 1.1."""
