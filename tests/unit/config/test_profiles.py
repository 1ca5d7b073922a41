"""Profiles: own file first, variants, ceilings, older formats, comments kept, nothing half written."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.config import profiles
from armctl.config.load import builtin_names, find
from armctl.config.profiles import begin, changed_text, fits_file, keep, load_profile, own_file, profile_names
from armctl.errors import ConfigError, SetupError

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


def test_who_is_not_known_is_told_with_all_who_are_those_of_this_computer_too():
    put(TEXT)
    with pytest.raises(ConfigError) as caught:
        load_profile("ana")
    assert {"anna", "guest"} <= set(caught.value.remedy.removeprefix("Known: ").rstrip(".").split(", "))


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


def test_every_mistake_in_every_variant_is_named_at_once_each_with_its_line():
    error = refused(
        TEXT + "[variants.fast.motion]\nspeed = 0.9\n[variants.x.ceilings]\nspeed = 1.0\n[variants.y.look]\nscal = 1\n"
    )
    assert error.line == 13
    assert "motion.speed: speed 0.9 is above the ceiling of 0.6." in error.message
    assert "line 14: variants.x.ceilings: this is the same in all variants" in error.message
    assert "line 17: look.scal: there is no such setting; did you mean scale?" in error.message


def test_a_mistake_of_the_profile_is_told_once_not_once_more_for_each_variant():
    assert refused(TEXT + "[variants.bed]\n[look]\nscal = 1\n").message.count("scal:") == 1


@pytest.mark.parametrize("bad", ['"Very tired"', "Tired", '"2nd"'])
@pytest.mark.parametrize("below", ["", ".scan", ".joystick.reach"])
def test_a_variant_whose_name_is_none_is_named_with_its_line(bad, below):
    error = refused(f"{TEXT}[variants.{bad}{below}]\n")
    assert error.line == 12
    assert "lower-case letters" in error.message
    assert "[key]" not in error.message


@pytest.mark.parametrize(
    ("more", "line", "said"),
    [
        ('[variants.bed]\ntasks = ["drink", "fly"]\n', 13, "variants.bed.tasks: there is no task called 'fly'"),
        ("[variants.bed]\n[look]\n[voice]\n", None, ""),
    ],
)
def test_a_task_that_is_not_there_is_named_with_its_line(more, line, said):
    put(TEXT + more)
    profile = load_profile("anna")
    if line is None:
        assert profiles.tasks_of(profile) == ("drink", "hand_over", "go_home")
        return
    with pytest.raises(ConfigError) as caught:
        profiles.tasks_of(profile)
    assert caught.value.line == line
    assert said in caught.value.message
    assert "hand_over" in caught.value.remedy


def test_a_task_that_only_the_ceilings_name_has_to_be_there_too():
    put('name = "anna"\nversion = 2\ntasks = ["drink"]\n[ceilings]\ntasks = ["drink", "drnk"]\n')
    with pytest.raises(ConfigError) as caught:
        profiles.tasks_of(load_profile("anna"))
    assert caught.value.line == 5


def test_a_profile_under_another_persons_name_is_refused_since_measurements_would_go_to_them():
    error = refused('# copied\nname = "guest"\nversion = 2\n')
    assert error.line == 2
    assert 'name = "anna"' in error.remedy


LINES = st.sampled_from(
    [
        "# ą ž \u2028 note",
        "   # indented",
        "theme = 'light'   # why",
        'title   =  "Žuvė"',
        "adapt=true",
        'language = "lt" #',
    ]
)


@settings(max_examples=60)
@given(
    st.lists(LINES, max_size=6, unique=True),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "\ufeff"]),
    st.sampled_from([1, 2]),
    st.booleans(),
)
def test_what_is_not_changed_stays_byte_for_byte(lines, end, mark, version, last):
    """Only the line that was changed differs, and a file of version 1 has two more."""
    head = ['name = "anna"', *(["version = 2"] if version == 2 else []), *lines]
    tail = ["[scan]   # frame", "  interval = 1.5  # slow", "rounds = 3", "[variants.tired.scan]", "interval = 2.5"]
    text = mark + end.join([*head, *tail]) + (end if last else "")
    after = changed_text(text, {"scan.interval": 1.3})
    assert after.startswith(mark)
    was, now = text.split(end), after.split(end)
    new = (
        {"  interval = 1.3 # slow", "version = 2", "keep_changes = false"}
        if version == 1
        else {"  interval = 1.3 # slow"}
    )
    assert set(now) - set(was) - {""} == new
    kept = [line for line in was if line and "1.5" not in line]
    assert [line for line in now if line and line not in new | {"version = 2"}] == [
        k for k in kept if k != "version = 2"
    ]
    assert ("\r" in after.replace("\r\n", "")) is False
    user = profiles.profile_of(after, "x", own_file("anna"), own_file("anna")).user
    assert user.scan.interval == 1.3
    assert user.keep_changes is (version == 2)


def test_a_file_as_windows_writes_it_stays_one_when_it_is_kept():
    path = put("")
    path.write_bytes(b'\xef\xbb\xbf# \xc4\x85\r\nname = "anna"\r\nversion = 2\r\n[scan]\r\ninterval = 1.5\r\n')
    keep(load_profile("anna"), {"scan.interval": 1.2, "theme": "light"})
    data = path.read_bytes()
    assert data.startswith(b'\xef\xbb\xbf# \xc4\x85\r\nname = "anna"\r\n')
    assert b"interval = 1.2\r\n" in data
    assert data.count(b"\n") == data.count(b"\r\n")


def test_a_comment_behind_a_table_in_one_line_stays_when_it_is_written_out():
    after = changed_text('name="a"\nversion = 2\nscan = {interval = 1.5} # mine\n', {"scan.interval": 1.3})
    assert "[scan] # mine\ninterval = 1.3" in after


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "armctl").write_text("a file where the folder should be")
    with pytest.raises(SetupError, match="could not be made"):
        begin("bert")


def test_on_a_full_disk_the_profile_stays_as_it_was_and_its_older_format_too(monkeypatch):
    old = '# old\nname = "anna"\n[scan]\ninterval = 1.1\n'
    path = put(old)

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SetupError, match="No space left"):
        keep(load_profile("anna"), {"scan.interval": 1.3})
    assert path.read_text() == old
    assert os.listdir(path.parent) == ["anna.toml"]


OWN = {
    "tables": """name = "anna"
