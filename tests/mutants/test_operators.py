"""The mutants: each is a change, compiles, is found again when lines move, and is made only where behaviour is."""

from __future__ import annotations

import ast

import pytest

from tests.mutants.operators import mutants_of, mutated
from tests.mutants.plan import ROOT, TARGETS


def becomes(body: str) -> set[str]:
    """What the statements of a function with this body become."""
    indented = "\n".join("    " + line for line in body.splitlines())
    return {mutant.becomes for mutant in mutants_of(f"def f(a, b, c):\n{indented}\n")}


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("if a < b: c()", {"if a <= b:", "if a >= b:", "pass"}),
        ("if a: return", {"if not a:"}),
        ("if a and b: return", {"if a or b:", "if a:", "if b:"}),
        ("x = not a", {"x = a"}),
        ("x = -a", {"x = a"}),
        ("x = ~a", {"x = a"}),
        ("x = a + b", {"x = a - b"}),
        ("x = a & b", {"x = a | b", "x = a", "x = b"}),
        ("x = a ** b", {"x = a * b"}),
        ("return a", {"return None"}),
        ("return None", set()),
        ("return ''", {"return 'XX'"}),
        ("raise a", {"pass"}),
        ("yield a", {"pass"}),
        ("a.x, b.y = 1, 2", {"b.y, = (2,)", "a.x, = (1,)", "a.x, b.y = (2, 2)", "a.x, b.y = (1, 3)"}),
        ("a.x = b", {"pass"}),
        ("a += b", {"pass", "a -= b"}),
        ("x = 0.0", {"x = 1.0"}),
        ("x = 2.0", {"x = 2.2"}),
        ("x = -1e-6", {"x = 1e-06", "x = -1.1e-06"}),
        ("x = 'word'", {"x = 'XXword'"}),
        ("x = True", {"x = False"}),
        ("x = min(a, b)", {"x = max(a, b)"}),
        ("x = a.any()", {"x = a.all()"}),
        ("x = abs(a)", {"x = a"}),
        ("x = a.copy()", {"x = a"}),
        ("x = math.inf", {"x = -math.inf"}),
        ("x = Mode.READY", {"x = Mode.MOVING"}),
        ("x = Mode.MOVING", {"x = Mode.READY"}),
        ("for x in a: break", {"continue"}),
        ("'''words'''\nx: int = a", set()),
        ("x = zip(a, b, strict=True)", set()),
        ("x = f'{a:.0f} mm'", {"x = f'{a:.0f}XX mm'"}),
        ("match a:\n    case Event.STOP: b()", {"match a: case Event.AT_REST: ...", "pass"}),
    ],
)
def test_each_kind_of_change_is_made(body: str, wanted: set[str]) -> None:
    assert becomes(body) == wanted


def test_what_has_no_behaviour_is_left_alone() -> None:
    source = "from a import b\nT: TypeAlias = dict[int, 3]\n@d(frozen=True)\nclass C(B):\n    x: Annotated[int, 3]\n"
    assert mutants_of(source) == []


def test_figures_at_the_top_of_a_file_change_both_ways() -> None:
    found = mutants_of("LIMIT: Final = 2.0\n")
    assert [mutant.becomes for mutant in found] == ["LIMIT: Final = 2.2", "LIMIT: Final = 1.81818"]
    assert {mutant.top for mutant in found} == {0}


def test_defaults_belong_to_the_time_of_import() -> None:
    assert [mutant.top for mutant in mutants_of("def f(a=True):\n    return a\n")] == [0, 1]


def test_names_stay_when_lines_move_and_tell_equal_statements_apart() -> None:
    body = "def f(a):\n    a.x()\n    a.x()\n"
    before, after = mutants_of(body), mutants_of("# more\n\n" + body)
    assert [(m.function, m.was, m.becomes, m.nth) for m in before] == [
        (m.function, m.was, m.becomes, m.nth) for m in after
    ]
    assert [m.nth for m in before] == [0, 1]
    assert [m.lines[0] + 2 for m in before] == [m.lines[0] for m in after]


@pytest.mark.parametrize("file", TARGETS)
def test_every_mutant_of_the_sources_is_another_program_that_compiles(file: str) -> None:
    source = (ROOT / file).read_text(encoding="utf-8")
    original = ast.dump(ast.parse(source))
    for mutant in mutants_of(source)[::31]:
        tree = mutated(source, mutant.index)
        compile(tree, file, "exec")
        assert ast.dump(tree) != original
        assert mutant.was != mutant.becomes


def test_there_are_only_so_many() -> None:
    with pytest.raises(IndexError):
        mutated("x = 1\n", 1)
