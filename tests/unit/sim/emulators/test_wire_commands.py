import pytest

from drivers.feetech import codec
from sim.emulators.prompt import Prompt
from sim.emulators.wire_commands import WireCommands
from tests.unit.sim.emulators.bench import BareUnit, Device, Plug

ANSWER = codec.encode(3, 0, bytes(15))


@pytest.fixture
def device():
    return Device()


@pytest.fixture
def say(device):
    return Prompt(device, Plug()).answer


def arriving(device, count):
    return [device.faults.apply(3, ANSWER) for _ in range(count)]


@pytest.mark.parametrize(
    ("line", "broken"),
    [("drop 3", 1), ("drop 3 2", 2), ("corrupt 3", 1), ("corrupt 3 2", 2), ("chop 3", 1), ("chop 3 2", 2)],
)
def test_so_many_answers_of_one_unit_are_broken(device, say, line, broken):
    assert "3" in say(line)
    assert device.faults.apply(1, ANSWER) == ANSWER
    got = arriving(device, 4)
    assert all(piece != ANSWER for piece in got[:broken])
    assert got[broken:] == [ANSWER] * (4 - broken)


@pytest.mark.parametrize(
    ("line", "attribute", "value"),
    [
        ("drop 5%", "loss", 0.05),
        ("corrupt 10%", "corruption", 0.1),
        ("noise 20%", "noise", 0.2),
        ("delay 15", "delay", 0.015),
        ("delay 15ms", "delay", 0.015),
        ("echo on", "echo", True),
        ("mute 2", "muted", {2}),
    ],
)
def test_a_lasting_fault_begins_and_ends_as_typed(device, say, line, attribute, value):
    say(line)
    assert getattr(device.faults, attribute) == value
    word = line.split()[0]
    say(f"{word} 2 off" if word == "mute" else f"{word} off")
    assert not getattr(device.faults, attribute)


def test_unmute_ends_mute(device, say):
    say("mute 2")
    assert say("unmute 2") == "2 answers again."
    assert device.faults.muted == set()


def test_a_second_one_with_the_same_id_comes_and_goes(device, say):
    assert say("duplicate 2") == "Two answer as 2."
    assert device.doubled == {2}
    assert say("duplicate 2 off") == "One answers as 2."
    assert device.doubled == set()


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("drop", "Which one? Type: drop ID [COUNT] | PERCENT%"),
        ("drop 9", "'9' is no ID; there are: 1, 2, 3. Type: drop ID [COUNT] | PERCENT%"),
        ("drop 3 0", "0 is outside 1 to 100000 answers. Type: drop ID [COUNT] | PERCENT%"),
        ("drop 3 1 1", "What is '1'? Type: drop ID [COUNT] | PERCENT%"),
        ("noise", "How much noise? Type: noise PERCENT%"),
        ("delay", "Something is missing. Type: delay MILLISECONDS"),
        ("delay soon", "'soon' is not a number. Type: delay MILLISECONDS"),
        ("echo maybe", "'maybe' is neither on nor off. Type: echo on|off"),
    ],
)
def test_what_is_not_understood_changes_nothing_and_is_answered_with_what_to_type(device, say, line, answer):
    before = vars(device.faults).copy()
    assert say(line) == answer
    assert vars(device.faults) == before
    assert arriving(device, 3) == [ANSWER] * 3


def test_a_device_without_ids_says_that_none_can_be_doubled():
    answer = Prompt(Device(BareUnit), Plug()).answer("duplicate 1")
    assert answer == "This device has no ids of its own for its joints. Type help for what there is."


def test_the_condition_of_the_line_names_every_fault(device, say):
    commands = WireCommands(device)
    assert commands.condition() == "nothing wrong"
    for line in ("drop 5%", "corrupt 1%", "noise 2%", "delay 4", "echo on", "mute 3", "mute 1"):
        say(line)
    device.faults.collide = True
    assert commands.condition() == (
        "5 % of answers lost, 1 % of answers wrong, 2 % of answers behind noise, 4 ms late, echo, two with one id, "
        "mute: 1, 3"
    )
