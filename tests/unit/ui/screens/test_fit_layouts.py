"""The measurement in every language on the smallest screen: every prompt, every reason, whole and readable."""

from dataclasses import dataclass

import pytest

from armctl.access.fit import words
from armctl.access.fit.change import Change
from armctl.access.fit.exercise import Prompt
from armctl.access.fit.proposal import Proposal
from tests.support.layout_rig import Bench, blank_pictures
from ui.fit_desk import NEWS, RESULT, TRY, Trying
from ui.text import LANGUAGES, _, use_language

WAYS = ("right", "ahead", "left", "back")
PROMPTS = (
    *(Prompt(part, "intro") for part in ("press", "hold", "stick", "pointer")),
    Prompt("rest", "wait", done=0.4),
    *(Prompt("press", say, done=0.9, good=22) for say in ("wait", "cue", "well", "soon", "missed")),
    *(Prompt("hold", say, done=0.3) for say in ("wait", "cue", "let_go")),
    Prompt("stick", "wait"),
    *(Prompt("stick", "cue", way) for way in WAYS),
    Prompt("pointer", "cue", "4", 0.5),
)
CHANGES = (
    Change("scan.interval", 1.5, 2.25, words.interval_uneven(1.31, 2.25, 95)),
    Change("scan.first_extra", 0.8, 1.15, words.early(22)),
    Change("switch.acceptance", 0.3, 0.15, words.acceptance_shorter(0.18, 0.15)),
    Change("switch.post_acceptance", 0.25, 0.75, words.doubles(18, 0.6, 0.75)),
    Change("switch.acceptance", 0.0, 0.12, words.acceptance(78, 0.12)),
    Change("switch.debounce", 0.02, 0.06, words.bounce(0.06)),
    Change("switch.release", 0.1, 0.3, words.release(0.2, 0.3)),
    Change("joystick.dead_zone", 0.09, 0.13, words.dead_zone(10, 13)),
    Change("joystick.reach.ahead", 1.0, 0.57, words.reach(words.DIRECTIONS["ahead"], 60)),
    Change("joystick.angle", 0.0, 0.3, words.rotation(17.0, True)),
    Change("joystick.tremor", False, True, words.tremor(5.5, 12)),
    Change("dwell.time", 1.25, 1.05, words.dwell_time(1.0, 1.05)),
    Change("dwell.radius", 50.0, 29.0, words.dwell_radius(29)),
    Change("dwell.magnet", 0.0, 16.0, words.magnet(128, 16)),
    Change("look.tile_min", 96, 128, words.tile(128)),
)
"""One of every kind."""
NOTES = (
    words.too_few_presses(4, 10),
    words.acceptance_none(),
    words.always_pressing(),
    words.nothing(),
    words.doubles_too_long(0.9, 0.85),
    words.unreachable(words.DIRECTIONS["back"]),
    words.too_few_stick(),
    words.too_few_targets(3, 4),
)


@dataclass
class Asked:
    """A measurement that asks for one thing."""

    prompt: Prompt


@pytest.fixture(params=[*LANGUAGES, "long"])
def bench(request, monkeypatch):
    blank_pictures(monkeypatch)
    yield Bench((800, 480), request.param)
    use_language("en")


def problems(bench, screen):
    bench.desk.go_to(screen)
    bench.draw()
    assert bench.show.screen == screen
    assert len(bench.canvas.written) > 4  # the strips alone have four
    return bench.problems()


def test_every_prompt_is_whole(bench):
    wrong = {}
    for prompt in PROMPTS:
        bench.desk.fitting.course = Asked(prompt)
        if found := problems(bench, "fit"):
            wrong[prompt.part, prompt.say] = found
    assert wrong == {}


def test_every_reason_is_whole(bench):
    wrong = {}
    fitting = bench.desk.fitting
    fitting.course = Asked(PROMPTS[0])
    fitting.proposal = Proposal(CHANGES)
    for first in range(0, len(CHANGES), 2):
        fitting.first = first
        if found := problems(bench, RESULT):
            wrong[CHANGES[first].setting] = found
    assert wrong == {}


def test_what_cannot_be_said_is_whole(bench):
    wrong = {}
    for first in range(0, len(NOTES), 3):
        bench.desk.fitting.proposal = Proposal((), NOTES[first : first + 3])
        if found := problems(bench, RESULT):
            wrong[NOTES[first]] = found
    assert wrong == {}


def test_the_checks_find_a_reason_that_has_no_room(bench):
    bench.desk.fitting.proposal = Proposal((Change("scan.interval", 1.5, 2.0, "endless words " * 90),) * 2)
    assert problems(bench, RESULT)


def test_trying_and_the_news_at_home_are_whole(bench):
    bench.desk.fitting.trying = Trying()
    assert problems(bench, TRY) == []
    bench.desk.go_to("home")
    bench.desk.message = _(NEWS)
    bench.draw()
    assert bench.problems() == []
