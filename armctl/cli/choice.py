"""From the arm's name on the command line to its configuration and what drives it.

``so101`` is the real arm; a suffix chooses a stand-in: ``so101-sim`` (physics), ``so101-ideal`` (exact, no physics) and
``so101-emulated`` (the real driver talking to emulated servos over a pseudo-terminal).
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from armctl.cli.calibrated import own_name
from armctl.clock import SystemClock
from armctl.config.arm import ArmConfig
from armctl.config.load import builtin_names, find, load
from armctl.config.profiles import load_profile
from armctl.config.scene import SceneConfig
from armctl.config.user import UserConfig
from armctl.errors import ConfigError, PortError, SetupError

if TYPE_CHECKING:  # pyserial is not needed by commands that open no port
    from drivers.discover import Found

Backend = Literal["real", "sim", "ideal", "emulated"]
STANDINS: Final[tuple[Backend, ...]] = ("sim", "ideal", "emulated")

NO_SCENE: Final = 'Copy a scene, write arm = "{}" and what was measured around it, and give the file with --scene.'


@dataclass(frozen=True, slots=True)
class ArmChoice:
    """What was chosen.

    Attributes:
        name: As written, for example ``so101-sim``.
        config_name: Name or path of the arm's configuration.
        config: The configuration itself.
        backend: What stands behind it.
        port: Serial port; empty where none is needed, or where the emulator will make one.
        told: What the person must know about the choice; empty when it is what they asked for.
    """

    name: str
    config_name: str
    config: ArmConfig
    backend: Backend
    port: str = ""
    told: str = ""

    @property
    def driver(self) -> str:
        """Name of the driver in the registry."""
        return {"sim": "bullet", "ideal": "ideal"}.get(self.backend, self.config.driver)


def has_physics() -> bool:
    """Return True when the physics engine is installed."""
    return importlib.util.find_spec("pybullet") is not None


def parts_of(name: str) -> tuple[str, Backend]:
    """Return the name of the configuration that ``name`` means, and what stands behind it; nothing is looked for."""
    base, _, suffix = name.rpartition("-")
    backend: Backend = next((known for known in STANDINS if known == suffix and base), "real")
    return (name if backend == "real" else base), backend


PortSearch: TypeAlias = "Callable[[ArmConfig], Found]"
"""Finds the port of a real arm; raises `PortError` where there is none, or more than one."""


def search_port(config: ArmConfig) -> Found:
    """Return the port of the arm of ``config`` on this computer; see `drivers.discover.find_port`."""
    from drivers.discover import find_port

    return find_port(config, SystemClock())


def choose_arm(name: str, port: str = "", search: PortSearch = search_port) -> ArmChoice:
    """Return what ``name`` and ``port`` mean.

    Args:
        name: As written on the command line.
        port: Serial port of a real arm; where it is left out, the arm is looked for.
        search: Looks for it.

    Raises:
        ConfigError: No such arm, or its configuration is not valid.
        SetupError: A real arm that is not found on one port, or a stand-in with a port.
    """
    config_name, backend = parts_of(name)
    if backend == "real":
        config_name = own_name(name)
    try:
        config = load(find("arms", config_name), ArmConfig)
    except ConfigError as error:
        if error.path:
            raise
        standins = ", ".join(f"-{standin}" for standin in STANDINS)
        raise ConfigError(error.message, remedy=f"{error.remedy} Each also with {standins} behind its name.") from None
    if backend == "real" and not port:
        found = _searched(name, config, search)
        return ArmChoice(name, config_name, config, backend, found.path, found.told)
    if backend != "real" and port:
        raise SetupError(
            f"{name} is simulated and takes no --port.", f"For the real arm say: --arm {config_name} --port {port}."
        )
    return _with_physics(ArmChoice(name, config_name, config, backend, port))


def _searched(name: str, config: ArmConfig, search: PortSearch) -> Found:
    try:
        return search(config)
    except PortError as error:
        simulated = "" if name.endswith(".toml") else f" In simulation: --arm {name}-sim."
        raise SetupError(error.message, f"{error.remedy}{simulated}") from None


def _with_physics(choice: ArmChoice) -> ArmChoice:
    if choice.backend not in ("sim", "emulated") or has_physics():
        return choice
    told = (
        "The physics engine (PyBullet) is not installed, or has no ready-made package for this Python or processor, "
        "so the arm runs exactly and the scene without physics."
    )
    if choice.backend == "emulated":
        return replace(choice, told=told)
    return replace(choice, name=f"{choice.config_name}-ideal", backend="ideal", told=told)


def choose_scene(name: str) -> SceneConfig:
    """Return the scene called ``name``, or in the file ``name``."""
    return load(find("scenes", name), SceneConfig)


def scenes_for(arm: str) -> tuple[str, ...]:
    """Return the names of the scenes that come with armctl and were made for the arm called ``arm``, sorted."""
    return tuple(name for name in builtin_names("scenes") if choose_scene(name).arm == arm)


def scene_for(arm: ArmConfig, asked: str = "") -> str:
    """Return the scene to use with ``arm``: the one ``asked`` for, or the only one that was made for this arm.

    Of several none is guessed: a scene says where the person's head is.

    Args:
        arm: The arm.
        asked: Name of a scene, or a file; empty where it was left out.

    Raises:
        ConfigError: It was made for another arm, or was left out and there is none, or more than one.
    """
    known = scenes_for(arm.name)
    remedy = f"Scenes for {arm.name}: {', '.join(known)}." if known else NO_SCENE.format(arm.name)
    if not asked:
        if not known:
            raise ConfigError(f"No scene that comes with armctl was made for {arm.name!r}.", remedy=remedy)
        if len(known) > 1:
            raise ConfigError(
                f"{len(known)} scenes were made for {arm.name!r}; none is guessed. Name one.", remedy=remedy
            )
        return known[0]
    place = choose_scene(asked)
    if place.arm != arm.name:
        raise ConfigError(f"Scene {place.name!r} was measured for {place.arm!r}, not for {arm.name!r}.", remedy=remedy)
    return asked


def surroundings(arm: ArmConfig, asked: str = "") -> SceneConfig:
    """Return the scene to look at ``arm`` in; where none was asked for or made, nothing stands around it.

    For what needs no task and no person: a new arm is looked at before a scene is measured for it.

    Args:
        arm: The arm.
        asked: Name of a scene, or a file; empty where it was left out.

    Raises:
        ConfigError: It was made for another arm, or there is none of this name.
    """
    if asked or scenes_for(arm.name):
        return choose_scene(scene_for(arm, asked))
    return SceneConfig(name="nothing", title="Nothing around it", arm=arm.name, furniture={}, objects={}, places={})


def choose_user(name: str) -> UserConfig:
    """Return the person's profile called ``name``, or in the file ``name``."""
    return load_profile(name).user
