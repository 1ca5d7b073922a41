"""What control tells the screen, made by hand."""

from __future__ import annotations

from armctl.control.messages import Snapshot

PLAIN = Snapshot(
    tick=1,
    stamp=1.0,
    epoch=1,
    mode="ready",
    fault=None,
    arm="so101",
    real=False,
    joints=("a", "b"),
    positions=(0.0, 0.0),
    commanded=(0.0, 0.0),
    tool=(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0),
)
"""An arm of two joints that stands."""
