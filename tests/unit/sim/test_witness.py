"""The witness passes a good job and fails each way of doing it badly."""

import math

import pytest

from armctl.cli.choice import choose_scene
from armctl.errors import ConfigError
from armctl.hal.scene import SceneState
from sim.witness import Witness, tilt

SCENE = choose_scene("kitchen_table")
HOME = SCENE.places[SCENE.objects["cup"].place].xyz
MOUTH = SCENE.person.mouth_xyz
DRINK = SCENE.objects["cup"].drink_point
OFFERED = tuple(m - d for m, d in zip(MOUTH, DRINK, strict=True))
UPRIGHT = (0.0, 0.0, 0.0, 1.0)


def leaning(angle):
    return (math.sin(angle / 2), 0.0, 0.0, math.cos(angle / 2))


def seen(xyz, quaternion=UPRIGHT, held="cup", touched=None):
    return SceneState(stamp=0.0, objects={"cup": (*xyz, *quaternion)}, held=held, touched=touched or {})


def story(*states):
    witness = Witness(SCENE, "cup")
    for state in states:
        witness.see(state)
    return witness.verdict()


LIFTED = (HOME[0], HOME[1], HOME[2] + 0.05)
GOOD = (seen(HOME, held=""), seen(LIFTED), seen(OFFERED), seen(LIFTED), seen(HOME, held=""))


def test_a_good_job_passes():
    assert story(*GOOD).passed


def failed(verdict):
    return [index for index, criterion in enumerate(verdict.criteria) if not criterion.met]


def test_nothing_seen_fails_everything():
    assert failed(story()) == [0, 1, 2, 3, 4]


def test_a_cup_never_held_fails_grasp_offer_and_return():
    assert failed(story(seen(HOME, held=""))) == [0, 1, 3]


def test_a_cup_that_stays_too_far_from_the_mouth_fails():
    assert failed(story(GOOD[0], GOOD[1], GOOD[3], GOOD[4])) == [1]


def test_a_cup_at_the_mouth_that_nobody_holds_does_not_count():
    assert 1 in failed(story(GOOD[0], GOOD[1], seen(OFFERED, held=""), GOOD[4]))


@pytest.mark.parametrize(("degrees", "expected"), [(14.9, []), (15.1, [2])])
def test_tilt_is_judged_at_fifteen_degrees(degrees, expected):
    assert failed(story(*GOOD[:3], seen(LIFTED, leaning(math.radians(degrees))), GOOD[4])) == expected


@pytest.mark.parametrize(("distance", "expected"), [(0.029, []), (0.031, [3])])
def test_the_return_is_judged_at_thirty_millimetres(distance, expected):
    assert failed(story(*GOOD[:4], seen((HOME[0] + distance, *HOME[1:]), held=""))) == expected


def test_a_cup_still_in_the_hand_was_not_put_back():
    assert failed(story(*GOOD[:4], seen(HOME, held="cup"))) == [3]


def test_any_touch_of_the_person_fails_and_is_named():
    verdict = story(*GOOD[:2], seen(OFFERED, touched={"head": 0.2}), *GOOD[3:])
    assert failed(verdict) == [4]
    assert "head 0.2 N" in verdict.criteria[4].measured


def test_an_unknown_object_is_refused():
    with pytest.raises(ConfigError, match="teapot"):
        Witness(SCENE, "teapot")


def test_tilt_of_an_upright_pose_is_zero():
    assert tilt((0, 0, 0, *UPRIGHT)) == pytest.approx(0.0)
