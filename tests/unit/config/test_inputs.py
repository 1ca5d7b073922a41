"""What contacts mean, and that none means two things: refused with the line where it stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from armctl.config.inputs import PreviewConfig, ScanConfig, SwitchConfig
from armctl.config.load import parse
from armctl.config.user import UserConfig
from armctl.errors import ConfigError

HEAD = 'name = "x"\n'


def contact(device: str, name: str | int, does: str) -> str:
    given = f'"{name}"' if isinstance(name, str) else str(name)
    return f'[[contacts]]\ndevice = "{device}"\ncontact = {given}\ndoes = "{does}"\n'


LINES = '[[devices]]\nkind = "switch_lines"\nname = "lap"\nport = "/dev/a"\n'
REFUSED = {
    "two meanings": (contact("keyboard", "f1", "select") + contact("keyboard", "f1", "next"), 6, "select above"),
    "a number and the same as text": (contact("joystick", 0, "select") + contact("joystick", "0", "next"), 6, "above"),
    "a key of keys_select": (contact("keyboard", "space", "next"), 2, "'space' of keyboard means next here and select"),
    "a key of keys_next": (contact("keyboard", "tab", "back"), 2, "next above"),
    "escape": (contact("keyboard", "escape", "select"), 4, "always means stop"),
    "the stop line's key": ('[stop_line]\nkey = "f9"\n' + contact("keyboard", "f9", "select"), 4, "stop line above"),
    "the stop line's button": (
        "[stop_line]\njoystick_button = 3\n" + contact("joystick", 3, "stop"), 4, "the stop line above"),
    "a device nobody described": (contact("boxx", 0, "select"), 3, "no device called 'boxx'"),
    "a meaning there is none of": (contact("joystick", 0, "jump"), 5, "does"),
    "a mouse button there is none of": (contact("mouse", "lef", "next"), 4, "left, middle, right, or a number"),
    "a joystick's button with a name": (contact("joystick", "fire", "next"), 4, "the numbers 0 to 63"),
    "a fifth handshake line": (
        LINES + contact("lap", 4, "next"), 8,
        "there is no contact '4': this device has the numbers 0 to 3"),
    "a breath there is none of": (
        '[[devices]]\nkind = "breath_axis"\nname = "puff"\nmatches = "x"\n' + contact("puff", "puff", "next"), 8,
        "has soft_puff, hard_puff, soft_sip, hard_sip"),
    "a stop line on a line there is none of": (
        LINES + '[stop_line]\ndevice = "lap"\ncontact = 7\n', 6, "no contact '7'"),
    "a contact that is no number": (contact("joystick", -1, "next"), 4, "contact"),
    "the stop line on an unknown device": (
        '[stop_line]\njoystick_button = 3\ndevice = "boxx"\n', 4, "no device called 'boxx'"),
    "a stop line on nothing": ("[stop_line]\n", 2, "needs one of key"),
    "a stop line on a contact of nothing": ("[stop_line]\ncontact = 3\n", 2, "needs the device"),
    "keys for both": ('keys_select = ["a"]\nkeys_next = ["a"]\n', 3, "keys_select and in keys_next"),
    "holds too close": ("[switch]\nholds = [{at = 0.5, does = 'back'}, {at = 0.6, does = 'select'}]\n", 2, "0.2 s"),
    "a hold below acceptance": ("[switch]\nacceptance = 0.5\nholds = [{at = 0.6, does = 'back'}]\n", 2, "0.2 s"),
    "a hold longer than the longest": (
        "[switch]\nmaximum_hold = 2.0\nholds = [{at = 3.0, does = 'back'}]\n", 2, "maximum_hold"),
    "inverse scanning with held directions": ('[scan]\nmethod = "inverse"\n', 2, "cannot hold a direction"),
    "choosing by letting go with held directions": (
        "[switch]\nholds = [{at = 0.5, does = 'select'}, {at = 1.0, does = 'back'}]\n", 1, "cannot hold a direction"),
    "two devices with one name": (
        '[[devices]]\nkind = "joystick"\nname = "a"\nmatches = "x"\n' * 2, 8, "already a device called 'a'"),
    "a device with the name of one that is always there": (
        '[[devices]]\nkind = "joystick"\nname = "keyboard"\nmatches = "x"\n', 4, "already a device"),
    "a kind of device there is none of": ('[[devices]]\nkind = "nose"\nname = "a"\n', 2, "kind"),
}  # fmt: skip


@pytest.mark.parametrize("what", sorted(REFUSED))
def test_what_cannot_be_is_refused_with_its_line(what: str) -> None:
    text, line, said = REFUSED[what]
    with pytest.raises(ConfigError) as told:
        parse(HEAD + text, UserConfig, "x.toml")
    assert said in told.value.message, told.value.message
    assert told.value.line == line or (told.value.line is None and line == 1), told.value


def test_the_same_said_twice_is_no_contradiction() -> None:
    text = HEAD + contact("keyboard", "space", "select") + contact("joystick", 4, "stop")
    user = parse(text, UserConfig, "x.toml")
    assert user.meanings == {
        ("keyboard", "space"): "select",
        ("keyboard", "tab"): "next",
        ("joystick", "4"): "stop",
    }


def test_each_contact_may_have_presses_of_its_own() -> None:
    text = HEAD + contact("keyboard", "f1", "next") + "[contacts.switch]\nacceptance = 0.5\n"
    text += contact("joystick", 2, "back") + "[contacts.switch]\nacceptance = 0.7\n"
    user = parse(text, UserConfig, "x.toml")
    assert user.switch_for("keyboard", "f1").acceptance == 0.5
    assert user.switch_for("joystick7", "2").acceptance == 0.7
    assert user.switch_for("joystick7", "3") == user.switch_for("anything", "") == user.switch


@given(st.floats(0.1, 10.0), st.floats(0.2, 5.0), st.floats(0.0, 2.0))
def test_the_cancel_window_is_longer_than_the_time_in_which_no_press_counts(
    interval: float, cue: float, post: float
) -> None:
    scan, switch = ScanConfig(interval=interval, auditory=True, cue_time=cue), SwitchConfig(post_acceptance=post)
    assert PreviewConfig(enabled=True).seconds(scan, switch) == max(interval, cue) + post
    assert PreviewConfig(enabled=True, time=0.7).seconds(scan, switch) == 0.7 + post


@pytest.mark.parametrize(
    ("field", "value"),
    [("release", 1.1), ("repeat_delay", 5.1), ("repeat_interval", 0.05), ("post_acceptance", 2.1), ("debounce", 0.2)],
)
def test_settings_have_bounds(field: str, value: float) -> None:
    with pytest.raises(ValidationError):
        SwitchConfig.model_validate({field: value})


def test_repeat_and_double_strike_delays_reach_what_the_standard_asks_for() -> None:
    assert SwitchConfig(repeat_delay=2.0, post_acceptance=0.5)
