"""``armctl kinematics show``: an arm's joints, limits and reach, and the code that was generated for it."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
from rich.console import Console
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from armctl.cli.reach import without_standin
from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, builtin_names, find, load, unreadable
from armctl.errors import ConfigError
from armctl.kinematics.chain import Chain, chain_of
from armctl.kinematics.solver import solver_for
from armctl.kinematics.urdf import Tree, load_tree
from armctl.units import DEG, MM

OUT: Final = Console(highlight=False)
LEVEL: Final = np.array([0.0, 1.0, 0.0])
"""Tool axis of the axis solver where no configuration names the arm's own."""
CODES: Final[dict[str, Callable[[Chain], str]]] = {
    "pose": lambda chain: chain.pose_program.source,
    "jacobian": lambda chain: chain.program.source,
    "solve-position": lambda chain: solver_for(chain, "position").code.descend_source,
    "solve-axis": lambda chain: solver_for(chain, "axis", LEVEL).code.descend_source,
    "solve-pose": lambda chain: solver_for(chain, "pose").code.descend_source,
}
"""What can be shown, by name."""


def show(*, arm: str, base: str, tip: str, code: str) -> int:
    """Print what is known of ``arm``: a configured one, one that comes as a URDF only, or a .urdf file.

    Args:
        arm: Name or file.
        base: Link to begin at; the arm's own when empty.
        tip: Link to end at; the arm's own when empty.
        code: One of `CODES`; empty for the table.

    Raises:
        ArmctlError: There is no such arm, link or code, or its URDF is malformed.
    """
    if code and code not in CODES:
        raise ConfigError(f"There is no code called {code!r}.", remedy=f"Known: {', '.join(CODES)}.")
    chain = chain_from(arm, base, tip)
    if code:
        # Plain text where it goes into a file: so it can be run.
        source = CODES[code](chain)
        OUT.print(Syntax(source, "python") if OUT.is_terminal else source, markup=False, soft_wrap=True)
        return 0
    OUT.print(table_of(chain))
    for line in facts_of(chain):
        OUT.print(line, markup=False, soft_wrap=True)
    return 0


def chain_from(arm: str, base: str = "", tip: str = "") -> Chain:
    """Return the chain of ``arm``, from ``base`` to ``tip`` where they are given.

    Raises:
        ArmctlError: As `show`.
    """
    name = without_standin(arm)
    if name.endswith(".toml") or name in builtin_names("arms"):
        config = load(find("arms", name), ArmConfig)
        tree = load_tree(config.urdf_text())
        return chain_of(tree, base or config.base_link, tip or config.tool.tip_link)
    tree = load_tree(_urdf_text(name))
    return chain_of(tree, base or tree.root, tip or tip_of(tree))


def tip_of(tree: Tree) -> str:
    """Return the link at the end: the one called tool, or the only one that carries nothing.

    Raises:
        ConfigError: There are several.
    """
    carriers = {joint.parent for joint in tree.joints}
    ends = [link for link in tree.links if link not in carriers]
    if "tool" in ends:
        return "tool"
    if len(ends) != 1:
        raise ConfigError(f"The arm ends in {len(ends)} links: {', '.join(ends)}.", remedy="Name one with --tip.")
    return ends[0]


def table_of(chain: Chain) -> Table:
    """Return a table of the joints."""
    table = Table("joint", "kind", "from", "to", title=Text(f"{chain.base} to {chain.tip}"))
    for joint in chain.moving:
        unit, scale = ("mm", MM) if joint.kind == "prismatic" else ("°", DEG)
        limits = [f"{v / scale:.0f} {unit}" if math.isfinite(v) else "endless" for v in (joint.lower, joint.upper)]
        table.add_row(Text(joint.name), joint.kind, *limits)  # names are plain text, whatever is in them
    return table


def facts_of(chain: Chain) -> list[str]:
    """Return what else is worth knowing, a sentence each."""
    coupled = "" if chain.coupling is None else " Its joints are coupled: the table shows what its motors move."
    low, high = np.maximum(chain.lower, -math.pi), np.minimum(chain.upper, math.pi)
    points = chain.poses(np.random.default_rng(0).uniform(low, high, (20_000, chain.dof)))[:, :3, 3]
    reach = float(np.linalg.norm(points - chain.joints[0].origin[:3, 3], axis=1).max())
    sizes = ", ".join(f"{name} {len(make(chain).splitlines())}" for name, make in CODES.items() if _has(chain, name))
    return [
        f"{chain.dof} joints that move.{coupled}",
        f"The tool comes up to about {reach:.2f} m from the first joint.",
        f"Lines of generated code (see them with --code NAME): {sizes}.",
    ]


def _has(chain: Chain, name: str) -> bool:
    """Tell whether a solver of this kind makes sense: five joints have no free orientation."""
    return chain.dof >= {"solve-axis": 5, "solve-pose": 6}.get(name, 1)


def _urdf_text(name: str) -> str:
    try:
        if name.endswith(".urdf"):
            return Path(name).read_text(encoding="utf-8")
        return builtin("arms", name, ".urdf").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise unreadable(name, error) from error
