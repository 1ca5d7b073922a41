"""A measurement that came to nothing leaves everything as it was; one that was broken off has written nothing."""

import pytest

from armctl.access.events import SwitchEvent
from armctl.clock import SteppedClock
from armctl.config.profiles import begin, fits_file, load_profile, own_file
from ui.fit_desk import Fitting
from ui.keeper import Keeper


@pytest.fixture
def fitting(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    begin("anna")
    keeper = Keeper(load_profile("anna"))
    clock = SteppedClock()
    yield Fitting(clock, keeper), keeper, clock
    keeper.close()


def pass_time(fitting, clock, user, seconds):
    end = clock.now() + seconds
    while clock.now() < end and fitting.proposal is None:
        clock.advance(0.05)
        fitting.follow((), user)


def test_who_does_nothing_leaves_no_measurement_behind_and_errors_are_counted_on(fitting):
    fit, keeper, clock = fitting
    user = load_profile("anna").user
    keeper.choices.right, keeper.choices.wrong = 30, 5
    fit.begin()
    pass_time(fit, clock, user, 200.0)
    assert fit.proposal.changes == ()
    assert fit.proposal.notes == ("Nothing was measured: no press, no stick and no pointer came.",)
    assert fit.refuse(user) is user
    keeper.flush()
    assert keeper.history == ()
    assert not fits_file("anna").exists()
    assert (keeper.choices.right, keeper.choices.wrong) == (30, 5)


def test_a_power_cut_in_the_middle_of_a_measurement_leaves_the_profile_byte_for_byte(fitting):
    """Nothing is written before the person takes it or gives it back, so there is nothing to be torn."""
    fit, keeper, clock = fitting
    before = own_file("anna").read_bytes()
    user = load_profile("anna").user
    fit.begin(again=True)
    pass_time(fit, clock, user, 1.0)
    fit.hear(SwitchEvent(clock.now(), "keyboard", "select", True))
    pass_time(fit, clock, user, 30.0)
    keeper.flush()
    assert own_file("anna").read_bytes() == before
    assert [path.name for path in own_file("anna").parent.iterdir()] == ["anna.toml"]
