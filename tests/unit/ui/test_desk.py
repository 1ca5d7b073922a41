"""Choices become requests, within the person's settings."""

import pytest
from pydantic import ValidationError

from armctl.config.user import DirectionsConfig, MotionConfig, UserConfig
from armctl.control.messages import MotionReport
from ui.motions import STICK_MODES, Motion
from ui.text import use_language


@pytest.fixture
def desk(person):
    return person().app._desk


def test_tasks_come_in_the_person_s_order_and_only_those_allowed(person):
    someone = person(user=UserConfig(name="guest", tasks=("go_home", "drink", "unknown_task")))
    assert [task.name for task in someone.app._desk.tasks] == ["go_home", "drink"]


def test_settings_out_of_bounds_are_refused(desk):
    with pytest.raises(ValidationError):
        desk.change_motion(speed=1.5)
    assert desk.user.motion.speed == 0.6


def test_the_speed_of_the_person_is_that_of_tasks(desk):
    desk.change_motion(speed=0.3)
    assert desk.session.speed == 0.3


def test_steps_of_the_gripper_and_of_rotation_are_small(desk):
    desk.session.change(opening=0.95)
    desk.step(Motion(grip=1))
    assert desk.session.said("grip") == [("grip", 1.0)]
    desk.step(Motion(angular=(0, 1, 0)))
    ((_, way, turn, frame, _),) = desk.session.said("move_by")
    assert (way, frame) == ((0.0, 0.0, 0.0), "tool")
    assert 0.1 < max(map(abs, turn)) < 0.2


def test_a_change_of_direction_is_sent_at_once_and_no_change_only_in_time(desk):
    desk.go(Motion(linear=(1, 0, 0)))
    desk.go(Motion(linear=(1, 0, 0)))
    assert len(desk.session.said("jog")) == 1
    desk.go(Motion(linear=(0.5, 0, 0)))
    assert len(desk.session.said("jog")) == 2
    desk.clock.advance(0.041)
    desk.keep_going()
    assert len(desk.session.said("jog")) == 3


def test_after_a_halt_nothing_is_repeated(desk):
    desk.go(Motion(grip=1))
    desk.halt(3.5, "release")
    desk.clock.advance(1.0)
    desk.keep_going()
    assert len(desk.session.said("jog")) == 1
    assert desk.session.said("stop") == [("stop", 3.5, "release")]
    assert not desk.going


def test_the_stick_goes_round_through_its_modes_and_shows_their_page(desk):
    seen = [(desk.next_stick_mode(), desk.page) for _ in STICK_MODES]
    assert seen == [
        ("height", "translate"),
        ("rotate", "rotate"),
        ("grip", "grip"),
        ("choose", "grip"),
        ("move", "translate"),
    ]


def going(desk, kind, angle):
    """Let the arm be on its way from where it stands to ``angle`` of its first joint."""
    here = desk.snapshot.positions
    desk.session.change(ahead=(angle, *here[1:]), motion=MotionReport(sequence=9, kind=kind, phase="running"))


@pytest.mark.parametrize("kind", ["movejoints", "movetool", "moveway", "undo", "wayout"])
def test_the_ghost_is_where_any_motion_takes_the_arm(desk, kind):
    assert desk.ghost is None
    going(desk, kind, 0.5)
    assert desk.ghost[0] == 0.5
    assert desk.led_to is None
    going(desk, kind, 0.1)
    assert desk.ghost is None, "it is there already"


@pytest.mark.parametrize("kind", ["jog", "moveby"])
def test_an_arm_that_the_person_leads_has_no_ghost_but_a_direction(desk, kind):
    assert desk.led_to is None
    going(desk, kind, 0.5)
    assert desk.ghost is None
    assert desk.led_to[0] == 0.5


def test_the_frame_of_the_person_is_used(person):
    someone = person(user=UserConfig(name="guest", motion=MotionConfig(frame="tool")))
    someone.app._desk.go(Motion(linear=(1, 0, 0)))
    ((_, linear, _, _, frame, _),) = someone.session.said("jog")
    assert frame == "tool"
    assert linear == pytest.approx(someone.app._desk.robot.config.tool.approach_axis)


def test_steps_and_jogs_are_slower_in_the_directions_the_person_wants_slower(person):
    slow = MotionConfig(directions=DirectionsConfig(closer=0.5, close=0.4))
    desk = person(user=UserConfig(name="guest", motion=slow)).app._desk
    desk.step(Motion(linear=(-1, 0, 0)))
    desk.step(Motion(linear=(1, 0, 0)))
    assert [call[4] for call in desk.session.said("move_by")] == [pytest.approx(0.3), pytest.approx(0.6)]
    desk.go(Motion(linear=(-1, 0, 0)))
    desk.go(Motion(grip=-1))
    jogs = desk.session.said("jog")
    assert jogs[0][1] == (-0.5, 0, 0)
    assert jogs[1][3] == -0.4


def test_the_session_is_told_which_way_the_person_looks(person):
    desk = person(user=UserConfig(name="guest", motion=MotionConfig(gaze=0.5))).app._desk
    assert desk.session.gaze == 0.5
    desk.change_motion(gaze=None)
    assert desk.session.gaze is None


def test_another_variant_brings_its_own_tasks_language_and_voice(person):
    someone = person(user=UserConfig(name="guest", tasks=("drink", "hand_over", "go_home")))
    desk = someone.app._desk
    try:
        desk.use(UserConfig(name="guest", tasks=("go_home",), language="de", voice={"enabled": False}))
        someone.frames(3)
        assert [task.name for task in desk.tasks] == ["go_home"]
        assert [item for item in someone.ids if item.startswith("task:")] == ["task:go_home"]
        assert "Einstellungen" in someone.view.text
        desk.use(UserConfig(name="guest", tasks=("drink", "hand_over", "go_home")))
        someone.frames(3)
        assert [task.name for task in desk.tasks] == ["drink", "hand_over", "go_home"]
    finally:
        use_language("en")
