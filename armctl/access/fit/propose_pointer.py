"""Settings of dwelling that fit how a person points."""

from __future__ import annotations

import math
from typing import Final

from armctl.access.fit import words
from armctl.access.fit.beliefs import SD_POINTS, share_above
from armctl.access.fit.change import Part
from armctl.access.fit.pointer import ENOUGH, PointerFigures
from armctl.config.user import UserConfig

TIMES: Final = (0.6, 2.0)
"""Dwell times that are proposed [s]: practised users 0.4 to 0.6, a usual start 0.8 to 1.2, up to 2."""
UNMEANT: Final = 0.05
"""A dwell is so long that of no more than this share of the ways a rest chooses something."""
RESTED: Final = 0.15
"""Shorter stops on the way are none [s]: a hand that turns round."""
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

    * Dwell time: with the lock-on, longer than the rests on 95 of 100 ways to a target; between 0.6 and 2 s.
    * Radius: 2.45 standard deviations (95 of 100 points), at least 20 px.
    * Tile: ``2 (offset + 2 SD)``, with trembling and arriving elsewhere each time together; rounded up to 4 px,
      between 96 and 320 px.
    * Magnet: half of what that is larger than the smallest tile there may be: many tiles on a small screen leave no
      room for large ones.
    """
    part, config = Part(), user.dwell
    if not pointer.enough:
        part.notes.append(words.too_few_targets(pointer.reached, ENOUGH))
        return part
    steps = [round(TIMES[0] + 0.1 * n, 1) for n in range(round((TIMES[1] - TIMES[0]) / 0.1) + 1)]
    time = next((time for time in steps if on_the_way(pointer, config.lock_on + time) <= UNMEANT), TIMES[1])
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


def on_the_way(pointer: PointerFigures, dwell: float) -> float:
    """Return the share of ways on which the pointer will rest for longer than ``dwell`` [s] beside its target.

    Of n ways some have a rest, as if half a rest had been seen on one more; how long they last follows from these.
    """
    rests = [pause for pause in pointer.pauses if pause > RESTED]
    return (len(rests) + 0.5) / (len(pointer.pauses) + 1.0) * share_above(rests or [RESTED], dwell, 0.0)


def beside(pointer: PointerFigures, side: float) -> float:
    """Return the share of targets of ``side`` [px] that the pointer will not stay on.

    Each axis is normal about its offset. The spread of n targets, two axes each, is itself known only to a share of
    ``1 / sqrt(4 (n - 1))``.
    """
    error = 1.0 / math.sqrt(4.0 * max(1, pointer.reached - 1))
    return sum(
        weight * _beyond(pointer.offset, max(1e-6, pointer.scatter) * math.exp(error * place), side / 2.0)
        for place, weight in SD_POINTS
    )


def _beyond(offset: tuple[float, float], spread: float, half: float) -> float:
    scale = spread * math.sqrt(2.0)
    across, down = (0.5 * (math.erf((half - off) / scale) + math.erf((half + off) / scale)) for off in offset)
    return 1.0 - across * down
