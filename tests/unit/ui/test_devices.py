"""pygame's events become access events, stamped; nothing that a person does is dropped."""

from threading import Event

import pygame
import pytest

from armctl.access.events import (
    POINTER,
    AxesEvent,
    DeviceGone,
    FocusLost,
    PointerEvent,
    PointerLeft,
    StopLine,
    SwitchEvent,
)
from armctl.clock import SteppedClock
from armctl.config.inputs import KEYBOARD
from armctl.config.user import UserConfig
from armctl.errors import PortError
from ui.devices import ARROWS, FOUND, RAMP_TIME, TOUCH, Devices, Ramp
from ui.inputs.joysticks import stick_axes


@pytest.fixture
def devices():
    pygame.display.init()
    return Devices(UserConfig(name="guest", keys_select=("space", "f1"), keys_next=("tab",)), SteppedClock(5.0))


def event(kind, **fields):
    return pygame.event.Event(kind, **fields)


@pytest.mark.parametrize(
    ("code", "control"),
    [
        (pygame.K_SPACE, "select"),
        (pygame.K_F1, "select"),
        (pygame.K_TAB, "next"),
        (pygame.K_ESCAPE, "stop"),
        (pygame.K_x, "stop"),
    ],
)
def test_keys_mean_what_the_profile_says_and_all_others_stop(devices, code, control):
    for kind, pressed in ((pygame.KEYDOWN, True), (pygame.KEYUP, False)):
        assert devices.translate(event(kind, key=code)) == [SwitchEvent(5.0, KEYBOARD, control, pressed)]


def test_the_return_key_is_the_button_of_the_arrows(devices):
    assert devices.translate(event(pygame.KEYDOWN, key=pygame.K_RETURN)) == [SwitchEvent(5.0, ARROWS, "select", True)]


def test_a_click_tells_where_it_was_before_that_it_was(devices):
    found = devices.translate(event(pygame.MOUSEBUTTONDOWN, pos=(30, 40), button=1))
    assert found == [PointerEvent(5.0, 30.0, 40.0), SwitchEvent(5.0, POINTER, "select", True)]


def test_the_wheel_is_an_input_too(devices):
    assert [found.control for found in devices.translate(event(pygame.MOUSEWHEEL, y=1))] == ["stop", "stop"]
    assert devices.translate(event(pygame.MOUSEBUTTONDOWN, pos=(0, 0), button=4)) == []


def test_the_pointer_moves_and_leaves(devices):
    assert devices.translate(event(pygame.MOUSEMOTION, pos=(1, 2))) == [PointerEvent(5.0, 1.0, 2.0)]
    assert devices.translate(event(pygame.WINDOWLEAVE)) == [PointerLeft(5.0)]


def test_what_is_no_input_is_nothing(devices):
    assert devices.translate(event(pygame.WINDOWEXPOSED)) == []


def test_axes_come_together_with_ahead_positive(devices):
    devices.translate(event(pygame.JOYAXISMOTION, instance_id=3, axis=0, value=0.25))
    found = devices.translate(event(pygame.JOYAXISMOTION, instance_id=3, axis=1, value=-1.0))
    assert found == [AxesEvent(5.0, "joystick3", (0.25, 1.0))]


@pytest.mark.parametrize(("button", "control"), [(0, "select"), (1, "next"), (2, "back"), (3, "stop"), (9, "stop")])
def test_buttons_of_sticks_and_switch_boxes(devices, button, control):
    found = devices.translate(event(pygame.JOYBUTTONDOWN, instance_id=1, button=button))
    assert found == [SwitchEvent(5.0, "joystick1", control, True)]


def test_a_stick_that_is_unplugged_is_told(devices):
    assert devices.translate(event(pygame.JOYDEVICEREMOVED, instance_id=1)) == [DeviceGone(5.0, "joystick1")]


def test_a_stick_that_is_gone_before_it_was_opened_is_no_error(devices):
    pygame.joystick.init()
    assert devices.translate(event(pygame.JOYDEVICEADDED, device_index=99)) == []


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ([], (0.0, 0.0)),
        ([0.5], (0.5, 0.0)),
        ([0.5, 1.0], (0.5, -1.0)),
        ([0.0, 0.0, 0.7], (0.0, 0.0, 0.7)),
        ([0.0, 0.0, 0.1, 0.6], (0.0, 0.0, -0.6)),
        ([0.0, 0.0, -1.0, 0.1, -0.8, -1.0], (0.0, 0.0, 0.8)),
    ],
)
def test_raw_axes_of_common_devices(raw, expected):
    assert stick_axes(raw) == pytest.approx(expected)


