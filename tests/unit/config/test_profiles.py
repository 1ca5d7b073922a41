"""Profiles: own file first, variants, ceilings, older formats, comments kept, nothing half written."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.config import profiles
from armctl.config.load import builtin_names, find
from armctl.config.profiles import begin, changed_text, fits_file, keep, load_profile, own_file, profile_names
from armctl.errors import ConfigError

TEXT = """# Anna sits at the window.
name = "anna"
version = 2   # two

[scan]
# measured in spring
interval = 1.5  # slow
[ceilings]
speed = 0.6
[variants.tired.scan]
interval = 2.5
"""


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))


def put(text, name="anna"):
    path = own_file(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def refused(text):
    put(text)
    with pytest.raises(ConfigError) as caught:
        load_profile("anna")
    return caught.value


@pytest.mark.parametrize("name", builtin_names("users"))
def test_every_profile_that_comes_with_armctl_loads(name):
    assert load_profile(name).user.name == name


def test_the_persons_own_file_goes_before_the_one_that_came_with_armctl():
    put('name = "guest"\nversion = 2\ntitle = "Mine"\n', "guest")
    assert load_profile("guest").user.title == "Mine"
    assert "guest" in profile_names()


def test_a_variant_is_the_profile_with_what_differs():
    put(TEXT)
    assert load_profile("anna").user.scan.interval == 1.5
    tired = load_profile("anna:tired")
    assert tired.user.scan.interval == 2.5
    assert tired.user.ceilings.speed == 0.6
    assert tired.variants == ("", "tired")


def test_an_unknown_variant_names_those_there_are():
    put(TEXT)
    with pytest.raises(ConfigError, match="tired"):
        load_profile("anna:cheerful")


def test_a_mistake_in_a_variant_is_named_with_its_line_even_when_another_is_used():
    assert refused(TEXT + "[variants.bed.motion]\nspeed = 0.05\n").line == 13


def test_the_ceiling_holds_in_every_variant():
    error = refused(TEXT + "[variants.bed.motion]\nspeed = 0.7\n")
    assert error.line == 13
    assert "above the ceiling of 0.6" in error.message


def test_a_variant_cannot_lift_the_ceilings():
    error = refused(TEXT + "[variants.bed.ceilings]\nspeed = 1.0\n")
    assert "variants.bed.ceilings" in error.message
    assert error.line == 12


@pytest.mark.parametrize(
    ("lines", "line"),
    [("[motion]\nspeed = 0.7", 4), ("[motion]\nspeed = 0.5\n[scan]\ninterval = 0.4", 6)],
)
def test_a_profile_beyond_its_own_ceilings_is_refused_with_the_line(lines, line):
    assert refused(f'name = "anna"\nceilings = {{speed = 0.6, interval = 0.5}}\n{lines}\n').line == line


def test_tasks_beyond_the_ceilings_are_refused():
    assert refused('name = "anna"\ntasks = ["drink"]\n[ceilings]\ntasks = ["go_home"]\n').line == 2


def test_a_change_keeps_comments_and_everything_else():
    put(TEXT)
    after = keep(load_profile("anna"), {"scan.interval": 1.2, "theme": "light"})
    assert after.user.scan.interval == 1.2
    assert after.text == own_file("anna").read_text()
    for comment in ("# Anna sits at the window.", "# two", "# measured in spring", "# slow"):
        assert comment in after.text
    assert load_profile("anna").user.theme == "light"
    assert load_profile("anna:tired").user.scan.interval == 2.5


def test_a_change_in_a_variant_stays_there():
    put(TEXT)
    keep(load_profile("anna:tired"), {"motion.speed": 0.3, "joystick.reach.left": 0.5}, "measured")
    assert load_profile("anna").user.motion.speed == 0.6
    assert load_profile("anna:tired").user.motion.speed == 0.3
    assert load_profile("anna:tired").user.joystick.reach.left == 0.5
    assert "speed = 0.3 # measured" in own_file("anna").read_text()


def test_a_change_beyond_the_ceilings_writes_nothing():
    path = put(TEXT)
    with pytest.raises(ConfigError):
        keep(load_profile("anna"), {"motion.speed": 0.9})
    assert path.read_text() == TEXT


@pytest.mark.parametrize("name", ["ceilings.speed", "name", "version", "keep_changes", "stop_test", "variants.x"])
def test_what_staff_set_is_none_of_the_persons_changes(name):
    with pytest.raises(ConfigError, match="set by staff"):
        changed_text(TEXT, {name: 1.0})


def test_a_built_in_profile_is_copied_before_it_is_changed():
    before = find("users", "guest").read_text()
    keep(load_profile("guest"), {"scan.interval": 2.0})
    assert find("users", "guest").read_text() == before
    assert load_profile("guest").user.scan.interval == 2.0


def test_an_older_format_is_read_as_it_was_meant_and_kept_beside_the_new_file():
    old = '# old\nname = "anna"\n[scan]\ninterval = 1.1\n'
    path = put(old)
    assert load_profile("anna").user.keep_changes is False  # nothing was kept, then
    keep(load_profile("anna"), {"scan.interval": 1.3})
    assert path.with_name("anna.toml.v1").read_text() == old
    assert "version = 2" in path.read_text()
    keep(load_profile("anna"), {"scan.interval": 1.4})
    assert path.with_name("anna.toml.v1").read_text() == old


@pytest.mark.parametrize("version", ["3", "0", '"2"', "true", "2.0"])
def test_a_version_nobody_knows_is_refused(version):
    assert "version" in refused(f'name = "anna"\nversion = {version}\n').message


def test_every_older_version_has_its_step():
    assert set(profiles.MIGRATIONS) == set(range(profiles.FIRST, profiles.CURRENT))


def test_a_new_person_begins_with_a_file_of_their_own_once():
    made = begin("bert")
    assert made.user.keep_changes
    assert made.user.title == "Bert"
    for name in ("bert", "guest", "Bert", "../x"):
        with pytest.raises(ConfigError):
            begin(name)
    assert fits_file("bert").parent == own_file("bert").parent


@settings(max_examples=40)
@given(
    st.dictionaries(
        st.sampled_from(["scan.interval", "switch.acceptance", "dwell.radius", "joystick.reach.left", "voice.volume"]),
        st.floats(0.4, 0.9).map(lambda value: round(value, 3)),
    ),
    st.sampled_from(["", "tired", "bed"]),
)
def test_whatever_is_changed_is_read_back_the_same(changes, variant):
    text = changed_text(TEXT + "[variants.bed]\n", changes, variant)
    user = profiles.profile_of(text, "x", own_file("anna"), own_file("anna"), variant).user
    for name, value in changes.items():
        table, *keys = name.split(".")
        found = getattr(user, table)
        for key in keys:
            found = getattr(found, key)
        assert found == value
    assert "# measured in spring" in text


def test_tasks_of_a_profile_are_those_of_all_its_variants_each_once():
    text = (
        'name = "anna"\nversion = 2\ntasks = ["drink", "go_home"]\n[variants.tired]\ntasks = ["go_home"]\n'
        '[variants.guests]\ntasks = ["hand_over", "drink"]\n'
    )
    for variant in ("", "tired"):
        profile = profiles.profile_of(text, "x", own_file("anna"), own_file("anna"), variant)
        assert profiles.tasks_of(profile) == ("drink", "go_home", "hand_over")
