"""Configuration errors name the file, the line and the limit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, builtin_names, find, line_of, load, parse
from armctl.config.scene import SceneConfig
from armctl.config.user import UserConfig
from armctl.errors import ConfigError

SO101 = builtin("arms", "so101").read_text(encoding="utf-8")


def line_with(text, needle, occurrence=1):
    lines = [number for number, line in enumerate(text.splitlines(), 1) if needle in line]
    return lines[occurrence - 1]


@pytest.mark.parametrize(
    ("kind", "model"),
    [("arms", ArmConfig), ("scenes", SceneConfig), ("users", UserConfig)],
    ids=["arms", "scenes", "users"],
)
def test_every_configuration_that_comes_with_armctl_is_valid(kind, model):
    names = builtin_names(kind)
    assert names
    for name in names:
        assert load(builtin(kind, name), model).name == name


def test_a_value_beyond_its_limit_is_named_with_line_limit_and_value():
    text = SO101.replace("max_speed = 1.2", "max_speed = 9")
    with pytest.raises(ConfigError) as error:
        parse(text, ArmConfig, "so101.toml")
    assert error.value.line == line_with(text, "max_speed = 9")
    assert "less than or equal to 1.6" in str(error.value)
    assert "given: 9" in str(error.value)


def test_the_line_of_the_right_joint_is_named():
    text = SO101.replace('name = "elbow_flex"\nlower = -1.69', 'name = "elbow_flex"\nlower = -99.0')
    with pytest.raises(ConfigError) as error:
        parse(text, ArmConfig, "so101.toml")
    assert error.value.line == line_with(text, "lower = -99.0")


def test_an_unknown_key_is_an_error_with_its_line():
    text = SO101.replace("rate_hz = 100", "rate_hz = 100\nrate_khz = 1")
    with pytest.raises(ConfigError, match="rate_khz") as error:
        parse(text, ArmConfig, "so101.toml")
    assert error.value.line == line_with(text, "rate_khz")


def test_text_that_is_not_toml_names_the_line():
    with pytest.raises(ConfigError, match="not valid TOML") as error:
        parse('name = "a"\nbroken ==\n', UserConfig, "u.toml")
    assert error.value.line == 2


def test_a_missing_file_is_said_plainly(tmp_path):
    with pytest.raises(ConfigError, match="does not exist"):
        load(tmp_path / "none.toml", UserConfig)


def test_a_file_of_bytes_is_said_plainly(tmp_path):
    path = tmp_path / "bytes.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="cannot be read"):
        load(path, UserConfig)


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(ConfigError, match="so101"):
        builtin("arms", "so999")


@pytest.mark.parametrize("name", ["../secrets", "so101/../so101", "", "a b"])
def test_a_name_never_leaves_the_folder(name):
    with pytest.raises(ConfigError):
        builtin("arms", name)


def test_find_takes_a_path_when_it_ends_in_toml(tmp_path):
    assert str(find("users", str(tmp_path / "x.toml"))).endswith("x.toml")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("lower = -0.1745\nupper = 1.7453", "lower = 1.8\nupper = -0.2", "must be below"),
        ("id = 6", "id = 5", "same servo id"),
        ('joint = "gripper"', 'joint = "elbow_flex"', "must be the last joint"),
        ("open = 1.7\n", "open = 3.0\n", "outside"),
        ("home = [0.0,", "home = [2.5,", "outside"),
        ("sign = 1 }\n\n[gripper]", "sign = 0 }\n\n[gripper]", "1 or -1"),
        ("max_speed = 0.15\n", "max_speed = 0.5\n", "0.25"),
        ("rest = [", "rust = [", "rest"),
        ("payload = 0.2", "payload = inf", "finite"),
    ],
)
def test_an_unsafe_arm_is_refused_with_its_reason(old, new, says):
    assert old in SO101
    with pytest.raises(ConfigError, match=says):
        parse(SO101.replace(old, new), ArmConfig, "so101.toml")


@given(st.text(max_size=300))
def test_no_text_whatever_raises_anything_but_a_config_error(text):
    try:
        parse(text, UserConfig, "fuzz.toml")
    except ConfigError as error:
        assert error.path == "fuzz.toml"


@given(position=st.integers(0, len(SO101) - 1), letter=st.characters())
def test_no_single_changed_letter_raises_anything_but_a_config_error(position, letter):
    try:
        parse(SO101[:position] + letter + SO101[position + 1 :], ArmConfig, "so101.toml")
    except ConfigError as error:
        assert error.message


def test_line_of_counts_repeated_tables_and_inline_keys():
    text = "[[a]]\nx = 1\n[[a]]\nx = 2\n[b.c]\ny = { z = 3 }\n"
    assert line_of(text, ("a", 0, "x")) == 2
    assert line_of(text, ("a", 1, "x")) == 4
    assert line_of(text, ("b", "c", "y", "z")) == 6
    assert line_of(text, ("nowhere",)) is None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("max_speed = 0.52", "max_speed = true", "valid number"),
        ("max_speed = 0.52", 'max_speed = "0.52"', "valid number"),
        ("lower = -1.9199", "lower = nan", "finite"),
        ("min_voltage = 4.5", "min_voltage = 13.5", "must be below max_voltage"),
        ("warn_temperature = 55", "warn_temperature = 70", "must not be above max_temperature"),
        ("max_temperature = 65", "max_temperature = 95", "less than or equal to 80"),
        ("gains = [16, 0, 32]", "gains = [16, 0, 300]", "less than or equal to 254"),
        ("gains = [16, 0, 32]", "gains = [0, 0, 32]", "would not hold itself"),
        ("up_axis = [0, 1, 0]", "up_axis = [0, 2, 0]", "length 1"),
        ("up_axis = [0, 1, 0]", "up_axis = [0, 0, 1]", "right angles"),
        ("open = 1.7", "open = -0.17", "apart"),
    ],
)
def test_an_arm_that_would_be_unsafe_is_refused_with_the_limit(old, new, said):
    assert old in SO101
    with pytest.raises(ConfigError, match=said) as error:
        parse(SO101.replace(old, new, 1), ArmConfig, "arm.toml")
    assert error.value.line


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("mouth_xyz = [0.2137", "mouth_xyz = [0.9137", "from the middle of a head"),
        ("mouth_direction = [-0.529919", "mouth_direction = [-0.929919", "length 1"),
        ("head_xyz = [0.2667", "head_xyz = [266.7", "less than or equal to 10"),
    ],
)
def test_a_person_put_down_wrongly_is_refused(old, new, said):
    text = builtin("scenes", "kitchen_table").read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(ConfigError, match=said):
        parse(text.replace(old, new, 1), SceneConfig, "scene.toml")


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("keys_select = []", "at least 1"),
        ('keys_select = ["a"]\nkeys_next = ["b", "a"]', "'a' is in keys_select and in keys_next"),
        ('keys_select = ["escape"]', "always means stop"),
    ],
)
def test_keys_that_cannot_work_are_refused(keys, said):
    with pytest.raises(ConfigError, match=said):
        parse(f'name = "x"\n{keys}\n', UserConfig, "x.toml")


@pytest.mark.parametrize("text", ["tasks = " + "[" * 5000 + "]" * 5000, "tasks = " + "9" * 5000])
def test_text_no_reader_can_take_is_refused_like_any_other(text):
    with pytest.raises(ConfigError, match="thousands"):
        parse(text, UserConfig, "x.toml")


def test_the_mark_that_windows_writes_in_front_is_no_part_of_the_file(tmp_path):
    path = tmp_path / "x.toml"
    path.write_bytes(b'\xef\xbb\xbfname = "x"\n')
    assert load(path, UserConfig).name == "x"
