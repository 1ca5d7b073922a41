"""armctl: a small robot arm, driven through one or two switches, a joystick, sip-and-puff or a pointer."""

__version__ = "0.1.0"
