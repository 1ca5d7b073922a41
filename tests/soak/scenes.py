"""Scenes made by chance: a person and furniture anywhere around the arm, written as TOML like any other scene."""

from __future__ import annotations

import math
import random
from pathlib import Path


def random_scene(chance: random.Random, path: Path) -> Path:
    """Write a scene to ``path`` and return it."""
    lines = ['name = "soak"', 'title = "Soak"', 'arm = "so101"', "", "[objects]", "", "[places]", ""]
    height = chance.uniform(-0.30, -0.13)
    lines += _box("table", (0.9, 0.9, 0.03), (0.2, 0.0, height - 0.015), 0.0)
    for number in range(chance.randint(0, 2)):
        angle, away = chance.uniform(-math.pi, math.pi), chance.uniform(0.30, 0.45)
        size = (chance.uniform(0.05, 0.15), chance.uniform(0.05, 0.15), chance.uniform(0.05, 0.3))
        place = (0.04 + away * math.cos(angle), away * math.sin(angle), height + 0.5 * size[2])
        lines += _box(f"shelf_{number}", size, place, chance.uniform(-1.5, 1.5))
    if chance.random() < 0.85:
        lines += _person(chance)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _box(name: str, size: tuple[float, ...], xyz: tuple[float, ...], yaw: float) -> list[str]:
    shape = f'{{ kind = "box", size = {_row(size)}, xyz = {_row(xyz)}, rpy = [0, 0, {yaw:.4f}] }}'
    return [f"[furniture.{name}]", f'title = "{name}"', f"shape = {shape}", ""]


def _person(chance: random.Random) -> list[str]:
    angle, away, height = chance.uniform(-1.5, 1.5), chance.uniform(0.38, 0.55), chance.uniform(0.15, 0.4)
    x, y = math.cos(angle), math.sin(angle)
    head = (0.04 + away * x, away * y, height)
    mouth = (head[0] - 0.1 * x, head[1] - 0.1 * y, height)
    torso = (head[0] + 0.15 * x, head[1] + 0.15 * y, height - 0.45)
    shape = chance.choice(
        [
            f'{{ kind = "box", size = [0.2, 0.38, 0.45], xyz = {_row(torso)}, rpy = [0, 0, {angle:.4f}] }}',
            f'{{ kind = "capsule", size = [0.15, 0.3], xyz = {_row(torso)} }}',
        ]
    )
    return [
        "[person]",
        f"head_xyz = {_row(head)}",
        "head_radius = 0.1",
        "slow_speed = 0.05",
        f"mouth_xyz = {_row(mouth)}",
        f"mouth_direction = {_row((-x, -y, 0.0))}",
        f"torso = {shape}",
        f"head_keep_out = {chance.choice([0.0, 0.02, 0.05])}",
        f"slow_radius = {chance.choice([0.1, 0.2, 0.3])}",
    ]


def _row(values: tuple[float, ...]) -> str:
    return "[" + ", ".join(f"{value:.6f}" for value in values) + "]"
