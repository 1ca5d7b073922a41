"""Task files: what they may say, and where a complaint points."""

from __future__ import annotations

from pathlib import Path

import pytest

from armctl.config.load import builtin_names, parse
from armctl.errors import ConfigError
from armctl.tasks.model import LARGEST_RUN, TaskConfig, check_task, load_task, walk
from tests.unit.tasks.fake_arm import ARM, SCENE

HEAD = 'name = "t"\ntitle = "T"\n'


def steps(*each: str) -> str:
    return HEAD + "".join(f"[[steps]]\n{one}\n" for one in each)


FETCH = ('do = "approach"\nobject = "cup"', 'do = "grip"\njaws = "close"')


def written(tmp_path: Path, text: str) -> tuple[TaskConfig, str]:
    file = tmp_path / "t.toml"
    file.write_text(text)
    return load_task(str(file)), str(file)


@pytest.mark.parametrize("name", builtin_names("tasks"))
def test_every_task_that_comes_with_armctl_can_be_loaded(name: str) -> None:
    task = load_task(name)
    assert task.name == name
    assert len(list(walk(task.steps))) >= 1


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (steps('do = "lift"', 'do = "lift"\nheight = 5.0'), 7, "less than or equal to 0.2"),
        (steps('do = "dance"'), 3, "dance"),
        (steps('do = "lift"\nspeed = 0.5\ncolour = "red"'), 6, "colour"),
        (steps('do = "say"\ntext = ""'), 5, "at least 1"),
        (steps('do = "wait"'), 3, "question, or seconds"),
        (steps('do = "move_to"\npose = "home"\nplace = "shelf"'), 3, "pose, place"),
        (steps('do = "move_to"'), 3, "none"),
        (steps('do = "grip"\njaws = "open"'), 3, "hand_over"),
        (steps('do = "grip"\njaws = "close"\nhand_over = true'), 3, "hand_over"),
        (steps('do = "offer"\ndistance = 0.001'), 5, "0.015"),
        (steps('do = "repeat"\ntimes = 2\n[[steps.steps]]\ndo = "lift"\nheight = -1.0'), 8, "greater than 0"),
        (steps('do = "repeat"\ntimes = 99\n[[steps.steps]]\ndo = "lift"'), 5, "20"),
        (HEAD + "steps = []\n", 3, "at least 1"),
        (HEAD + "steps = 7\n", 3, "array"),
        (HEAD + "[[steps]\n", 3, "TOML"),
    ],
)
def test_a_malformed_task_is_refused_with_file_line_and_reason(tmp_path: Path, text: str, line: int, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        written(tmp_path, text)
    assert caught.value.line == line
    assert str(tmp_path / "t.toml") in str(caught.value)


def test_a_run_that_would_never_end_is_refused() -> None:
    inner = 'do = "repeat"\ntimes = 20\n[[steps.steps]]\ndo = "repeat"\ntimes = 20\n[[steps.steps.steps]]\ndo = "lift"'
    with pytest.raises(ConfigError, match=f"at most {LARGEST_RUN}"):
        parse(steps(inner), TaskConfig, "t.toml")


@pytest.mark.parametrize(
    ("each", "line", "said"),
    [
        (('do = "move_to"\nplace = "moon"',), 3, "no place 'moon'; there are: shelf, stand"),
        (('do = "move_to"\npose = "yoga"',), 3, "no pose 'yoga'"),
        (('do = "say"\ntext = "x"', 'do = "approach"\nobject = "hat"'), 6, "no object 'hat'"),
        (('do = "put_down"',), 3, "needs a grip before it"),
        (('do = "lift"',), 3, "nothing is held"),
        (('do = "offer"',), 3, "nothing is held"),
        (('do = "grip"\njaws = "close"',), 3, "needs an approach"),
        (('do = "grip"\njaws = "open"\nhand_over = true',), 3, "nothing is held"),
        ((*FETCH, 'do = "lift"'), 9, "end with 'cup' in the gripper"),
        ((*FETCH, 'do = "move_to"\npose = "home"', 'do = "put_down"'), 9, "upright"),
        ((*FETCH, FETCH[0], 'do = "put_down"'), 9, "still holds 'cup'"),
        ((*FETCH, 'do = "put_down"\nplace = "moon"'), 9, "no place 'moon'"),
        ((*FETCH, 'do = "put_down"', 'do = "put_down"'), 11, "needs a grip"),
        (('do = "approach"\nobject = "cup"\nmargin = 0.05',), 3, "open 0.105 m; they open 0.100 m"),
        ((*FETCH, 'do = "repeat"\ntimes = 2\n[[steps.steps]]\ndo = "offer"', 'do = "put_down"'), 9, "ask"),
        ((*FETCH, 'do = "repeat"\ntimes = 2\n[[steps.steps]]\ndo = "put_down"'), 12, "needs a grip"),
    ],
)
def test_a_step_that_makes_no_sense_where_it_stands_is_refused(
    tmp_path: Path, each: tuple[str, ...], line: int, said: str
) -> None:
    task, path = written(tmp_path, steps(*each))
    with pytest.raises(ConfigError, match=said) as caught:
        check_task(task, SCENE, ARM, path)
    assert caught.value.line == line
    assert caught.value.path == path


def test_without_a_person_nothing_is_offered(tmp_path: Path) -> None:
    task, path = written(tmp_path, steps(*FETCH, 'do = "offer"', 'do = "put_down"'))
    check_task(task, SCENE, ARM, path)
    with pytest.raises(ConfigError, match="no person"):
        check_task(task, SCENE.model_copy(update={"person": None}), ARM, path)


def test_an_object_without_a_drinking_point_is_not_offered(tmp_path: Path) -> None:
    task, path = written(tmp_path, steps(*FETCH, 'do = "offer"', 'do = "put_down"'))
    dry = SCENE.objects["cup"].model_copy(update={"drink_point": None})
    with pytest.raises(ConfigError, match="drink_point"):
        check_task(task, SCENE.model_copy(update={"objects": {"cup": dry}}), ARM, path)


def test_what_is_too_heavy_is_not_approached(tmp_path: Path) -> None:
    task, path = written(tmp_path, steps(*FETCH, 'do = "put_down"'))
    heavy = SCENE.objects["cup"].model_copy(update={"mass": 0.9})
    with pytest.raises(ConfigError, match=r"weighs 0\.9 kg"):
        check_task(task, SCENE.model_copy(update={"objects": {"cup": heavy}}), ARM, path)


def test_a_complaint_about_a_built_in_task_names_its_file_and_line() -> None:
    bare = SCENE.model_copy(update={"objects": {}})
    with pytest.raises(ConfigError, match="no object 'cup'") as caught:
        check_task(load_task("drink"), bare, ARM)
    assert caught.value.path.endswith("drink.toml")
    assert caught.value.line is not None


def test_a_complaint_about_a_task_whose_file_is_unknown_has_no_line() -> None:
    task = parse(steps('do = "lift"').replace('"t"', '"drink"'), TaskConfig, "elsewhere")
    with pytest.raises(ConfigError) as caught:
        check_task(task, SCENE, ARM)
    assert caught.value.line is None


def test_no_task_that_comes_with_armctl_moves_on_because_nobody_pressed() -> None:
    for name in ("drink", "hand_over", "go_home"):
        for _, step in walk(load_task(name).steps):
            asks = getattr(step, "ask", None) or getattr(step, "question", None)
            assert not asks or getattr(step, "seconds", None) is None, name
