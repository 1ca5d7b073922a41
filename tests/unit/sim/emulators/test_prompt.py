import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.emulators.prompt import Prompt, TypedLines, attend
from tests.unit.sim.emulators.bench import BareUnit, Device, Plug


@pytest.fixture
def plug():
    return Plug()


@pytest.fixture
def prompt(plug):
    return Prompt(Device(), plug)


@pytest.fixture
def pipe():
    read, write = os.pipe()
    with os.fdopen(read, "rb", buffering=0), os.fdopen(write, "wb", buffering=0) as end:
        yield read, end


def commands(prompt):
    return [line.split()[0] for line in prompt.answer("help").splitlines()]


def test_help_has_one_line_for_each_command_and_every_one_can_be_typed(prompt):
    names = commands(prompt)
    assert len(names) == len(set(names)) >= 20
    for name in names:
        assert "There is no command" not in Prompt(Device(), Plug()).answer(name)


def test_an_empty_line_has_no_answer(prompt):
    assert prompt.answer("") == prompt.answer("   ") == ""


def test_an_unknown_command_is_answered_with_where_to_look(prompt):
    assert prompt.answer("Explode 3") == "There is no command 'Explode'. Type help for what there is."


def test_case_and_space_do_not_matter(prompt):
    assert prompt.answer("  MUTE   2 ") == "2 never answers."


def test_the_plug_is_pulled_and_put_back(prompt, plug):
    assert prompt.answer("unplug") == "The port is gone. Type plug to bring it back."
    assert not plug.plugged
    assert prompt.answer("unplug").startswith("It is unplugged already.")
    assert "unplugged" in prompt.answer("list").splitlines()[-1]
    assert prompt.answer("plug") == "The port is back at /dev/pts/99."
    assert prompt.answer("plug") == "It is plugged in already."


def test_list_has_a_line_for_each_unit_and_one_for_the_wire(prompt):
    prompt.answer("mute 1")
    assert prompt.answer("list").splitlines() == ["1: 12 V", "2: 12 V", "3: 12 V", "line: mute: 1"]


def test_mend_ends_everything_that_is_wrong(prompt):
    for line in ("block 1", "drop 2 5", "noise 50%", "echo on", "mute 3", "delay 5"):
        prompt.answer(line)
    prompt.answer("mend")
    assert prompt.answer("list").splitlines() == ["1: 12 V", "2: 12 V", "3: 12 V", "line: nothing wrong"]
    assert prompt._emulator.faults.apply(2, b"whole") == b"whole"


def test_only_quit_ends_it(prompt):
    for name in commands(prompt):
        if name != "quit":
            prompt.answer(name)
    assert not prompt.ended
    prompt.answer("quit now")
    assert not prompt.ended
    assert prompt.answer("quit") == "The device ends."
    assert prompt.ended


@settings(deadline=None)
@given(
    st.sampled_from([*commands(Prompt(Device(), Plug())), "unblock", "x"]),
    st.lists(st.one_of(st.text(max_size=8), st.sampled_from(["1", "2", "off", "on", "5%", "all", "none"])), max_size=4),
    st.sampled_from([Device, lambda: Device(BareUnit)]),
)
def test_nothing_that_can_be_typed_raises_and_every_answer_is_for_people(name, words, device):
    answer = Prompt(device(), Plug()).answer(" ".join([name, *words]))
    assert answer
    assert "Traceback" not in answer
    assert not answer.startswith(("(", "<", "["))


def test_lines_arrive_whole_however_they_are_sent(pipe):
    read, write = pipe
    typed = TypedLines(read)
    assert typed.take() == []
    write.write(b"mute 1\nunm")
    assert typed.take() == ["mute 1"]
    write.write(b"ute 1\n\n")
    assert typed.take() == ["unmute 1", ""]


def test_the_last_line_counts_without_its_end_and_after_it_nothing_comes(pipe):
    read, write = pipe
    typed = TypedLines(read)
    write.write(b"list")
    write.close()
    assert typed.take() == []
    assert typed.take() == ["list"]
    assert typed.take() == typed.take() == []


def test_bytes_that_are_no_text_and_endless_lines_do_no_harm(pipe):
    read, write = pipe
    typed = TypedLines(read)
    write.write(b"\xff\xfe\n" + b"x" * 3000 + b"\n")
    first, second = typed.take()
    assert "\N{REPLACEMENT CHARACTER}" in first
    assert len(second) == 500


def test_what_is_typed_is_answered_in_turn_until_the_end(pipe, prompt):
    read, write = pipe
    write.write(b"mute 1\n\nfly\nquit\nmute 2\n")
    told = []
    attend(prompt, TypedLines(read), told.append)
    assert told == ["1 never answers.", "There is no command 'fly'. Type help for what there is.", "The device ends."]
