"""``armctl check``: is every configuration file valid, and do they fit together?

What only arms, scenes or tasks need is imported where they are checked: a profile is checked in a moment.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from armctl.cli.options import DEFAULT_SCENE
from armctl.config.arm import ArmConfig
from armctl.config.load import (
    Mistake,
    builtin,
    builtin_names,
    complaint,
    find,
    line_of,
    line_under,
    load,
    table_of,
    text_of,
)
from armctl.config.profiles import read_profile, tasks_of
from armctl.config.scene import SceneConfig
from armctl.config.user import UserConfig
from armctl.errors import ArmctlError, ConfigError

KINDS: Final = ("arms", "scenes", "users", "tasks")


@dataclass(frozen=True, slots=True)
class Checked:
    """One file: ``problem`` is empty when it is fine."""

    label: str
    kind: str
    problem: str = ""


def check_files(paths: Sequence[Path]) -> Iterator[Checked]:
    """Yield the verdict on each of ``paths``, or on every configuration that comes with armctl when there are none."""
    if paths:
        yield from _check_paths(paths)
        return
    for kind in KINDS:
        for name in builtin_names(kind):
            yield _checked(builtin(kind, name), f"{kind}/{name}.toml", kind, DEFAULT_SCENE)


def _check_paths(paths: Sequence[Path]) -> Iterator[Checked]:
    """Yield the verdict on each of ``paths``; tasks are checked in the first scene among them, if there is one."""
    kinds: list[str | ConfigError] = []
    for path in paths:
        try:
            kinds.append(kind_of(path))
        except ConfigError as error:
            kinds.append(error)
    place = next((str(path) for path, kind in zip(paths, kinds, strict=True) if kind == "scenes"), DEFAULT_SCENE)
    for path, kind in zip(paths, kinds, strict=True):
        if isinstance(kind, ConfigError):
            yield Checked(str(path), "?", str(kind))
        else:
            verdict = _checked(path, str(path), kind, place)
            yield verdict if verdict.problem or kind != "scenes" else _reachable(path)


def _checked(path: Path | Traversable, label: str, kind: str, place: str) -> Checked:
    """Return the verdict on a file of ``kind``; ``place`` is the scene that tasks are checked in."""
    try:
        name = _check_task(path, place) if kind == "tasks" else CHECKS[kind](path)
        _require_own_name(path, name)
    except ArmctlError as error:
        text = str(error)
        return Checked(label, kind, text if label in text else f"{label}: {text}")
    return Checked(label, kind)


def _require_own_name(path: Path | Traversable, name: str) -> None:
    """Raise where the file says another ``name`` than its own: what is kept under it would go to somebody else's.

    Raises:
        ConfigError: With the line of the name.
    """
    own = path.name.removesuffix(".toml")
    if name != own:
        line = line_of(text_of(path), ("name",))
        remedy = f"Write name = {json.dumps(own)}, or call the file {name}.toml."
        raise ConfigError(f"name: {name!r} is not what the file is called.", path=str(path), line=line, remedy=remedy)


def _reachable(path: Path) -> Checked:
    """Return the verdict on the valid scene at ``path`` by where its arm can bring its hand.

    Those that come with armctl are seen to fit before it is published.
    """
    from armctl.cli.reach import hindered

    scene = load(path, SceneConfig)
    problem = " ".join(hindered(load(builtin("arms", scene.arm), ArmConfig), scene))
    return Checked(str(path), "scenes", f"{path}: {problem}" if problem else "")


def kind_of(path: Path) -> str:
    """Return which kind of configuration ``path`` is, by the tables only that kind has.

    Raises:
        ConfigError: The file cannot be read, or is of no known kind.
    """
    data = table_of(text_of(path), str(path))
    marks = {"joints": "arms", "furniture": "scenes", "places": "scenes", "steps": "tasks"}
    for mark, kind in marks.items():
        if mark in data:
            return kind
    if UserConfig.model_fields.keys() & data.keys():
        return "users"
    raise ConfigError(
        "This is no armctl configuration: it has neither joints (an arm), nor furniture or places (a scene), nor steps "
        "(a task), nor anything of a profile.",
        path=str(path),
        remedy="Begin with a copy of one that comes with armctl.",
    )


def _check_arm(path: Path | Traversable) -> str:
    from armctl.clock import SystemClock
    from armctl.hal.registry import ArmContext, create_arm
    from armctl.kinematics.robot import RobotModel

    config = load(path, ArmConfig)
    RobotModel(config)
    # The driver looks at what it will need when it is made; nothing is opened before it connects.
    create_arm(config.driver, ArmContext(config, SystemClock(), _scene(DEFAULT_SCENE)))
    return config.name


def _scene(name: str) -> SceneConfig:
    return load(find("scenes", name), SceneConfig)


def _check_scene(path: Path | Traversable) -> str:
    scene = load(path, SceneConfig)
    builtin("arms", scene.arm)
    return scene.name


def _check_user(path: Path | Traversable) -> str:
    from ui.keys import REMEDY, unknown_keys

    profile = read_profile(path, Path())
    mistakes = [
        Mistake(line_under(profile.text, loc, ("variants", name) if name else ()), f"there is no key called {key!r}")
        for name in profile.variants
        for loc, key in unknown_keys(read_profile(path, Path(), name).user)
    ]
    if mistakes:
        error = complaint(mistakes, str(path))
        raise ConfigError(error.message, path=error.path, line=error.line, remedy=REMEDY)
    tasks_of(profile)
    return profile.user.name


def _check_task(path: Path | Traversable, place: str) -> str:
    from armctl.tasks.model import TaskConfig, check_task

    task = load(path, TaskConfig)
    scene = _scene(place)
    try:
        check_task(task, scene, load(builtin("arms", scene.arm), ArmConfig), str(path))
    except ConfigError as error:
        remedy = f"Checked in scene {scene.name}; for another one, give its file too."
        raise ConfigError(error.message, path=error.path, line=error.line, remedy=remedy) from None
    return task.name


CHECKS: Final[dict[str, Callable[[Path | Traversable], str]]] = {
    "arms": _check_arm,
    "scenes": _check_scene,
    "users": _check_user,
}
"""How a file of each kind is checked by itself, and its name; tasks need a scene (`_check_task`)."""