keys_select = ["f1"]
keys_next = []
# The space bar is hers.
[[contacts]]
device = "keyboard"
contact = "space"
does = "next"

[contacts.switch]
acceptance = 0.1  # by hand
holds = [{ at = 0.6, does = "select" }]

[variants.tired.scan]
interval = 2.0
""",
    "a table in a line": """name = "anna"
[[contacts]]
device = "keyboard"
contact = "space"
does = "select"
switch = { acceptance = 0.1 }
""",
    "all in a line": """name = "anna"
contacts = [{ device = "keyboard", contact = "space", does = "select", switch = { acceptance = 0.1 } }]
""",
}


@pytest.mark.parametrize("variant", ["", "tired"])
@pytest.mark.parametrize("how", OWN)
def test_what_is_one_contacts_own_is_changed_where_it_stands(how, variant, tmp_path):
    text = changed_text(OWN[how], {"contacts.0.switch.acceptance": 0.25}, variant, "measured")
    (tmp_path / "anna.toml").write_text(text)
    user = load_profile(str(tmp_path / "anna.toml")).user
    assert user.own_cleaning == 0
    assert user.contacts[0].switch.acceptance == 0.25
    assert ("# The space bar is hers." in text) == (how == "tables")
    assert text.count("acceptance") == 1
