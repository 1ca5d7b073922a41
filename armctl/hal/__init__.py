"""The hardware-abstraction layer: what every arm is, tells and takes."""
