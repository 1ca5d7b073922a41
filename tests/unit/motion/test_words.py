import pytest

from armctl.motion.words import at_limit, joint_words, near_limit
from tests.unit.motion.rig import robot


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("elbow_flex", "the elbow"),
        ("shoulder_lift", "the shoulder"),
        ("shoulder_pan", "the turn of the shoulder"),
        ("wrist_roll", "the turn of the wrist"),
        ("waist", "the waist"),
        ("joint2", "the joint2"),
        ("upper_arm_lift", "the upper arm"),
    ],
)
def test_joint_names_are_said_in_plain_words(name: str, words: str) -> None:
    assert joint_words(name) == words


def test_each_joint_of_the_arm_has_words_of_its_own() -> None:
    said = [joint_words(name) for name in robot().config.joint_names]
    assert len(set(said)) == len(said)


def test_the_sentences_tell_which_joint_and_what() -> None:
    assert at_limit("elbow_flex") == "The elbow is at its limit."
    assert near_limit("elbow_flex") == "The elbow is near its limit."
