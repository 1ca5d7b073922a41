"""Device firmware on pseudo-terminals."""
