"""From a wish to the next set-point: jerk-limited jog, joint and Cartesian motion, stopping."""
