"""Help speaks about this very person's own way of choosing and moving."""

import pytest

from armctl.config.user import DwellConfig, MotionConfig, ScanConfig, StopLineConfig, UserConfig
from armctl.control.messages import MotionReport
from ui.screens import SCREENS
from ui.screens.help import CHOOSING, MOVING, TOPICS


def words(person, topic, **settings):
    someone = person(user=UserConfig(name="guest", **settings))
    return "\n".join(line.text for line in SCREENS[topic].page(someone.app._desk).lines)


def test_the_first_words_are_that_any_press_stops_the_arm(person):
    assert words(person, "help").startswith("Any press stops the arm")


def test_a_stop_button_and_a_pointer_are_spoken_of_only_where_there_are_any(person):
    bare = words(person, "help", dwell=DwellConfig(enabled=False))
    rich = words(person, "help", stop_line=StopLineConfig(key="f12"))
    assert "pointer" not in bare
    assert "stop button" not in bare
    assert "pointer" in rich
    assert "stop button" in rich


@pytest.mark.parametrize("method", ["auto", "step", "direct"])
def test_choosing_is_told_for_the_persons_own_method(method, person):
    told = words(person, "help_choosing", scan=ScanConfig(method=method, interval=1.4))
    assert CHOOSING[method] in told
    assert ("1.4\u00a0s" in told) == (method == "auto")


@pytest.mark.parametrize("jog", MOVING)
def test_moving_is_told_for_the_persons_own_way(jog, person):
    assert MOVING[jog] in words(person, "help_moving", motion=MotionConfig(jog=jog))


def test_the_pages_follow_each_other_and_lead_home(person):
    desk = person().app._desk
    SCREENS["home"].select(desk, "help")
    seen = []
    for _topic in TOPICS:
        seen.append(desk.chosen)
        SCREENS[desk.chosen].select(desk, "next")
    assert seen == list(TOPICS)
    assert desk.chosen == "help"
    SCREENS["help"].select(desk, "leave")
    assert desk.chosen == "home"


def test_somebody_who_says_that_something_was_wrong_has_it_kept_and_is_told_so_once(person):
    someone = person()
    desk, people = someone.app._desk, SCREENS["help_people"]
    desk.go_to("help_people")
    people.select(desk, "wrong")
    assert len(someone.session.said("record_flight")) == 1
    page = people.page(desk)
    assert "The last two minutes are kept" in "\n".join(line.text for line in page.lines)
    assert "wrong" not in [tile.id for tile in page.tiles]
    desk.go_to("help_people")
    assert "wrong" in [tile.id for tile in people.page(desk).tiles]


def test_where_nothing_is_recorded_nothing_is_said_to_be_kept(person):
    someone = person()
    desk, people = someone.app._desk, SCREENS["help_people"]
    desk.go_to("help_people")
    people.select(desk, "wrong")
    why = MotionReport(someone.session._sequence, "record", "refused", "Nothing is recorded here.")
    someone.session.change(refused=why)
    assert "kept" not in "\n".join(line.text for line in people.page(desk).lines)


def test_who_reads_on_finds_the_row_of_tiles_where_it_was(person):
    someone = person(size=(1280, 800))
    places = []
    for topic in TOPICS:
        someone.app._desk.go_to(topic)
        someone.frames(2)
        places.append({(item.rect.y, item.rect.h) for item in someone.view.items})
    assert places == places[:1] * len(TOPICS)
