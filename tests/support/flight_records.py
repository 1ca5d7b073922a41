"""One tick with a call of every kind, and numbers that JSON does not know."""

from __future__ import annotations

import math

import numpy as np

from armctl.control import flight_records as note
from armctl.control import messages as say
from armctl.control.flight_records import Reading, Tick
from armctl.control.flight_state import freeze_value
from armctl.control.messages import FaultReport, MotionReport
from armctl.hal.scene import Contact, SceneState
from armctl.hal.state import JointFault, JointState
from armctl.safety.sensed import held_at
from tests.support.control_bench import arm_config, scene_config


def a_reading() -> Reading:
    odd = np.array([math.nan, math.inf, -math.inf, -0.0, 5e-324, 0.1 + 0.2])
    return Reading.of(
        JointState(1.5, odd, odd[::-1], odd, odd, odd, odd, np.arange(6) % 2 == 0, (JointFault(33),) * 6, False)
    )


def a_tick() -> Tick:
    reading, packed = a_reading(), np.array([0.1, math.nan, -math.inf]).tobytes()
    scene = SceneState(0.5, {"cup": (0.1, 0.2, 0.3, 0.0, 0.0, 0.0, 1.0)}, "cup", (Contact("jaw", "head", math.inf),))
    return Tick(
        number=7,
        stamp=1000.25,
        lateness=1e-5,
        missed=3,
        row=1,
        asleep=0.0,
        before="ready",
        mode="fault",
        epoch=2,
        code="overload",
        fault=FaultReport("overload", "A joint is overloaded", "It is.", "Help it.", "carer"),
        tool=(0.3, 0.0, 0.2, 0.0, 0.0, 0.0, 1.0),
        tool_speed=math.nan,
        motion=MotionReport(5, "jog", "running"),
        refused=MotionReport(),
        notice="Slow: „ę“",
        beats=2,
        heard=[
            say.Jog(sequence=9, epoch=2, deadline=math.inf, linear=(0.0, -0.5, math.nan)),
            say.Stop(sequence=10, epoch=0, deadline=1.0),
            say.Record(sequence=11, epoch=2, deadline=1.0),
        ],
        calls=[
            note.Observe(reading=reading, now=1.5, after="moving"),
            note.ObserveScene(scene=scene, after="moving"),
            note.Accept(sequence=9, epoch=2, deadline=math.inf, now=1.5, sender="ui", answer="Too late."),
            note.Event(event="peer_lost", now=1.5, detail="the screen", after="stopping"),
            note.Report(code="warm", joint="jaw", value=1.0, limit=2.0, detail="", now=1.0),
            note.BeginStopTest(now=1.0, answer="no"),
            note.StopPressed(pressed_at=math.nan, now=1.0),
            note.Grip(holding=True),
            note.Holding(held=freeze_value(held_at(arm_config(), scene_config().objects["cup"], np.eye(4)))),
            note.Barriers(positions=packed, gradients=packed, speeds=packed[:8]),
            note.Advise(positions=packed, speed=0.075, raised="KinematicsError"),
            note.Approve(positions=packed, velocities=packed, reading=None, now=1.0, code="too_fast", reason="No."),
            note.Approve(positions=packed, velocities=packed, reading=reading, now=1.0, speeds=packed, sequence=4),
        ],
    )
