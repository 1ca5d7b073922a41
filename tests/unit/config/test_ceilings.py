"""What goes beyond the ceilings is brought back, and nothing else is touched."""

from hypothesis import given
from hypothesis import strategies as st

from armctl.config.ceilings import CeilingsConfig
from armctl.config.user import UserConfig


@given(st.floats(0.1, 1.0), st.floats(0.1, 1.0), st.floats(0.3, 3.0), st.floats(0.1, 10.0))
def test_whatever_the_person_wishes_the_profile_stays_valid(most, speed, shortest, interval):
    ceilings = CeilingsConfig(speed=most, interval=shortest, tasks=("drink",))
    tree = {"name": "anna", "motion": {"speed": speed}, "scan": {"interval": interval}, "tasks": ("drink", "go_home")}
    user = UserConfig.model_validate({**ceilings.kept(tree), "ceilings": ceilings})
    assert user.motion.speed == min(speed, most)
    assert user.scan.interval == max(interval, shortest)
    assert user.tasks == ("drink",)


def test_what_is_within_them_stays_as_it_is():
    tree = UserConfig(name="anna").model_dump()
    assert CeilingsConfig().kept(tree) == tree
