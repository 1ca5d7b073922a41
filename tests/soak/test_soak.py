"""A soak of a few seconds on a stepped clock, and the same life again from the same seed."""

from __future__ import annotations

import dataclasses
import json
import math
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from armctl.motion.setpoint import SetPoint
from armctl.safety.gate import Gate, Passed
from tests.soak.growth import Growth
from tests.soak.report import Report
from tests.soak.rig import Rig, SpoiledGenerator
from tests.soak.scenes import random_scene
from tests.soak.stepped import episode

CALM, SEED = 3, 4


@pytest.mark.parametrize("seed", [SEED, SEED + 1])
def test_an_arm_that_much_happens_to_does_nothing_unsafe(seed: int, tmp_path: Path) -> None:
    rig = episode(seed, tmp_path, 8.0, trouble=0.4)
    assert rig.checker.violations == [], rig.checker.story()
    assert rig.counts["commands"] > 20
    assert rig.checker.counts["changes"] > 50
    assert sum(rig.troubles.values()) > 8


def test_the_same_seed_is_the_same_life(tmp_path: Path) -> None:
    first, second = (episode(SEED, tmp_path, 3.0, trouble=0.3) for _ in range(2))
    assert first.counts == second.counts
    assert first.checker.counts == second.checker.counts
    assert first.checker.story() == second.checker.story()


class Blind(Gate):
    """A gate that lets everything pass: what the checker must find without any help of the supervisor."""

    def judge(self, asked, last):
        verdict = super().judge(asked, last)
        if isinstance(verdict, Passed):
            return verdict
        still = np.zeros_like(asked.positions)
        reference = dataclasses.replace(self.start(asked.state), positions=asked.positions.copy())
        return Passed(reference, self._speeds(asked, still, 1.0))


class Hasty(SpoiledGenerator):
    """A generator that goes three times as far as it says."""

    def step(self, *given: Any) -> SetPoint:
        point = super().step(*given)
        if self._whence is None:
            self._whence = point.positions
        wrong = self._whence + 3.0 * (point.positions - self._whence)
        return dataclasses.replace(point, positions=wrong)

    _whence = None


def test_a_stack_whose_gate_is_open_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("armctl.safety.supervisor.Gate", Blind)
    monkeypatch.setattr("tests.soak.rig.SpoiledGenerator", Hasty)
    rules = set()
    for seed in range(CALM, CALM + 4):
        rules |= {violation.rule for violation in episode(seed, tmp_path, 20.0).checker.violations}
        if rules:
            break
    assert rules & {"speed", "tool-speed", "position", "zone", "acceleration", "start-up"}


def test_a_report_goes_through_json_unchanged() -> None:
    report = Report("some", 1.0, 2.0)
    report.counts["commands"] = 3
    report.found.append(("a", "b", "c"))
    report.growth["x"] = Growth([(0.0, 1.0, 2, 3)])
    assert Report.of(json.loads(json.dumps(report.as_json()))) == report


def test_a_life_can_be_looked_at_again_by_its_seed() -> None:
    again = subprocess.run(
        [sys.executable, "-m", "tests.soak", "--help"], capture_output=True, text=True, timeout=30.0, check=True
    )
    assert "--episode" in again.stdout


def test_a_calm_arm_is_armed_and_moves(tmp_path: Path) -> None:
    rig = Rig(CALM, random_scene(random.Random(CALM), tmp_path / "scene.toml"), trouble=math.inf)
    try:
        rig.run(6.0)
    finally:
        rig.close()
    assert rig.checker.violations == []
    assert rig.counts["mode moving"] >= 1
