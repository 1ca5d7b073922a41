"""Which of a task's motions are held back until their way is known."""

from armctl.control.detours import Detours
from armctl.control.wayfinder import Answer
from armctl.tasks.requests import GoJoints, GoTool, GripTo, Halt
from tests.support.arms import HOME
from tests.support.notebook import Notebook
from tests.support.session_desk import snapshot


def test_only_ways_of_the_arm_are_looked_at_and_only_where_somebody_can():
    go = (GoJoints((0.0,) * 5, 0.5), GoTool((0.3, 0.0, 0.2), True, "line", 0.5))
    assert all(Detours(Notebook(), ()).takes(request) for request in go)
    assert not any(Detours(Notebook(), ()).takes(request) for request in (GripTo(1.0), Halt()))
    assert not any(Detours(None, ()).takes(request) for request in go)


def test_a_motion_is_held_back_until_its_answer_and_comes_with_it_once():
    book = Notebook()
    detours = Detours(book, ("cup",))
    request = GoJoints((0.1,) * 5, 0.5)
    detours.seek(request, snapshot(positions=HOME, holding=True), 9)
    assert detours.seeking
    assert detours.found() is None
    assert (book.asked[0].number, book.asked[0].held, book.asked[0].positions) == (9, "cup", HOME)
    book.answer = Answer(9)
    assert detours.found() == (request, Answer(9))
    assert not detours.seeking
    assert detours.found() is None


def test_an_answer_to_what_is_not_wanted_any_more_is_dropped():
    book = Notebook()
    detours = Detours(book, ())
    detours.seek(GoTool((0.3, 0.0, 0.2), True, "arc", 0.5), snapshot(positions=HOME), 1)
    detours.forget()
    book.answer = Answer(1)
    assert detours.found() is None
