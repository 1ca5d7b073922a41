"""``armctl check`` finds what is wrong and where, and passes what comes with armctl."""

import pytest

from armctl.cli.check import check_files, kind_of
from armctl.config.load import builtin


def written(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_everything_that_comes_with_armctl_passes():
    verdicts = list(check_files([]))
    assert {verdict.kind for verdict in verdicts} == {"arms", "scenes", "users", "tasks"}
    assert [verdict for verdict in verdicts if verdict.problem] == []


def test_the_kind_of_a_file_is_seen_from_what_it_holds(tmp_path):
    for kind, name in (("arms", "so101"), ("scenes", "kitchen_table"), ("users", "guest"), ("tasks", "drink")):
        text = builtin(kind, name).read_text(encoding="utf-8")
        assert kind_of(written(tmp_path, f"{name}.toml", text)) == kind


def verdict_of(path):
    (verdict,) = check_files([path])
    return verdict


def test_a_value_beyond_its_limit_is_named_with_file_and_line(tmp_path):
    text = builtin("arms", "so101").read_text(encoding="utf-8").replace("rate_hz = 100", "rate_hz = 9000")
    problem = verdict_of(written(tmp_path, "fast.toml", text)).problem
    assert "fast.toml:" in problem
    assert "500" in problem


def test_a_profile_that_names_an_unknown_task_is_refused(tmp_path):
    problem = verdict_of(written(tmp_path, "u.toml", 'name = "u"\ntasks = ["fly"]\n')).problem
    assert "fly" in problem
    assert "drink" in problem


def test_an_unknown_task_a_bad_variant_and_an_unknown_key_are_named_with_their_lines(tmp_path):
    head = 'name = "u"\nversion = 2\n\n'
    for text, line, said in (
        ('tasks = ["drink", "fly"]\n', 4, "tasks: there is no task called 'fly'"),
        ('[variants.bed]\ntasks = ["fly"]\n', 5, "variants.bed.tasks: there is no task called 'fly'"),
        ('[variants."In Bed".scan]\n', 4, "variants.In Bed: a name has"),
        ('keys_next = ["tabb"]\n', 4, "there is no key called 'tabb'"),
        ('[variants.bed]\nkeys_next = ["tabb"]\n', 5, "there is no key called 'tabb'"),
        ('[[contacts]]\ndevice = "keyboard"\ncontact = "spce"\ndoes = "stop"\n', 6, "there is no key called 'spce'"),
        ('[stop_line]\nkey = "f99"\n', 5, "there is no key called 'f99'"),
    ):
        path = written(tmp_path, "u.toml", head + text)
        problem = verdict_of(path).problem
        assert problem.startswith(f"{path}:{line}: "), problem
        assert said in problem


@pytest.mark.parametrize(("kind", "name"), [("tasks", "drink"), ("users", "guest"), ("scenes", "kitchen_table")])
def test_a_file_that_says_another_name_than_its_own_is_refused_with_the_line(tmp_path, kind, name):
    text = "# a copy\n" + builtin(kind, name).read_text(encoding="utf-8")
    path = written(tmp_path, "mine.toml", text)
    line = next(n for n, found in enumerate(text.split("\n"), 1) if found.startswith("name = "))
    assert f"{path}:{line}: name: '{name}' is not what the file is called." in verdict_of(path).problem
    assert verdict_of(written(tmp_path, "mine.toml", text.replace(f'"{name}"', '"mine"', 1))).problem == ""


def test_a_profile_of_which_only_misspelled_tables_are_left_is_still_told_from_foreign_files(tmp_path):
    problem = verdict_of(written(tmp_path, "u.toml", 'name = "u"\n[scann]\ninterval = 1.0\n')).problem
    assert "u.toml:2: scann: there is no such setting; did you mean scan?" in problem


def test_an_arm_whose_joints_are_not_in_its_urdf_is_refused(tmp_path):
    text = builtin("arms", "so101").read_text(encoding="utf-8").replace("elbow_flex", "third_knee")
    assert "third_knee" in verdict_of(written(tmp_path, "a.toml", text)).problem


def test_missing_broken_and_foreign_files_are_said_plainly(tmp_path):
    assert "does not exist" in verdict_of(tmp_path / "none.toml").problem
    assert "not valid TOML" in verdict_of(written(tmp_path, "b.toml", "a = = 1")).problem
    assert "is empty" in verdict_of(written(tmp_path, "empty.toml", "\n")).problem
    (tmp_path / "picture.toml").write_bytes(b"\x89PNG\xff\xac")
    assert "no text" in verdict_of(tmp_path / "picture.toml").problem
    assert "no armctl configuration" in verdict_of(written(tmp_path, "c.toml", "colour = 1")).problem
    assert "cannot be read" in verdict_of(tmp_path).problem


def test_an_arm_its_own_driver_cannot_drive_is_refused_by_name_of_file(tmp_path):
    text = builtin("arms", "so101").read_text(encoding="utf-8")
    for old, new, said in (
        ('driver = "feetech"', 'driver = "steam"', "no driver called 'steam'"),
        ("servo = { id = 3, zero_step = 2048, sign = 1 }", "", "elbow_flex has no servo"),
    ):
        assert old in text
        problem = verdict_of(written(tmp_path, "a.toml", text.replace(old, new))).problem
        assert problem.startswith(str(tmp_path / "a.toml"))
        assert said in problem


def test_a_key_no_keyboard_has_is_refused(tmp_path):
    problem = verdict_of(written(tmp_path, "u.toml", 'name = "u"\nkeys_next = ["tabb"]\n')).problem
    assert "no key called 'tabb'" in problem


def test_a_scene_whose_arm_cannot_come_to_a_place_is_refused_with_the_reason(tmp_path):
    text = builtin("scenes", "kitchen_table").read_text(encoding="utf-8")
    place = "[places.hand_over]\ntitle = "
    assert place in text
    before, after = text.split(place)
    title, _old, rest = after.split("\n", 2)
    problem = verdict_of(
        written(tmp_path, "kitchen_table.toml", f"{before}{place}{title}\nxyz = [0.9, 0.1, 0.1]\n{rest}")
    ).problem
    assert f"cannot bring a level hand to {title.strip(chr(34))}" in problem
    assert "too far" in problem


def test_a_task_is_checked_in_the_scene_that_is_given_with_it_and_its_line_is_named(tmp_path):
    drink = builtin("tasks", "drink").read_text(encoding="utf-8").replace("cup", "mug")
    task = written(tmp_path, "fetch.toml", drink.replace('name = "drink"', 'name = "fetch"'))
    text = builtin("scenes", "kitchen_table").read_text(encoding="utf-8").replace("[objects.cup]", "[objects.mug]")
    text = text.replace('name = "kitchen_table"', 'name = "mine"')
    scene = written(tmp_path, "mine.toml", text)
    assert [verdict.problem for verdict in check_files([task, scene])] == ["", ""]
    (alone,) = check_files([task])
    header = task.read_text(encoding="utf-8").splitlines().index('do = "approach"')  # the line above, counted from 1
    assert f"fetch.toml:{header}: " in alone.problem
    assert "Checked in scene kitchen_table" in alone.problem
