"""The time axis of a replay: what is seen when, and how one moves on it."""

import pytest

from armctl.control import messages as say
from armctl.control.flight_recording import Recording
from tests.support.flights import broken, fly, spoiled_bench, swing
from ui.replay_track import LEAD_IN, SPEEDS, Playback, Track


@pytest.fixture(scope="module")
def flown(tmp_path_factory) -> Recording:
    """A swing until a joint is blocked, and what came after."""
    bench, _ = fly(tmp_path_factory.mktemp("flight"), "following_error", after=100)
    recording = bench.recording("fault", "A joint is blocked")
    bench.close()
    return recording


@pytest.fixture(scope="module")
def track(flown) -> Track:
    return Track(flown)


@pytest.fixture
def playback(track) -> Playback:
    return Playback(track)


def test_each_tick_has_a_frame_with_the_arm_as_it_was_read(flown, track):
    assert len(track.frames) == len(flown.ticks)
    assert track.frames[0].at == 0.0
    assert track.length == pytest.approx(0.01 * (len(flown.ticks) - 1))
    for frame in track.frames[::20]:
        assert track.frames[track.index(frame.at)] is frame
        assert track.index(frame.at + 0.004) == track.index(frame.at)
    assert track.index(-5.0) == 0
    assert track.index(1e9) == len(track.frames) - 1


def test_the_spans_of_the_modes_fill_the_whole_time(track):
    assert [span.mode for span in track.spans] == ["disarmed", "stop_test", "ready", "moving", "fault"]
    assert track.spans[0].begin == 0.0
    assert track.spans[-1].end == track.length
    assert all(before.end == after.begin for before, after in zip(track.spans, track.spans[1:], strict=False))


def test_a_set_point_far_from_the_arm_is_shown_and_a_near_one_is_not(track):
    asked = [frame.asked is not None for frame in track.frames]
    fault = track.index(track.faults[0])
    assert not any(asked[: fault - 20])
    assert any(asked[fault - 3 : fault])


def test_a_reading_that_is_no_number_leaves_the_picture_as_it_was(tmp_path):
    bench, arm = spoiled_bench(tmp_path)
    bench.arm_it()
    swing(bench, 20)
    arm.spoil = broken
    bench.tick(5)
    frames = Track(bench.recording()).frames
    bench.close()
    assert frames[-1].positions == frames[-6].positions


def test_what_happened_by_then_is_counted(track):
    assert track.told_by(-1.0) == 0
    assert track.told_by(track.length) == len(track.moments)
    fault = next(moment for moment in track.moments if moment.level == "fault")
    at = track.when(fault.stamp)
    assert track.told_by(at - 0.005) < track.told_by(at)


def test_it_begins_before_the_fault_and_plays_at_the_speed_chosen(track, playback):
    assert playback.at == max(0.0, track.faults[0] - LEAD_IN)
    playback.seek(0.2)
    playback.advance(0.1)
    assert playback.at == pytest.approx(0.3)
    playback.change_speed(1)
    playback.advance(0.1)
    assert playback.at == pytest.approx(0.5)
    playback.toggle()
    playback.advance(1.0)
    assert playback.at == pytest.approx(0.5)


def test_it_stops_at_the_end_and_play_begins_anew(track, playback):
    playback.advance(1e6)
    assert (playback.at, playback.playing) == (track.length, False)
    playback.toggle()
    assert (playback.at, playback.playing) == (0.0, True)


def test_steps_are_single_ticks_and_stay_within(track, playback):
    playback.seek(0.5)
    playback.step(1)
    assert playback.frame is track.frames[track.index(0.5) + 1]
    assert not playback.playing
    playback.step(-1)
    assert playback.frame is track.frames[track.index(0.5)]
    playback.step(-10_000)
    assert playback.at == 0.0
    playback.step(10_000)
    assert playback.at == track.length


def test_the_speed_stays_within_its_steps(playback):
    for _ in range(20):
        playback.change_speed(1)
    assert playback.speed == SPEEDS[-1]
    for _ in range(20):
        playback.change_speed(-1)
    assert playback.speed == SPEEDS[0]


def test_the_next_fault_is_found_round_and_round(track, playback):
    playback.seek(0.0)
    for _ in range(2):
        assert playback.next_fault()
        assert playback.at == track.faults[0]
        assert playback.frame.tick.fault is not None


def test_a_recording_without_a_fault_begins_at_its_beginning(tmp_path):
    bench, _ = spoiled_bench(tmp_path)
    bench.ask(say.Enable)
    bench.tick(10)
    playback = Playback(Track(bench.recording()))
    bench.close()
    assert playback.at == 0.0
    assert not playback.next_fault()
