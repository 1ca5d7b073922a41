"""Run a `Guard` over the command lines of a JSON file: what tests start as the real parent process.

The file holds the fields of `GuardPlan`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from armctl.clock import SystemClock
from armctl.control.guard import Guard, GuardPlan


def main() -> int:
    fields = json.loads(Path(sys.argv[1]).read_text())
    for name in ("control", "ui", "emulator"):
        fields[name] = tuple(fields.get(name, ()))
    if fields.get("emulator_ready"):
        fields["emulator_ready"] = Path(fields["emulator_ready"])
    return Guard(GuardPlan(**fields), SystemClock()).run()


if __name__ == "__main__":
    sys.exit(main())
