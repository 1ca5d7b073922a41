"""What comes of settings on simulated people: good ones serve them, bad ones do not."""

import pytest

from armctl.access.fit.exercise import Prompt
from armctl.config.user import DwellConfig, JoystickConfig, UserConfig
from sim.users.fit_outcome import SteeringHand, moved_at_rest, pointed
from sim.users.pointing import Aim
from sim.users.steering import Steerer


def test_a_trembling_hand_moves_the_stick_at_rest_until_its_dead_zone_is_wide_enough():
    hand = Steerer(tremor=0.15)
    shares = [
        moved_at_rest(hand, UserConfig(name="g", joystick=JoystickConfig(dead_zone=zone)), 1, 20.0)
        for zone in (0.05, 0.1, 0.2)
    ]
    assert shares[0] > shares[1] > shares[2] == 0.0


def test_the_hand_goes_where_it_is_asked_to_as_far_and_as_turned_as_it_can():
    hand = SteeringHand(Steerer(gain=0.6, turned=0.5, effort=0.0, rest=0.0), 1)
    for n in range(200):
        place = hand.at(n * 0.01, Prompt("stick", "cue", "right"))
    assert place == pytest.approx((0.6 * 0.8776, 0.6 * 0.4794), abs=1e-3)
    for n in range(200, 400):
        place = hand.at(n * 0.01, Prompt("stick", "wait"))
    assert place == pytest.approx((0.0, 0.0), abs=1e-9)


def test_who_rests_on_the_way_chooses_wrongly_with_a_short_dwell_and_rightly_with_a_long_one():
    aim = Aim(sd=4.0, pause=1.2)
    short, long = (
        pointed(aim, UserConfig(name="g", dwell=DwellConfig(time=time), look={"tile_min": 160}), 1, 40)
        for time in (0.4, 1.8)
    )
    assert short.wrong > 0.2
    assert long.right > 0.95
    assert sum(long) == pytest.approx(1.0)
