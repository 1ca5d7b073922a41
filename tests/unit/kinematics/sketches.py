"""URDF of small robots, made of a joint or a few."""

from __future__ import annotations

LIMIT = '<limit lower="-1" upper="1"/>'


def joint(name: str, parent: str, child: str, inside: str = LIMIT, kind: str = "revolute") -> str:
    return f'<joint name="{name}" type="{kind}"><parent link="{parent}"/><child link="{child}"/>{inside}</joint>'


def robot(*parts: str, links: str = "abc") -> str:
    return "<robot name='r'>" + "".join(f'<link name="{link}"/>' for link in links) + "".join(parts) + "</robot>"
