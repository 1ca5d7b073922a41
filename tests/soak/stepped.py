"""The share of a soak on a stepped clock: one arm after the other, each in a scene of its own, faster than life."""

from __future__ import annotations

import argparse
import gc
import json
import logging
import math
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.soak.growth import Growth
from tests.soak.report import Report
from tests.soak.rig import Rig
from tests.soak.scenes import random_scene

EPISODE = 60.0
"""How long one arm lives [s]."""
TROUBLE = 1.2
"""Mean time between two troubles [s]: most of the time something is wrong, and the arm still gets to move."""


def episode(seed: int, folder: Path, seconds: float = EPISODE, trouble: float = TROUBLE, wall: float = math.inf) -> Rig:
    """Let one arm live, with a trouble every so often [s], until a real clock says ``wall``; return its rig, closed."""
    rig = Rig(seed, random_scene(random.Random(seed), folder / "scene.toml"), trouble=trouble)
    try:
        rig.run(seconds, wall)
    finally:
        rig.close()
    return rig


def share(seed: int, wall: float, seconds: float = EPISODE) -> Report:
    """Let arms live one after the other for ``wall`` seconds, or until something is found."""
    # What control says about each fault would be megabytes.
    logging.disable(logging.CRITICAL)
    report = Report(f"stepped clock, seed {seed}")
    growth = report.growth.setdefault("control stack", Growth())
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        number = seed
        while time.monotonic() - begun < wall and not report.found:
            rig = episode(number, Path(folder), seconds, wall=begun + wall)
            report.simulated += rig.now - rig.begun
            report.counts += rig.counts + rig.checker.counts
            report.troubles += rig.troubles
            for violation in rig.checker.violations[:3]:
                head = f"{violation.rule} at {violation.at:.2f} s: {violation.what}"
                report.found.append((head, f"python -m tests.soak --episode {number}", rig.checker.story()))
            del rig
            gc.collect()
            growth.sample(report.simulated)
            report.counts["arms"] += 1
            number += 1
    report.wall = time.monotonic() - begun
    report.judge_growth()
    return report


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("seed", type=int)
    parser.add_argument("wall", type=float)
    options = parser.parse_args()
    sys.stdout.write(json.dumps(share(options.seed, options.wall).as_json()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
