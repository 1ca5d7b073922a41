"""Geometry of arms: chains, forward and inverse kinematics, shapes. Pure functions on numpy arrays."""
