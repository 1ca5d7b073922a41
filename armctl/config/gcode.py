"""Arms behind a G-code controller: which firmware, which axis letter moves which joints, and what its memory must hold.

An axis need not be a joint: on an arm with parallel rods a motor sets an angle to the ground. Each axis is a linear
function of the joints, ``axis = offset + Σ weight · unit(q)``, with q in degrees (joints that turn) or mm (that slide).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from armctl.config.load import Model, Name

Word = Annotated[str, Field(pattern=r"^[MP]\d{1,4}( [A-Z]-?\d+(\.\d+)?)*$", max_length=40)]
"""One command without parameters from this program, for example ``M2232 V1``."""


class AxisConfig(Model):
    """One axis of the controller."""

    letter: Annotated[str, Field(pattern=r"^[A-Z]$")]
    unit: Literal["deg", "mm"] = "deg"
    joints: Annotated[dict[Name, Annotated[float, Field(ge=-10, le=10)]], Field(min_length=1)]
    """Weight of each joint that this axis follows."""
    offset: Annotated[float, Field(ge=-2000, le=2000)] = 0.0
    """What the controller calls the place where all joints are at zero [deg or mm]."""
    steps_per_unit: Annotated[float, Field(gt=0, le=100_000)] | None = None
    """Steps a degree or mm ($100…), compared with the controller's memory where it tells; None: not compared."""
    max_rate: Annotated[float, Field(gt=0, le=100_000)] | None = None
    """Largest speed the controller itself permits [unit/min] ($110…)."""
    acceleration: Annotated[float, Field(gt=0, le=100_000)] | None = None
    """[unit/s²] ($120…)."""
    travel: Annotated[float, Field(gt=0, le=10_000)] | None = None
    """Way from the homing switch to the other end [unit] ($130…)."""

    @model_validator(mode="after")
    def _it_moves_something(self) -> AxisConfig:
        if not all(self.joints.values()):
            raise ValueError(f"axis {self.letter}: a weight of 0 moves nothing; leave that joint out")
        return self


class SwitchConfig(Model):
    """A gripper or pump that is only on or off; where it is in between nobody measures."""

    open: Word
    close: Word
    travel_time: Annotated[float, Field(gt=0, le=10)] = 1.0
    """Time from one end to the other [s], for the model that stands in for a measurement."""


class GcodeConfig(Model):
    """The controller."""

    dialect: Literal["uarm", "grbl"]
    axes: Annotated[tuple[AxisConfig, ...], Field(min_length=1, max_length=6)]
    """In the order of the controller's own list of positions."""
    gripper: SwitchConfig
    settings: dict[Annotated[str, Field(pattern=r"^\d{1,3}$")], float] = Field(default_factory=dict)
    """Further ``$n`` of the controller's memory that must be as given here."""

    @model_validator(mode="after")
    def _letters_differ(self) -> GcodeConfig:
        letters = [axis.letter for axis in self.axes]
        if len(set(letters)) != len(letters):
            raise ValueError(f"two axes have the same letter: {' '.join(letters)}")
        return self
