"""Where the steps that move bring the hand."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from armctl.errors import TaskError
from armctl.kinematics.rotation import pose7, pose_matrix
from armctl.tasks.plan import Ask, Move, Rest
from armctl.tasks.requests import GoJoints, GoTool, GripTo, Point
from armctl.tasks.steps.approach import Approach
from armctl.tasks.steps.grip import Grip
from armctl.tasks.steps.lift import Lift
from armctl.tasks.steps.move_to import MoveTo
from armctl.tasks.steps.offer import Offer
from armctl.tasks.steps.put_down import PutDown
from armctl.tasks.steps.retreat import Retreat
from armctl.tasks.steps.say import Say
from armctl.tasks.steps.wait import Wait
from armctl.tasks.world import World
from tests.unit.tasks.fake_arm import ARM, HAND, SCENE, moved, world


def holding(tool: Point = (0.28, 0.0, 0.19)) -> World:
    """Return a world whose hand gripped the cup on its shelf and then went to ``tool``; nobody sees the cup."""
    made = world(seen=False, holding=True)
    made.look(moved(made.view, made.hand.place(made.grip_point("cup"), made.grip_offset("cup"))))
    made.near = "cup"
    made.grip()
    made.look(moved(made.view, tool))
    return made


def tools(parts: tuple[object, ...]) -> list[Point]:
    return [p.request.position for p in parts if isinstance(p, Move) and isinstance(p.request, GoTool)]


def foot_at(w: World, tool: Point) -> Point:
    w.look(moved(w.view, tool))
    return HAND.tip(w.view.tool, w.held_offset((0.0, 0.0, 0.0)))


def test_a_named_pose_is_reached_by_joints() -> None:
    (part,) = MoveTo(do="move_to", pose="home", speed=0.5).plan(world())
    assert part == Move(GoJoints(ARM.poses["home"], 0.25))


def test_an_empty_hand_stops_short_of_a_place() -> None:
    (end,) = tools(MoveTo(do="move_to", place="stand", above=0.1, short=0.05).plan(world()))
    x, y, z = SCENE.places["stand"].xyz
    assert math.dist(end, (x, y, z + 0.1)) == pytest.approx(0.05)
    assert math.dist(end[:2], HAND.axis) < math.dist((x, y), HAND.axis)


def test_an_empty_hand_stops_short_of_an_object_at_the_height_of_its_grip() -> None:
    (end,) = tools(MoveTo(do="move_to", object="cup").plan(world()))
    assert math.dist(end, world().grip_point("cup")) == pytest.approx(0.09)
    assert end[2] == pytest.approx(0.06)


def test_the_foot_of_what_is_held_goes_to_the_place() -> None:
    w = holding()
    (end,) = tools(MoveTo(do="move_to", place="stand", above=0.1).plan(w))
    assert foot_at(w, end) == pytest.approx((0.38, 0.07, 0.1), abs=1e-9)


def test_the_drinking_point_of_what_is_held_goes_in_front_of_the_mouth() -> None:
    w = holding()
    (end,) = tools(MoveTo(do="move_to", mouth=True, short=0.12).plan(w))
    w.look(moved(w.view, end))
    assert HAND.tip(w.view.tool, w.held_offset((0, 0, 0.17))) == pytest.approx(w.before_mouth(0.12), abs=1e-9)
    (end,) = tools(MoveTo(do="move_to", mouth=True, short=0.12).plan(world()))
    assert end == pytest.approx(world().before_mouth(0.12))


def test_lifting_is_straight_up() -> None:
    (end,) = tools(Lift(do="lift", height=0.04).plan(holding((0.3, 0.05, 0.1))))
    assert end == pytest.approx((0.3, 0.05, 0.14))


def test_an_empty_hand_lifts_and_offers_and_hands_over_nothing() -> None:
    for step in (Lift(do="lift"), Offer(do="offer"), Grip(do="grip", jaws="open", hand_over=True)):
        with pytest.raises(TaskError, match="holds nothing"):
            step.plan(world())


def test_offering_ends_with_the_straw_at_its_distance_after_a_straight_way_in() -> None:
    w = holding()
    before, end = tools(Offer(do="offer", distance=0.03, run_in=0.08).plan(w))
    for tool, distance in ((before, 0.11), (end, 0.03)):
        w.look(moved(w.view, tool))
        tip = HAND.tip(w.view.tool, w.held_offset((0, 0, 0.17)))
        assert tip == pytest.approx(w.before_mouth(distance), abs=1e-9)


def test_drawing_back_near_the_mouth_is_away_from_the_face() -> None:
    w = holding()
    _, end = tools(Offer(do="offer").plan(w))
    w.look(moved(w.view, end))
    (away,) = tools(Retreat(do="retreat", distance=0.1).plan(w))
    w.look(moved(w.view, away))
    assert HAND.tip(w.view.tool, w.held_offset((0, 0, 0.17))) == pytest.approx(w.before_mouth(0.125), abs=1e-6)


def test_drawing_back_elsewhere_is_towards_the_base() -> None:
    (back,) = tools(Retreat(do="retreat", distance=0.06).plan(world((0.34, -0.1, 0.1))))
    assert back == pytest.approx(HAND.back((0.34, -0.1, 0.1), 0.06))
    lonely = world((0.34, -0.1, 0.1))
    lonely.scene = SCENE.model_copy(update={"person": None})
    assert tools(Retreat(do="retreat", distance=0.06).plan(lonely)) == [pytest.approx(back)]


def test_putting_down_enters_a_level_place_from_the_front_and_lets_go_on_it() -> None:
    w = holding()
    parts = PutDown(do="put_down").plan(w)
    assert [p.effect for p in parts if isinstance(p, Move)] == ["", "", "", "lets_go", ""]
    front, over, down, back = tools(parts)
    assert foot_at(w, down) == pytest.approx((0.32, -0.22, 0.002), abs=1e-9)
    assert over == pytest.approx((down[0], down[1], down[2] + 0.038))
    assert front == pytest.approx(HAND.back(over, 0.09))
    assert back == pytest.approx(HAND.back(down, 0.09))


def test_putting_down_on_a_place_approached_from_above_comes_straight_down() -> None:
    w = holding()
    over, down, _ = tools(PutDown(do="put_down", place="stand").plan(w))
    assert len(PutDown(do="put_down", place="stand").plan(w)) == 4
    assert over[:2] == pytest.approx(down[:2])
    assert foot_at(w, down) == pytest.approx((0.38, 0.07, 0.002), abs=1e-9)


def test_putting_down_what_was_let_go_already_only_draws_back() -> None:
    (part,) = PutDown(do="put_down").plan(world((0.34, -0.1, 0.1)))
    assert isinstance(part, Move)
    assert isinstance(part.request, GoTool)
    assert part.request.position == pytest.approx(HAND.back((0.34, -0.1, 0.1), 0.09))


def test_where_the_object_really_is_in_the_jaws_decides_where_it_is_put() -> None:
    w = holding()
    slipped = pose_matrix(HAND.tip(w.view.tool, (-0.02, -0.03, -0.05)))
    w.look(replace(w.view, objects={"cup": pose7(slipped)}))
    down = tools(PutDown(do="put_down").plan(w))[2]
    w.look(moved(w.view, down))
    assert HAND.tip(w.view.tool, (-0.02, -0.03, -0.05)) == pytest.approx((0.32, -0.22, 0.002), abs=1e-9)


def test_closing_is_checked_and_opening_lets_go() -> None:
    assert Grip(do="grip", jaws="close").plan(world()) == (Move(GripTo(0.0), "grips"),)
    (part,) = Grip(do="grip", jaws="open", hand_over=True).plan(holding())
    assert part == Move(GripTo(pytest.approx(0.75)), "lets_go")


def test_a_hand_that_holds_what_is_wanted_needs_no_approach_and_any_other_thing_is_in_the_way() -> None:
    assert Approach(do="approach", object="cup").plan(world(holding=True, held="cup")) == ()
    with pytest.raises(TaskError, match="already holds something"):
        Approach(do="approach", object="cup").plan(world(holding=True, held=""))


def test_waiting_is_a_question_or_a_rest() -> None:
    assert Wait(do="wait", question="Ready?", answer="Yes").plan(world()) == (Ask("Ready?", ("Yes",), None),)
    assert Wait(do="wait", seconds=3.0).plan(world()) == (Rest(3.0),)


def test_saying_moves_nothing() -> None:
    assert Say(do="say", text="Hello").plan(world()) == ()
