"""A pointer alone can stop: coming to the red field, or a clear stir within it."""

from ui.layout import Box
from ui.stop_zone import STIR, StopZone

FIELD = Box(100, 100, 400, 300)


def test_coming_into_the_field_stops_once():
    zone = StopZone()
    assert not zone.enters(10, 10, FIELD)
    assert not zone.enters(50, 90, FIELD)
    assert zone.enters(150, 150, FIELD)


def test_a_pointer_that_rests_in_the_field_does_not_stop():
    zone = StopZone()
    assert not any(zone.enters(200 + shake, 200, FIELD) for shake in (0, 30, -30, 20, 0))


def test_a_clear_stir_within_the_field_stops():
    zone = StopZone()
    assert not zone.enters(200, 200, FIELD)
    assert zone.enters(200 + STIR, 200, FIELD)


def test_leaving_does_not_stop_and_coming_back_does():
    zone = StopZone()
    assert not zone.enters(110, 200, FIELD)
    assert not zone.enters(90, 200, FIELD)
    assert zone.enters(110, 200, FIELD)


def test_after_a_reset_it_begins_anew():
    zone = StopZone()
    assert not zone.enters(10, 10, FIELD)
    zone.reset()
    zone.passes(195, 200)  # gone there while the arm stood
    assert not zone.enters(200, 200, FIELD)


def test_a_leap_from_outside_into_a_field_that_has_just_come_stops_at_once():
    zone = StopZone()
    zone.passes(FIELD.x - 50.0, FIELD.y + 10.0)
    assert zone.enters(*FIELD.centre, FIELD)


def test_a_pointer_that_lay_where_the_field_came_stops_nothing_by_trembling():
    zone = StopZone()
    x, y = FIELD.centre
    zone.passes(x, y)
    assert not any(zone.enters(x + (-1) ** k * STIR / 3, y, FIELD) for k in range(20))
