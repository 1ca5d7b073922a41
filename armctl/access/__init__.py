"""Accessible input as pure functions of events and time."""
