"""The way through the steps."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from armctl.tasks.model import AnyStep, Repeat, TaskConfig
from armctl.tasks.program import Program


def say(text: str) -> dict[str, object]:
    return {"do": "say", "text": text}


def repeat(times: int, *steps: dict[str, object], ask: str | None = None) -> dict[str, object]:
    return {"do": "repeat", "times": times, "steps": list(steps), **({"ask": ask} if ask else {})}


def program(*steps: dict[str, object]) -> Program:
    return Program(TaskConfig.model_validate({"name": "t", "title": "T", "steps": list(steps)}))


def word(step: AnyStep | None) -> str:
    return getattr(step, "text", getattr(step, "ask", None)) or "-"


def way(p: Program, answers: str = "") -> list[str]:
    """Return the words of all steps, with ``answers`` y or n to the questions."""
    seen, left = [], list(answers)
    while p.current is not None:
        seen.append(word(p.current))
        p.advance(again=isinstance(p.current, Repeat) and left.pop(0) == "y")
    return seen


def test_steps_come_in_order() -> None:
    assert way(program(say("a"), say("b"))) == ["a", "b"]


def test_a_repeat_without_a_question_does_its_rounds() -> None:
    assert way(program(say("a"), repeat(3, say("b")), say("c"))) == ["a", "b", "b", "b", "c"]


def test_a_repeat_with_a_question_asks_between_rounds_and_not_after_the_last() -> None:
    steps = (repeat(3, say("b"), ask="again?"), say("c"))
    assert way(program(*steps), "yy") == ["b", "again?", "b", "again?", "b", "c"]
    assert way(program(*steps), "n") == ["b", "again?", "c"]


def test_repeats_can_be_nested() -> None:
    assert way(program(repeat(2, say("a"), repeat(2, say("b"))))) == ["a", "b", "b", "a", "b", "b"]


def test_what_follows_a_question_is_what_comes_after_a_no() -> None:
    p = program(repeat(3, say("b"), ask="again?"), say("c"))
    assert word(p.following) == "again?"
    p.advance()
    assert word(p.current) == "again?"
    assert word(p.following) == "c"
    assert word(p.current) == "again?", "looking ahead changes nothing"


def test_steps_are_numbered_as_they_stand_in_the_file() -> None:
    p = program(say("a"), repeat(2, say("b"), say("c"), ask="again?"), say("d"))
    numbers = []
    while p.current is not None:
        numbers.append((word(p.current), p.number))
        p.advance(again=True)
    assert numbers == [("a", 1), ("b", 2), ("c", 3), ("again?", 3), ("b", 2), ("c", 3), ("d", 4)]
    assert p.steps == 4
    assert p.number == 4


def test_rewinding_goes_to_the_approach_before() -> None:
    approach: dict[str, object] = {"do": "approach", "object": "cup"}
    p = program(say("a"), approach, {"do": "grip", "jaws": "close"}, {"do": "put_down"})
    p.advance()
    p.advance()
    p.rewind()
    assert p.current is not None
    assert p.current.do == "approach"


def test_rewinding_without_an_approach_stays() -> None:
    p = program(say("a"), say("b"))
    p.advance()
    p.rewind()
    assert word(p.current) == "b"


nested = st.recursive(
    st.sampled_from(["a", "b"]).map(say),
    lambda inner: st.builds(
        lambda n, s, a: repeat(n, *s, ask="?" if a else None),
        st.integers(1, 3),
        st.lists(inner, min_size=1, max_size=2),
        st.booleans(),
    ),
    max_leaves=4,
)


@given(st.lists(nested, min_size=1, max_size=3), st.lists(st.booleans(), min_size=400, max_size=400))
def test_every_program_ends_whatever_is_answered_and_its_numbers_stay_in_range(
    steps: list[dict[str, object]], answers: list[bool]
) -> None:
    p = program(*steps)
    for again in answers:
        assert 1 <= p.number <= p.steps
        p.advance(again)
    assert p.current is None
    assert p.following is None
