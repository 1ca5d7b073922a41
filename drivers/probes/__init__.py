"""Harmless questions, one file for each protocol: who is there, how is it, does it fit the configuration?

No question writes to a device, moves it or switches anything on or off. The bytes are the examples of the makers' own
protocol descriptions, so that they do not depend on the drivers they help to choose.
"""
