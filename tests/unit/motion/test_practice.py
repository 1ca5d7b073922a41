"""Before anything moves each kind of motion was made once, so that the first one waits for nothing."""

import builtins
import contextlib

import numpy as np
import pytest

from armctl.config.arm import ArmConfig
from armctl.config.load import find, load
from armctl.errors import ArmctlError
from armctl.kinematics.robot import RobotModel
from armctl.motion.generator import MotionGenerator
from armctl.motion.practice import practise
from armctl.motion.requests import JogRequest, JointRequest, Request, StepRequest, ToolRequest
from tests.unit.motion.rig import HOME

DT = 0.01
UP = (0.2, 0.1, 0.2)
FIRST: tuple[Request, ...] = (
    StepRequest((0.0, 0.0, 0.02)),
    ToolRequest(UP),
    ToolRequest(UP, path="arc"),
    ToolRequest(UP, path="joint"),
    ToolRequest(UP, level=False),
    JointRequest(tuple(HOME[:-1] + 0.1)),
    JogRequest((0.3, 0.0, 0.5)),
    JogRequest(angular=(0.0, 0.0, 0.5)),
)


def compiled(robot: RobotModel, request: Request, monkeypatch: pytest.MonkeyPatch) -> int:
    """Return how many pieces of code are made in the ticks of ``request``."""
    made: list[object] = []
    real = builtins.compile

    def watched_compile(*args: object, **options: object) -> object:
        made.append(args)
        return real(*args, **options)  # type: ignore[call-overload]  # whatever it was called with

    generator = MotionGenerator(robot, DT)
    generator.reset(np.array(HOME))
    with monkeypatch.context() as watched:
        watched.setattr(builtins, "compile", watched_compile)
        with contextlib.suppress(ArmctlError):
            generator.begin(request)
        for _ in range(40):
            generator.step(0.1)
    return len(made)


@pytest.mark.parametrize("request_", FIRST, ids=repr)
def test_after_practice_no_motion_makes_code_in_a_tick(request_: Request, monkeypatch: pytest.MonkeyPatch) -> None:
    robot = RobotModel(load(find("arms", "so101"), ArmConfig))
    practise(robot, DT)
    assert compiled(robot, request_, monkeypatch) == 0


def test_without_practice_the_first_step_makes_code(monkeypatch: pytest.MonkeyPatch) -> None:
    assert compiled(RobotModel(load(find("arms", "so101"), ArmConfig)), FIRST[0], monkeypatch) > 0
