"""Puts a mutant into a running interpreter: into functions that are there already, or a module being imported."""

from __future__ import annotations

import ast
import gc
import importlib.abc
import importlib.machinery
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import CodeType, FunctionType, ModuleType


def swap_code(file: Path, top: int, tree: ast.Module) -> int:
    """Give every function of ``file`` that begins at line ``top`` the code it has in ``tree``; return how many.

    Whoever imported such a function by name has the mutant too, since the function itself stays.
    """
    name = str(file)
    new = {code.co_qualname: code for code in _codes(compile(tree, name, "exec")) if _begins(code, top)}
    found = 0
    for thing in gc.get_objects():
        if isinstance(thing, FunctionType) and thing.__code__.co_filename == name and _begins(thing.__code__, top):
            thing.__code__ = new[thing.__code__.co_qualname]
            found += 1
    return found


def _begins(code: CodeType, top: int) -> bool:
    """Tell whether ``code`` is that of the outermost function whose ``def``, or decorator above it, is near ``top``."""
    if "<locals>" in code.co_qualname or code.co_name.startswith("<"):
        return False
    lines = [line for _, _, line in code.co_lines() if line]
    return code.co_firstlineno <= top <= max(lines)


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for part in code.co_consts:
        if isinstance(part, CodeType):
            yield from _codes(part)


class MutantFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module from a tree instead of from its file.

    Args:
        module: Its dotted name.
        file: The file it comes from.
        tree: What is to be imported.
    """

    def __init__(self, module: str, file: Path, tree: ast.Module) -> None:
        self._module = module
        self._file = file
        self._tree = tree

    def install(self) -> None:
        """Stand before all other finders; the module must not have been imported yet."""
        if self._module in sys.modules:
            raise RuntimeError(f"{self._module} was imported already")
        sys.meta_path.insert(0, self)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self._module:
            return None
        spec = importlib.machinery.ModuleSpec(fullname, self, origin=str(self._file))
        spec.has_location = True
        return spec

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self._tree, str(self._file), "exec"), module.__dict__)  # noqa: S102 - that is what a loader does