def test_arrow_keys_grow_to_full_deflection_and_end_at_once():
    ramp = Ramp()
    ramp.change(pygame.K_LEFT, True, 1.0)
    assert ramp.axes(1.0)[0] == pytest.approx(-0.3)
    assert ramp.axes(1.0 + RAMP_TIME) == pytest.approx((-1.0, 0.0))
    ramp.change(pygame.K_LEFT, False, 2.0)
    assert ramp.axes(2.0) == (0.0, 0.0)


def test_arrow_keys_end_when_the_window_loses_the_keyboard(devices):
    assert devices.translate(event(pygame.KEYDOWN, key=pygame.K_UP))[0].axes[1] > 0
    assert devices.translate(event(pygame.WINDOWFOCUSLOST))[0] == AxesEvent(5.0, ARROWS, (0.0, 0.0))
    assert devices.poll() == [AxesEvent(5.0, ARROWS, (0.0, 0.0))]  # once: known to be let go
    assert devices.poll() == []


@pytest.mark.parametrize("kind", [pygame.WINDOWFOCUSLOST, pygame.WINDOWMINIMIZED, pygame.WINDOWHIDDEN])
def test_a_window_that_presses_no_longer_reach_is_told(devices, kind):
    assert devices.translate(event(kind)) == [FocusLost(5.0)]


def test_a_stop_line_is_closed_while_its_key_is_held_and_means_nothing_else():
    user = UserConfig.model_validate({"name": "x", "stop_line": {"key": "f12"}})
    devices = Devices(user, SteppedClock(5.0))
    assert devices.translate(event(pygame.KEYDOWN, key=pygame.K_F12)) == [StopLine(5.0, True)]
    assert devices.translate(event(pygame.KEYUP, key=pygame.K_F12)) == [StopLine(5.0, False)]


def test_a_stop_line_on_a_switch_box_opens_with_its_button_and_when_the_box_goes():
    user = UserConfig.model_validate({"name": "x", "stop_line": {"joystick_button": 0}})
    devices = Devices(user, SteppedClock(5.0))
    down, up = ({"instance_id": 3, "button": 0, "type": kind} for kind in (pygame.JOYBUTTONDOWN, pygame.JOYBUTTONUP))
    for closes, opens in ((down, up), (down, {"instance_id": 3, "type": pygame.JOYDEVICEREMOVED})):
        assert devices.translate(event(closes.get("type"), **_rest(closes))) == [StopLine(5.0, True)]
        assert devices.translate(event(opens.get("type"), **_rest(opens)))[0] == StopLine(5.0, False)
    other = {"instance_id": 4, "type": pygame.JOYDEVICEREMOVED}
    devices.translate(event(pygame.JOYBUTTONDOWN, instance_id=3, button=0))
    assert StopLine(5.0, False) not in devices.translate(event(other["type"], **_rest(other)))


def _rest(fields):
    return {name: value for name, value in fields.items() if name != "type"}


def test_a_press_knows_when_the_devices_were_looked_at_before(devices):
    clock = SteppedClock(5.0)
    devices = Devices(UserConfig(name="x"), clock)
    devices.poll()
    clock.advance(0.3)
    (press,) = devices.translate(event(pygame.KEYDOWN, key=pygame.K_SPACE))
    assert (press.stamp, press.earliest) == (5.3, 5.0)


@pytest.mark.parametrize("button", [6, 7, 9])
def test_every_other_mouse_button_means_stop(devices, button):
    found = devices.translate(event(pygame.MOUSEBUTTONDOWN, pos=(0, 0), button=button))
    assert found[-1] == SwitchEvent(5.0, POINTER, "stop", True)


def test_a_hat_and_a_ball_mean_stop_and_their_rest_nothing(devices):
    stops = [SwitchEvent(5.0, "joystick2", "stop", pressed) for pressed in (True, False)]
    assert devices.translate(event(pygame.JOYHATMOTION, instance_id=2, hat=0, value=(0, 1))) == stops
    assert devices.translate(event(pygame.JOYHATMOTION, instance_id=2, hat=0, value=(0, 0))) == []
    assert devices.translate(event(pygame.JOYBALLMOTION, instance_id=2, ball=0, rel=(0, -3))) == stops


def test_a_finger_beside_a_resting_one_means_stop_and_the_first_one_is_the_pointer(devices):
    down, up = pygame.FINGERDOWN, pygame.FINGERUP
    assert devices.translate(event(down, touch_id=1, finger_id=1, x=0.1, y=0.1)) == []
    second = devices.translate(event(down, touch_id=1, finger_id=2, x=0.5, y=0.5))
    assert second == [SwitchEvent(5.0, TOUCH, "stop", pressed) for pressed in (True, False)]
    for finger in (1, 2):
        assert devices.translate(event(up, touch_id=1, finger_id=finger, x=0.5, y=0.5)) == []
    assert devices.translate(event(down, touch_id=1, finger_id=3, x=0.1, y=0.1)) == []


