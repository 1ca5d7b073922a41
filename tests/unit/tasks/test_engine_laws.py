"""What holds in the task engine whatever happens."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.tasks.errands import DRINK
from tests.unit.tasks.fake_arm import FakeArm, supported

HAPPENINGS = ["stop", "pause", "resume", "select", "no", "undo", "cancel", "refuse", "obey", "miss", "catch", "fault"]
events = st.lists(
    st.tuples(st.integers(0, 12), st.sampled_from([*HAPPENINGS, "clear", "jog", "unready", "ready"])), max_size=30
)


def meddle(arm: FakeArm, event: str) -> None:
    engine = arm.engine
    match event:
        case "stop":
            arm.stop()
        case "pause" | "resume" | "undo" | "cancel" | "select":
            getattr(engine, event)()
        case "no":
            engine.select(1)
        case "refuse" | "obey":
            arm.fate = "refused" if event == "refuse" else "done"
        case "miss" | "catch":
            arm.grips = event == "catch"
        case "fault" | "clear":
            arm.fault = "Something" if event == "fault" else ""
            arm.stop()
        case "jog":
            if engine.status.phase == "paused" and not arm.holding:
                arm.stop()
                arm.jog((0.28, 0.05, 0.2))
        case "unready" | "ready":
            arm.ready = event == "ready"
            arm.stop()


@given(events, st.sampled_from([0, 3]))
@settings(max_examples=150, deadline=None)
def test_whatever_happens_the_cup_is_let_go_only_where_it_stands_and_a_cancelled_task_never_moves(
    happenings: list[tuple[int, str]], brakes: int
) -> None:
    arm = FakeArm(DRINK)
    arm.brakes = brakes
    cancelled_at: int | None = None
    for turns, event in happenings:
        for _ in range(turns):
            arm.turn()
        meddle(arm, event)
        if arm.engine.status.phase == "cancelled" and cancelled_at is None:
            cancelled_at = len(arm.asked)
    arm.fate, arm.grips, arm.fault, arm.ready = "done", True, "", True
    for _ in range(3000):
        status = arm.engine.status
        if status.over:
            break
        if status.phase in ("paused", "failed"):
            arm.engine.resume()
        if status.phase == "waiting":
            arm.engine.select(len(status.choices) - 1)
        arm.turn()
    assert all(supported(foot) for foot in arm.let_go_at), "let go only on a place"
    if cancelled_at is None:
        assert arm.engine.status.phase == "done", "with a willing arm and person every task comes to its end"
        assert supported(arm.foot())
    else:
        assert len(arm.asked) == cancelled_at
