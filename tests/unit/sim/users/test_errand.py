"""Who wants one task done finds the way to it from every screen, and back from where they never wanted to be."""

from dataclasses import replace

import pytest

from sim.users.errand import Errand
from sim.users.sight import ANYTHING, Sight

BOX = (0.0, 0.0, 100.0, 100.0)


def seen(screen, *tiles, **more):
    return Sight(screen, (), dict.fromkeys(tiles, BOX), **{"moving": False, **more})


@pytest.mark.parametrize(
    ("sight", "wanted"),
    [
        (seen("arming", "enable", "practice"), "enable"),
        (seen("arming", moving=True, text="Test your stop"), None),
        (seen("arming", moving=True, text="Now press\nPress now"), ANYTHING),
        (seen("stop_test", "try", "leave"), "try"),
        (seen("home", "task:drink", "move"), "task:drink"),
        (seen("home", "task:go_home", "sheet:next"), "sheet:next"),
        (seen("home", "task:go_home"), None),
        (seen("settings", "slower", "leave"), "leave"),
        (seen("help", "next", "leave"), "leave"),
        (seen("fit_result", "accept", "refuse"), "refuse"),
        (seen("alert", "understood"), "understood"),
        (seen("running", moving=True, task="drink"), None),
        (seen("running", "answer:0", task="drink"), "answer:0"),
        (seen("running", "answer:0", "answer:1", task="drink"), "answer:1"),
        (seen("running", "resume", "undo", "cancel", task="drink"), "resume"),
        (seen("running", moving=True, task="hand_over"), ANYTHING),
        (seen("running", "resume", "cancel", task="hand_over"), "cancel"),
    ],
)
def test_what_is_wanted_on_each_screen(sight, wanted):
    assert Errand("drink", "Press now").wish(sight) == wanted


def test_a_choice_that_was_meant_is_waited_for_and_any_other_taken_back():
    errand, home = Errand("drink", "Press now"), seen("home", "task:drink", "task:go_home")
    assert errand.wish(replace(home, preview="task:drink")) is None
    assert errand.wish(replace(home, preview="task:go_home")) == ANYTHING


def test_it_is_done_when_the_task_is_over_and_then_nothing_is_wanted():
    errand = Errand("drink", "Press now")
    errand.wish(seen("running", moving=True, task="drink"))
    assert (errand.begun, errand.done) == (True, False)
    assert errand.wish(seen("home", "task:drink", ended="done")) is None
    assert errand.done


def test_a_task_that_was_ended_by_mistake_is_begun_again():
    errand = Errand("drink", "Press now")
    errand.wish(seen("running", moving=True, task="drink"))
    assert errand.wish(seen("home", "task:drink", ended="cancelled")) == "task:drink"
    assert not errand.done
    errand.wish(seen("running", moving=True, task="drink"))
    errand.wish(seen("home", "task:drink", ended="done"))
    assert errand.done


def test_another_task_that_ends_is_not_the_one_that_was_wanted():
    errand = Errand("drink", "Press now")
    errand.wish(seen("running", moving=True, task="go_home"))
    assert errand.wish(seen("home", "task:drink", ended="done")) == "task:drink"
    assert not errand.done
