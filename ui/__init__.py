"""The user's screen."""
