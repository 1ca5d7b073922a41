import math

import pytest

from armctl.errors import KinematicsError
from armctl.motion.requests import (
    MOST_WAY_POINTS,
    FollowRequest,
    GripRequest,
    JogRequest,
    JointRequest,
    Request,
    RetraceRequest,
    StepRequest,
    ToolRequest,
    check,
)

GOOD: list[Request] = [
    JogRequest(linear=(1, -1, 0.5), angular=(0, 0, 1), grip=-1),
    StepRequest(translation=(0, 0.05, 0)),
    StepRequest(rotation=(0, 0, -0.5)),
    JointRequest((0.0, 1.0)),
    ToolRequest((0.3, 0, 0.1), quaternion=(0, 0, 0, 1)),
    FollowRequest(((0.0, 1.0),) * MOST_WAY_POINTS),
    GripRequest(0.0),
    GripRequest(1.0),
    RetraceRequest(1.0),
]

BAD: list[tuple[Request, str]] = [
    (JogRequest(linear=(1.01, 0, 0)), "share"),
    (JogRequest(angular=(0, math.nan, 0)), "share"),
    (JogRequest(grip=-2), "share"),
    (JogRequest(speed=0), "Speed"),
    (JogRequest(speed=1.5), "Speed"),
    (StepRequest(translation=(0.04, 0.04, 0)), "56.6 mm is more than the 50 mm"),
    (StepRequest(rotation=(0.6, 0, 0)), "0.6 rad is more than the 0.5 rad"),
    (StepRequest(translation=(math.inf, 0, 0)), "numbers"),
    (JointRequest((math.nan,)), "joint angles"),
    (FollowRequest(((0.0, math.nan),)), "joint angles"),
    (FollowRequest(()), "1 to 400 points, not 0"),
    (FollowRequest(((0.0, 1.0),) * (MOST_WAY_POINTS + 1)), "not 401"),
    (ToolRequest((math.inf, 0, 0)), "position"),
    (ToolRequest((0.3, 0, 0), quaternion=(0, 0, 0, 0)), "length 0"),
    (ToolRequest((0.3, 0, 0), speed=math.nan), "Speed"),
    (GripRequest(-0.1), "opening"),
    (GripRequest(math.nan), "opening"),
    (RetraceRequest(speed=-1), "Speed"),
]


@pytest.mark.parametrize("request_", GOOD)
def test_sensible_requests_pass(request_: Request) -> None:
    check(request_)


@pytest.mark.parametrize(("request_", "says"), BAD)
def test_requests_outside_their_range_are_refused_with_the_figure(request_: Request, says: str) -> None:
    with pytest.raises(KinematicsError, match=says):
        check(request_)
