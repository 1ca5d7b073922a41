"""The tables agree with each other, and every error has words."""

import pytest

from drivers.mycobot.messages import ANSWER_SIZES, COLLISION, JOINTS, SIZES, Command, explain


def test_every_command_has_sizes():
    assert set(SIZES) == set(Command)
    assert all(size.asked >= 0 and size.answered >= 1 for size in SIZES.values())
    assert {command: size.answered for command, size in SIZES.items()} == ANSWER_SIZES


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (1, "joint 1 would leave its limits"),
        (6, "joint 6 would leave its limits"),
        (16, "ran into something"),
        (19, "ran into something"),
        (32, "cannot reach"),
        (33, "straight line"),
        (34, "straight line"),
        (7, "error 7"),
        (20, "error 20"),
        (255, "error 255"),
    ],
)
def test_an_error_is_told_in_words(error, words):
    assert words in explain(error)


def test_every_error_of_the_makers_list_has_words_of_its_own():
    known = [*range(1, JOINTS + 1), *COLLISION, 32, 33, 34]
    assert all("reports error" not in explain(error) for error in known)
