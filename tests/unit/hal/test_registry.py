"""Drivers are found by name, imported only when asked for, and their absence is explained."""

import subprocess
import sys
from importlib.metadata import EntryPoint

import pytest

from armctl.errors import SetupError
from armctl.hal import registry


def test_every_row_names_a_module_that_has_the_factory():
    for row in registry.ARMS.values():
        module, _, factory = row.partition(":")
        code = f"import importlib; assert callable(getattr(importlib.import_module({module!r}), {factory!r}))"
        subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_importing_the_registry_imports_no_driver():
    loaded = "[m for m in sys.modules if m.split('.')[0] in ('drivers', 'sim', 'serial')]"
    code = f"import sys, armctl.hal.registry; print({loaded})"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert run.stdout.strip() == "[]"


def test_an_unknown_driver_lists_the_known_ones():
    with pytest.raises(SetupError, match="feetech"):
        registry.create_arm("warp", None)


def test_a_missing_package_is_named_with_the_remedy(monkeypatch):
    monkeypatch.setitem(registry.ARMS, "broken", "package_that_is_nowhere.arm:create")
    with pytest.raises(SetupError, match="package_that_is_nowhere.*extra"):
        registry.create_arm("broken", None)


def test_another_distribution_adds_an_arm_through_an_entry_point(monkeypatch):
    entry = EntryPoint(name="paper", value="builtins:id", group=registry.ENTRY_POINT_GROUP)
    monkeypatch.setattr(registry, "entry_points", lambda group: (entry,))
    assert "paper" in registry.available()
    marker = object()
    assert registry.create_arm("paper", marker) == id(marker)