def test_a_trigger_means_stop_once_a_pull_and_not_while_its_stick_is_steered_with(devices):
    def pull(value, axis=5):
        return devices.translate(event(pygame.JOYAXISMOTION, instance_id=4, axis=axis, value=value))[1:]

    stops = [SwitchEvent(5.0, "joystick4", "stop", pressed) for pressed in (True, False)]
    assert pull(0.4) == []
    assert pull(0.6) == stops
    assert pull(1.0) == []
    assert pull(0.0) == []
    assert pull(0.9) == stops
    assert pull(0.0) == []
    assert pull(0.8, axis=1) == []
    assert pull(1.0) == []


def test_an_arrow_key_that_the_profile_names_is_a_switch_and_no_stick():
    pygame.display.init()
    devices = Devices(UserConfig(name="guest", keys_next=("tab", "right")), SteppedClock(5.0))
    assert devices.translate(event(pygame.KEYDOWN, key=pygame.K_RIGHT)) == [SwitchEvent(5.0, KEYBOARD, "next", True)]
    assert isinstance(devices.translate(event(pygame.KEYDOWN, key=pygame.K_LEFT))[0], AxesEvent)


def test_other_keys_count_from_now_on_and_what_is_there_is_told_anew(devices):
    same = UserConfig(name="guest", keys_select=("space", "f1"), keys_next=("tab",), theme="light")
    assert devices.configure(same) is None
    assert devices.configure(UserConfig(name="guest", keys_select=("a",), keys_next=("b",))) == []
    for code, control in ((pygame.K_a, "select"), (pygame.K_b, "next"), (pygame.K_SPACE, "stop")):
        assert devices.translate(event(pygame.KEYDOWN, key=code)) == [SwitchEvent(5.0, KEYBOARD, control, True)]
    assert devices.poll() == [AxesEvent(5.0, ARROWS, (0.0, 0.0))], "the arrows must be known to be at rest again"


def test_a_serial_device_is_listened_to_as_long_as_the_profile_has_it():
    looked_for = {"/dev/a": Event(), "/dev/b": Event()}

    def open_port(path, baud, clock):
        looked_for[path].set()
        raise PortError(f"{path} is not there.")

    def profile(port):
        box = {"kind": "switch_box", "name": f"box_{port[-1]}", "port": port}
        return UserConfig.model_validate({"name": "x", "devices": [box]})

    devices = Devices(profile("/dev/a"), SteppedClock(5.0), open_port)
    (before,) = devices._serial
    devices.configure(profile("/dev/b"))
    assert not before._thread.is_alive()
    assert looked_for["/dev/b"].wait(20.0)
    devices.close()
    assert [one for one in devices.poll() if isinstance(one, DeviceGone)] == [DeviceGone(5.0, "box_b")]


def test_a_key_that_was_down_before_the_window_got_the_keyboard_back_was_pressed_by_nobody():
    clock = SteppedClock(5.0)
    devices = Devices(UserConfig(name="guest"), clock)
    found = []
    devices.translate(event(pygame.WINDOWFOCUSGAINED))
    assert not devices.translate(event(pygame.KEYDOWN, key=pygame.K_SPACE))[0].found, "at the start nobody waits"
    for wait in (0.0, FOUND / 2, 2.0 * FOUND):
        devices.translate(event(pygame.WINDOWFOCUSLOST))
        devices.translate(event(pygame.WINDOWFOCUSGAINED))
        clock.advance(wait)
        for code in (pygame.K_SPACE, pygame.K_RETURN):
            found += [one.found for one in devices.translate(event(pygame.KEYDOWN, key=code))]
            assert [one.found for one in devices.translate(event(pygame.KEYUP, key=code))] == [False]
    assert found == [True, True, True, True, False, False]


def test_an_arrow_key_that_was_down_before_moves_nothing_until_it_is_pressed_again():
    clock = SteppedClock(5.0)
    devices = Devices(UserConfig(name="guest"), clock)
    devices.poll()
    devices.translate(event(pygame.WINDOWFOCUSLOST))
    devices.translate(event(pygame.WINDOWFOCUSGAINED))
    assert devices.translate(event(pygame.KEYDOWN, key=pygame.K_UP)) == []
    clock.advance(1.0)
    assert devices.poll() == devices.translate(event(pygame.KEYUP, key=pygame.K_UP)) == []
    assert devices.translate(event(pygame.KEYDOWN, key=pygame.K_UP))[0].axes[1] > 0.0
