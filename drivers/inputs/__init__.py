"""Input devices on serial ports: what they send, as bytes. No arm, no screen, no clock."""
