"""Small changes to a Python source, one at a time: the mutants that tests must find.

A `Mutant` is told apart by file, function and the text of the one statement it changes, so its identity survives when
lines move. What no behaviour hangs on is left alone: annotations, docstrings, decorators, imports, type aliases.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
"""The boundary moves, or the answer turns round."""
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Pow: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
SETS = (ast.BitAnd, ast.BitOr)
"""On arrays of truths these are "and" and "or"."""
TWINS = {"min": "max", "any": "all", "minimum": "maximum", "argmin": "argmax", "nanargmax": "nanargmin"}
TWINS |= {other: one for one, other in TWINS.items()}
TRANSPARENT = ("abs", "sqrt")
"""Calls that a mutant leaves out, keeping their argument."""
OTHERS = {"Mode": ("MOVING", "READY"), "Event": ("STOP", "AT_REST"), "Code": ("LINK_LOST", "VOLTAGE")}
"""Names of tables: each becomes the first of these, or the second where it is the first."""
BLOCKS = (ast.If, ast.While, ast.For, ast.With, ast.Try, ast.FunctionDef, ast.ClassDef)
"""Statements with a body."""
SHARE = 1.1
"""Numbers become so much larger, and where whole modules hang on them so much smaller too."""


@dataclass(frozen=True)
class Mutant:
    """One change.

    Attributes:
        index: Which of the file's mutants.
        function: Dotted name of the function or class it is in; empty at the top of the file.
        was: The statement (of a compound one its first line) before.
        becomes: The same after.
        nth: Which one, where function and both texts are the same (0 is the first).
        lines: First and last line of the statement.
        top: Line of the outermost function around it; 0 where there is none, and the module must be made anew.
    """

    index: int
    function: str
    was: str
    becomes: str
    nth: int
    lines: tuple[int, int]
    top: int


@dataclass(frozen=True)
class Place:
    """Where a node hangs, and what is around it."""

    parent: ast.AST
    field: str
    at: int | None
    node: ast.AST
    function: str
    top: ast.FunctionDef | None
    statement: ast.stmt

    def put(self, node: ast.AST) -> None:
        if self.at is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.at] = node


def mutants_of(source: str) -> list[Mutant]:
    """Return every mutant of ``source``, in the order of the text."""
    found: list[Mutant] = []
    seen: dict[tuple[str, str, str], int] = {}
    for place, new in _changes(ast.parse(source)):
        was = headline(place.statement)
        lines = _lines_of(place.statement)
        with_new = _changed(place, new)
        key = (place.function, was, with_new)
        nth = seen.get(key, 0)
        seen[key] = nth + 1
        found.append(Mutant(len(found), *key, nth, lines, place.top.lineno if place.top else 0))
    return found


def mutated(source: str, index: int) -> ast.Module:
    """Return the tree of ``source`` with its mutant ``index`` in place.

    Raises:
        IndexError: There are not so many.
    """
    tree = ast.parse(source)
    for at, (place, new) in enumerate(_changes(tree)):
        if at == index:
            place.put(new)
            return ast.fix_missing_locations(tree)
    raise IndexError(index)


def headline(statement: ast.stmt) -> str:
    """Return the text of a statement on one line; of a compound one without its body."""
    if isinstance(statement, BLOCKS):
        return ast.unparse(_bare(statement)).split("\n", 1)[0]
    if isinstance(statement, ast.Match):
        statement = _bare(statement)
    return " ".join(ast.unparse(statement).split())


def _bare(statement: ast.stmt) -> ast.stmt:
    bare = copy.copy(statement)
    if isinstance(bare, ast.FunctionDef | ast.ClassDef):
        bare.decorator_list = []
    if isinstance(bare, ast.Match):
        dots: list[ast.stmt] = [ast.Expr(ast.Constant(...))]
        bare.cases = [ast.match_case(case.pattern, case.guard, dots) for case in bare.cases]
    elif not isinstance(bare, ast.Try):
        bare.body = [ast.Pass()]  # type: ignore[attr-defined]  # all the others have one
    return bare


def _changed(place: Place, new: ast.AST) -> str:
    """Return the headline with ``new`` in place, and leave everything as it was."""
    if place.node is place.statement:
        return headline(new)  # type: ignore[arg-type]  # a statement takes a statement's place
    place.put(new)
    text = headline(place.statement)
    place.put(place.node)
    return text


def _lines_of(statement: ast.stmt) -> tuple[int, int]:
    first, last = statement.lineno, statement.end_lineno or statement.lineno
    if isinstance(statement, ast.Match):
        last = first
    elif isinstance(statement, BLOCKS):
        body: list[ast.stmt] = statement.body
        last = max(first, body[0].lineno - 1)
    return first, last


def _changes(tree: ast.Module) -> Iterator[tuple[Place, ast.AST]]:
    for place in _places(tree, "", None, None):
        for new in _variants(place):
            yield place, ast.copy_location(new, place.node)


def _places(parent: ast.AST, function: str, top: ast.FunctionDef | None, statement: ast.stmt | None) -> Iterator[Place]:
    for field, at, node in _children(parent):
        if _without_behaviour(parent, field, at, node):
            continue
        around = node if isinstance(node, ast.stmt) else statement
        if around is None:
            continue
        yield Place(parent, field, at, node, function, top, around)
        inner, outermost = function, top
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            inner = f"{function}.{node.name}" if function else node.name
        if isinstance(node, ast.FunctionDef) and top is None:
            yield from _places(node.args, inner, None, node)
            outermost = node
        yield from _places(node, inner, outermost, around)


def _children(parent: ast.AST) -> Iterator[tuple[str, int | None, ast.AST]]:
    for field, value in ast.iter_fields(parent):
        if isinstance(value, ast.AST):
            yield field, None, value
        elif isinstance(value, list):
            for at, item in enumerate(list(value)):
                if isinstance(item, ast.AST):
                    yield field, at, item


def _without_behaviour(parent: ast.AST, field: str, at: int | None, node: ast.AST) -> bool:
    if field in {"annotation", "returns", "decorator_list", "bases", "format_spec"}:
        return True
    if isinstance(node, ast.Import | ast.ImportFrom | ast.expr_context | ast.arguments):
        # The defaults of functions are looked at on their own, since they belong to the time of import.
        return not (isinstance(node, ast.arguments) and not isinstance(parent, ast.FunctionDef))
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    if isinstance(parent, ast.keyword) and parent.arg == "strict":
        return True  # `zip` tells of a mistake in the program; sound ones behave the same without
    if field == "keys" and isinstance(node, ast.Attribute):
        return True  # two rows of a table would have one name: an error of the table's form, not of behaviour
    return isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation) == "TypeAlias"


def _variants(place: Place) -> Iterator[ast.AST]:
    node = place.node
    match node:
        case ast.Compare():
            yield from _comparisons(node)
        case ast.BoolOp():
            yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
            yield from _without_one(node)
        case ast.BinOp():
            yield from _operations(node)
        case ast.UnaryOp():
            if not isinstance(node.op, ast.USub) or not isinstance(node.operand, ast.Constant) or node.operand.value:
                yield node.operand
        case ast.Constant():
            yield from _constants(node, place)
        case ast.Call():
            yield from _calls(node)
        case ast.Attribute(attr="inf"):
            yield ast.UnaryOp(ast.USub(), node)
        case ast.Attribute(value=ast.Name(id=table) as owner, attr=name) if table in OTHERS:
            first, second = OTHERS[table]
            yield ast.Attribute(owner, second if name == first else first, ast.Load())
        case ast.stmt():
            yield from _statements(node)
    if place.field in {"test", "ifs"} and isinstance(node, ast.Name | ast.Attribute | ast.Call | ast.NamedExpr):
        yield ast.UnaryOp(ast.Not(), node)


def _comparisons(node: ast.Compare) -> Iterator[ast.AST]:
    for at, operator in enumerate(node.ops):
        for other in COMPARISONS[type(operator)]:
            yield ast.Compare(node.left, [*node.ops[:at], other(), *node.ops[at + 1 :]], node.comparators)


def _without_one(node: ast.BoolOp) -> Iterator[ast.AST]:
    for at in range(len(node.values)):
        rest = node.values[:at] + node.values[at + 1 :]
        yield rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)


def _operations(node: ast.BinOp) -> Iterator[ast.AST]:
    if isinstance(node.op, SETS):
        yield ast.BinOp(node.left, ast.BitOr() if isinstance(node.op, ast.BitAnd) else ast.BitAnd(), node.right)
        yield node.left
        yield node.right
    elif other := ARITHMETIC.get(type(node.op)):
        yield ast.BinOp(node.left, other(), node.right)


def _constants(node: ast.Constant, place: Place) -> Iterator[ast.AST]:
    value: Any = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield ast.Constant(value + 1)
    elif isinstance(value, float):
        yield ast.Constant(_rounded(value * SHARE) if value else 1.0)
        if value and place.top is None:
            yield ast.Constant(_rounded(value / SHARE))
    elif isinstance(value, str):
        yield ast.Constant("XX" + value)
    elif isinstance(value, bytes):
        yield ast.Constant(b"XX" + value)


def _rounded(value: float) -> float:
    return float(f"{value:.6g}")


def _calls(node: ast.Call) -> Iterator[ast.AST]:
    match node.func:
        case ast.Name(id=name) if name in TWINS:
            yield ast.Call(ast.Name(TWINS[name], ast.Load()), node.args, node.keywords)
        case ast.Attribute(value=value, attr=name) if name in TWINS:
            yield ast.Call(ast.Attribute(value, TWINS[name], ast.Load()), node.args, node.keywords)
        case ast.Attribute(value=value, attr="copy") if not node.args:
            yield value
        case ast.Name(id=name) | ast.Attribute(attr=name) if name in TRANSPARENT:
            yield node.args[0]


def _statements(node: ast.stmt) -> Iterator[ast.AST]:
    match node:
        case ast.Return(value=ast.expr() as value) if not (isinstance(value, ast.Constant) and not value.value):
            yield ast.Return(ast.Constant(None))
        case ast.Expr() | ast.AugAssign() | ast.Delete() | ast.Raise():
            yield ast.Pass()
        case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)) if len(names) == len(values):
            for at in range(len(names)):
                if not isinstance(names[at], ast.Name):
                    yield _assign(names[:at] + names[at + 1 :], values[:at] + values[at + 1 :])
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield ast.Pass()
        case ast.Break():
            yield ast.Continue()
        case ast.Continue():
            yield ast.Break()
    if isinstance(node, ast.AugAssign) and (other := ARITHMETIC.get(type(node.op))):
        yield ast.AugAssign(node.target, other(), node.value)


def _assign(names: list[ast.expr], values: list[ast.expr]) -> ast.stmt:
    if not names:
        return ast.Pass()
    return ast.Assign([ast.Tuple(names, ast.Store())], ast.Tuple(values, ast.Load()))
