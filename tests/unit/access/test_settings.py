"""Every setting of a person's input is in the guide as it is in the program, and is refused with its line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final, get_args

import pytest
from annotated_types import Ge, Gt, Le
from pydantic import BaseModel

from armctl.config.devices import (
    BreathAxisDevice,
    BreathConfig,
    BreathSensorDevice,
    JoystickDevice,
    SwitchBoxDevice,
    SwitchLinesDevice,
)
from armctl.config.inputs import ContactConfig, HoldConfig, PreviewConfig, ScanConfig, SwitchConfig
from armctl.config.load import parse
from armctl.config.pointing import DwellConfig, JoystickConfig, ReachConfig, RestArea
from armctl.config.user import StopLineConfig, UserConfig
from armctl.errors import ConfigError

GUIDE: Final = Path(__file__).parents[3] / "docs" / "input-devices.md"
TABLES: Final[dict[str, type[BaseModel]]] = {
    "switch": SwitchConfig,
    "scan": ScanConfig,
    "preview": PreviewConfig,
    "joystick": JoystickConfig,
    "joystick.reach": ReachConfig,
    "dwell": DwellConfig,
    "dwell.rest": RestArea,
    "stop_line": StopLineConfig,
}
"""Tables of a profile whose every key may be given by itself."""
DEVICES: Final = (JoystickDevice, BreathAxisDevice, SwitchBoxDevice, SwitchLinesDevice, BreathSensorDevice)
DESCRIBED: Final = [
    (table, name)
    for table, model in {**TABLES, "devices.breath": BreathConfig}.items()
    for name in model.model_fields
    if f"{table}.{name}" not in TABLES
]
MODELS: Final = {**TABLES, "devices.breath": BreathConfig}


def parts(annotation: Any) -> list[Any]:
    """Return ``annotation`` and everything inside it."""
    return [annotation, *(inner for part in get_args(annotation) for inner in parts(part))]


def bounds(model: type[BaseModel], name: str) -> tuple[str, str] | None:
    """Return the least and the greatest value of a setting; None where it is no number."""
    field = model.model_fields[name]
    found = [*field.metadata, *(more for part in parts(field.annotation) for more in getattr(part, "metadata", []))]
    low = [f"{one.ge if isinstance(one, Ge) else one.gt:g}" for one in found if isinstance(one, Ge | Gt)]
    high = [f"{one.le:g}" for one in found if isinstance(one, Le)]
    return (low[0], high[0]) if low and high else None


def default(model: type[BaseModel], name: str) -> str:
    """Return the default of a setting as the guide writes it."""
    value = model.model_fields[name].get_default()
    if value is None or value == "" or model.model_fields[name].is_required():
        return "–"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return str(list(value))
    return f"{value:g}" if isinstance(value, float | int) else str(value)


def rows_of(table: str) -> dict[str, tuple[str, str]]:
    """Return default and range of each setting in the guide's table of ``[table]``."""
    _, _, rest = GUIDE.read_text(encoding="utf-8").partition(f"| `[{table}]` |")
    block = rest.split("\n\n", 1)[0]
    return {
        name: (given.strip(), span) for name, given, span in re.findall(r"\| `(\w+)` \| ([^|]*) \| ([^|]*) \|", block)
    }


@pytest.mark.parametrize(("table", "name"), DESCRIBED)
def test_the_guide_gives_the_default_and_the_range_of_every_setting(table: str, name: str) -> None:
    model, rows = MODELS[table], rows_of(table)
    assert name in rows, f"docs/input-devices.md has no row for {name} in the table of [{table}]"
    given, span = rows[name]
    assert given == default(model, name)
    limits = bounds(model, name)
    assert limits is None or f"{limits[0]} to {limits[1]}" in span
    inner = [option for part in parts(model.model_fields[name].annotation) for option in get_args(part)]
    assert all(option in span for option in inner if isinstance(option, str))


@pytest.mark.parametrize("table", sorted(MODELS))
def test_the_guide_describes_no_setting_there_is_none_of(table: str) -> None:
    assert set(rows_of(table)) <= set(MODELS[table].model_fields)


@pytest.mark.parametrize("model", [ContactConfig, HoldConfig, *DEVICES])
def test_the_guide_names_every_setting_of_a_device_and_a_contact(model: type[BaseModel]) -> None:
    text = GUIDE.read_text(encoding="utf-8")
    assert [name for name in model.model_fields if not re.search(rf"\b{name}\b", text)] == []


WRONG: Final = [(table, name) for table, model in TABLES.items() for name in model.model_fields]
NEEDED: Final = {"dwell.rest": {"width": "width = 0.5", "height": "height = 0.5"}}


@pytest.mark.parametrize(("table", "name"), WRONG)
def test_a_setting_of_the_wrong_kind_is_refused_with_its_line(table: str, name: str) -> None:
    others = [given for other, given in NEEDED.get(table, {}).items() if other != name]
    lines = ['name = "x"', "", f"[{table}]", *others, "# a comment", f'{name} = {{ no = "such thing" }}']
    with pytest.raises(ConfigError) as told:
        parse("\n".join(lines) + "\n", UserConfig, "x.toml")
    assert told.value.line == len(lines), told.value
    assert f"{table}.{name}" in told.value.message


@pytest.mark.parametrize(("table", "name"), [pair for pair in WRONG if bounds(TABLES[pair[0]], pair[1])])
def test_a_number_beyond_its_range_is_refused_with_its_line_and_the_limit(table: str, name: str) -> None:
    limits = bounds(TABLES[table], name)
    assert limits is not None
    for value, limit in ((float(limits[0]) - 1.0, limits[0]), (float(limits[1]) + 1.0, limits[1])):
        whole = value.is_integer() and name in ("rounds", "inner_rounds", "joystick_button", "contact")
        others = [given for other, given in NEEDED.get(table, {}).items() if other != name]
        lines = ['name = "x"', f"[{table}]", *others, f"{name} = {int(value) if whole else value}"]
        with pytest.raises(ConfigError) as told:
            parse("\n".join(lines) + "\n", UserConfig, "x.toml")
        assert told.value.line == len(lines), told.value
        assert limit in told.value.message
