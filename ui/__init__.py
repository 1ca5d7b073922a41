"""The user's screen."""

import os

# Before anything here imports pygame: its greeting would stand between the messages that matter.
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
