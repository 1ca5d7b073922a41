"""Every screen, in every size, in English and with words 40 % longer: large tiles, no overlap, no word cut."""

import pytest

from armctl.config.user import UserConfig
from armctl.control.messages import PeerGone
from armctl.safety.faults import FAULTS
from tests.support.ui_person import all_tasks
from ui.arrange import arrange
from ui.layout import Box
from ui.page import Line, Page, Tile
from ui.text import use_translation
from ui.theme import LEAST_TILE, Metrics

SIZES = [(800, 480), (1024, 600), (1280, 800), (1920, 1200)]


def longer(text):
    """Return ``text`` with every word 40 % longer, as German or Lithuanian may be."""
    return " ".join(
        word + word[-1:].lower() * -(-len(word) * 2 // 5) if word[:1] != "{" else word for word in text.split(" ")
    )


def readable(placed):
    return 1.0


def silent(frame):
    return 0


def told(placed):
    return True


def at_home(person):
    person.session.change(undo=2)


def on_page(page):
    def go(person):
        person.session.change(undo=2)
        person.app._desk.go_to("move")
        person.app._desk.turn_to(page)
        person.app._desk.uses_stick = True
        person.app._desk.stick = "choose"

    return go


def settings(person):
    person.app._desk.go_to("settings")


def working(person):
    person.session.start_task(all_tasks()[0])
    person.session.change(notice="The arm is close to your head, so it goes slowly.")


def asking(person):
    working(person)
    person.session.task = person.session.task.__class__(
        "drink", "Drink", "cup", "waiting", 7, 12, "Waiting for you", "Then: puts the cup back on the shelf",
        question="Press when you have drunk", choices=("Another sip", "Put it back"),
    )  # fmt: skip
    person.session.change(mode="ready")


def stopped(person):
    working(person)
    person.session.stop()
    person.session.change(mode="ready", undo=1)


def arming(person):
    person.session.change(mode="disarmed")


def proving(person):
    person.session.change(mode="stop_test")


def alert(person):
    person.session.fault()


def gone(person):
    person.session.notices.append(
        PeerGone("control", "The part that moves the arm was ended by signal 9. The arm holds.")
    )


def lost(person):
    person.session.change(mode="disconnected")


STATES = {
    "home": at_home, "translate": on_page("translate"), "rotate": on_page("rotate"), "grip": on_page("grip"),
    "settings": settings, "working": working, "asking": asking, "stopped": stopped, "arming": arming,
    "proving": proving, "alert": alert, "gone": gone, "lost": lost,
}  # fmt: skip


def check(person, size):
    screen = Box(0, 0, *size)
    tiles = [Box(*item.rect) for item in person.view.items]
    for index, tile in enumerate(tiles):
        assert screen.holds(tile)
        assert min(tile.w, tile.h) >= LEAST_TILE
        assert not any(tile.overlaps(other) for other in tiles[index + 1 :])
    written = person.app._show._painter.canvas.written
    assert len(written) >= 5
    for word in written:
        assert word.fitted.whole, f"cut or broken: {word.text!r} in {word.room}"
        assert word.room.holds(word.drawn), f"outside: {word.text!r} in {word.room}, drawn {word.drawn}"
        assert screen.holds(word.room)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("words", ["english", "longer"])
def test_no_screen_cuts_a_word_or_shrinks_a_tile(size, words, person):
    if words == "longer":
        use_translation(longer)
    for prepare in STATES.values():
        someone = person(size=size)
        prepare(someone)
        someone.frames(2)
        check(someone, size)


@pytest.mark.parametrize("size", [(800, 480), (1920, 1200)], ids=str)
def test_every_fault_of_the_table_fits_the_alert_screen(size, person):
    someone = person(size=size)
    for code, fault in FAULTS.items():
        someone.session.fault()
        report = someone.session.snapshot.fault.__class__(
            code=str(code), title=fault.title, message=fault.message, remedy=fault.remedy, who=fault.who
        )
        someone.session.change(fault=report)
        someone.frames(2)
        check(someone, size)
        assert fault.title in someone.view.text


def test_tiles_come_before_words_when_room_is_short():
    metrics = Metrics.of((800, 480))
    tiles = tuple(Tile(str(k), "Word", "cup") for k in range(8))
    placed = arrange(
        Page("Title", tiles, tuple(Line("Long words " * 9) for _ in range(6)), picture=0.4),
        metrics,
        silent,
        told,
        readable,
    )
    assert all(min(box.w, box.h) >= LEAST_TILE for box in placed.tiles)
    assert placed.words.bottom <= placed.tiles[0].y


def test_a_notice_comes_and_goes_without_moving_a_tile():
    metrics = Metrics.of((800, 480))
    page = Page("Title", tuple(Tile(str(k), "Word", "cup") for k in range(8)), picture=0.4, columns=2)
    calm = arrange(page, metrics, silent, told, readable)
    noticed = arrange(page, metrics, lambda frame: 3, told, readable)
    assert noticed.tiles == calm.tiles
    assert noticed.frame.picture.h < calm.frame.picture.h


def test_a_notice_that_has_no_room_beside_the_tiles_is_read_all_the_same():
    metrics = Metrics.of((800, 480))
    page = Page("Title", tuple(Tile(str(k), "Word", "cup") for k in range(8)), picture=0.4, columns=2)
    placed = arrange(page, metrics, lambda frame: 3, lambda placed: placed.frame.picture is None, readable)
    assert placed.frame.picture is None


@pytest.mark.parametrize("moves", [True, False])
def test_the_picture_gives_way_to_words_except_where_the_arm_is_moved(moves):
    page = Page("Title", tuple(Tile(str(k), "Word", "cup") for k in range(8)), picture=0.4, columns=2, moves=moves)
    metrics = Metrics.of((1280, 800))
    placed = arrange(page, metrics, silent, told, lambda one: 0.5 if one.frame.picture is not None else 1.0)
    assert (placed.frame.picture is not None) == moves
    cut = arrange(page, metrics, silent, told, lambda one: 0.1 if one.frame.picture is not None else 1.0)
    assert cut.frame.picture is None


def test_a_page_of_words_alone_gives_them_all_the_room():
    placed = arrange(Page("Title", lines=(Line("Words"),)), Metrics.of((1280, 800)), silent, told, readable)
    assert placed.words == placed.frame.main
    assert placed.tiles == ()


def test_many_tasks_come_in_parts(person):
    task = all_tasks()[0]
    names = [f"task{letter}" for letter in "abcdef"]
    tasks = [task.model_copy(update={"name": name, "title": name}) for name in names]
    someone = person(user=UserConfig(name="guest", tasks=tuple(names)), tasks=tasks)
    assert [i for i in someone.ids if i.startswith("task:")] == [f"task:{name}" for name in names[:4]]
    someone.choose("more")
    assert [i for i in someone.ids if i.startswith("task:")] == [f"task:{name}" for name in names[4:]]
    someone.choose("more")
    assert someone.ids[0] == "task:taska"
