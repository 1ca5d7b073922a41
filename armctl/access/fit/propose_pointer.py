"""Settings of dwelling that fit how a person points."""

from __future__ import annotations

import math
from typing import Final

from armctl.access.fit import words
from armctl.access.fit.change import Part
from armctl.access.fit.pointer import ENOUGH, PointerFigures
from armctl.config.user import UserConfig

TIMES: Final = (0.6, 2.0)
"""Dwell times that are proposed [s]: practised users 0.4 to 0.6, a usual start 0.8 to 1.2, up to 2."""
LONGER: Final = 1.3
"""A dwell lasts so much longer than the longest rest on the way: that must choose nothing."""
RADII: Final = (20.0, 150.0)
"""Radii that are proposed [px]; products ship 40 to 60."""
TILE: Final = 96
"""No tile is smaller than this [px], whoever it is for."""
LARGEST: Final = 320
"""Larger tiles are not proposed [px]: hardly two rows of them would fit a screen."""
GRAIN: Final = 4
"""Sizes of tiles are rounded up to this [px]."""
COARSE: Final = 5.0


def propose(pointer: PointerFigures, user: UserConfig) -> Part:
    """Return what ``pointer`` suggests.

    * Dwell time: 1.3 × the longest rest beside a target, without the lock-on, between 0.6 and 2 s.
    * Radius: 2.45 standard deviations (95 of 100 points), at least 20 px.
    * Tile: ``2 (offset + 2 SD)``, rounded up to 4 px, between 96 and 320 px.
    * Magnet: half of what that is larger than the smallest tile there may be: many tiles on a small screen leave no
      room for large ones.
    """
    part, config = Part(), user.dwell
    if not pointer.enough:
        part.notes.append(words.too_few_targets(pointer.reached, ENOUGH))
        return part
    time = min(TIMES[1], max(TIMES[0], round(LONGER * pointer.pause - config.lock_on, 1)))
    part.change("dwell.time", config.time, time, words.dwell_time(pointer.pause, time), 0.09)
    radius = float(round(min(RADII[1], max(RADII[0], pointer.radius))))
    part.change("dwell.radius", config.radius, radius, words.dwell_radius(round(radius)), COARSE)
    tile = min(LARGEST, max(TILE, GRAIN * math.ceil(pointer.tile / GRAIN)))
    part.change("look.tile_min", user.look.tile_min, tile, words.tile(tile), COARSE)
    if pointer.tile <= TILE:
        return part
    magnet = float(round(min(150.0, (pointer.tile - TILE) / 2.0)))
    said = words.magnet(round(pointer.tile), round(magnet))
    part.change("dwell.magnet", config.magnet, magnet, said, COARSE)
    return part
