"""Only what changed is drawn; words stay in their room and are remembered."""

import pygame
import pytest

from ui.canvas import Canvas, corners, ring, rounded
from ui.layout import Box
from ui.theme import DARK


@pytest.fixture
def canvas():
    made = Canvas(pygame.Surface((400, 300)), DARK)
    made.begin("scene")
    return made


def test_a_part_is_drawn_when_its_key_changes_and_only_then(canvas):
    drawn = []
    box = Box(10, 10, 50, 50)
    for key in ("a", "a", "b", "b"):
        canvas.begin("scene")
        canvas.part("one", box, key, drawn.append)
    assert drawn == [box, box]
    assert canvas.changed == []


def test_the_inputs_are_looked_at_before_each_part_that_is_drawn(canvas):
    done = []
    canvas.between = lambda: done.append("look")
    for name in ("one", "two", "one"):
        canvas.part(name, Box(0, 0, 10, 10), "a", lambda _box: done.append("draw"))
    assert done == ["look", "draw", "look", "draw"]


def test_another_scene_wipes_everything(canvas):
    drawn = []
    canvas.part("one", Box(0, 0, 10, 10), "a", drawn.append)
    canvas.surface.set_at((200, 200), (1, 2, 3))
    canvas.begin("another")
    assert canvas.changed == [Box(0, 0, 400, 300)]
    assert canvas.surface.get_at((200, 200))[:3] == DARK.ground
    canvas.part("one", Box(0, 0, 10, 10), "a", drawn.append)
    assert len(drawn) == 2


@pytest.mark.parametrize("align", ["left", "centre", "right"])
def test_words_are_placed_inside_their_room(canvas, align):
    room = Box(20, 20, 200, 60)
    drawn = canvas.text(room, "Short words", (255, 255, 255), 24, align=align)
    assert room.holds(drawn)
    free = (drawn.x - room.x, room.right - drawn.right)
    assert {"left": free[0], "right": free[1], "centre": abs(free[0] - free[1])}[align] <= 1


def test_words_of_a_part_replace_those_it_had(canvas):
    for text in ("First", "Second"):
        canvas.part("p", Box(0, 0, 200, 50), text, lambda box, text=text: canvas.text(box, text, (1, 1, 1), 20))
    assert [word.text for word in canvas.written] == ["Second"]


def test_no_words_are_no_words(canvas):
    canvas.text(Box(0, 0, 100, 40), "", (1, 1, 1), 20)
    assert canvas.written == ()


def test_rounded_panels_and_corners_are_round_and_kept():
    picture = rounded((60, 40), 12, (200, 0, 0), (0, 200, 0), 3, (0, 0, 9))
    for place, colour in (((0, 0), (0, 0, 9)), ((30, 20), (200, 0, 0)), ((30, 0), (0, 200, 0))):
        assert tuple(picture.get_at(place)[:3]) == pytest.approx(colour, abs=4)
    assert rounded((60, 40), 12, (200, 0, 0), (0, 200, 0), 3, (0, 0, 9)) is picture
    mask = corners(12, (0, 0, 9))
    assert mask.get_size() == (24, 24)
    assert mask.get_at((0, 0)).a > 250
    assert mask.get_at((12, 12)).a == 0


def test_a_panel_lower_than_its_corners_becomes_a_pill():
    picture = rounded((90, 20), 16, (200, 0, 0), (200, 0, 0), 0, (0, 0, 0))
    rows = [sum(picture.get_at((x, y)).r > 100 for x in range(90)) for y in range(20)]
    assert rows[:10] == sorted(rows[:10])
    assert rows[:10] == pytest.approx(rows[:9:-1], abs=1)
    assert max(rows) == 90


def test_the_ring_shows_the_share_of_time_that_is_left():
    def inked(left):
        ground = pygame.Surface((80, 80))
        ground.blit(ring(80, left, 60, (255, 255, 255)), (0, 0))
        return int((pygame.surfarray.array3d(ground)[:, :, 0] > 127).sum())

    full, half, none = inked(60), inked(30), inked(0)
    assert half == pytest.approx(full / 2, rel=0.06)
    assert none == 0
