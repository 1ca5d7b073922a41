"""Each sound can be told from the others, and none can startle."""

import itertools

import numpy as np
import pytest

from ui.earcons import MELODIES, PEAK, SWELL, samples

RATE = 22_050


def wave(name):
    return np.frombuffer(samples(name, RATE), dtype="<i2") / 32767


def pitches(name):
    """The strongest frequency in the middle of each tone [Hz]."""
    found = []
    for tone in MELODIES[name]:
        begin = round(RATE * (tone.begins + 0.3 * tone.lasts))
        part = wave(name)[begin : begin + round(RATE * 0.4 * tone.lasts)]
        spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part)), 1 << 15))
        found.append(float(np.argmax(spectrum)) * RATE / (1 << 15))
    return found


@pytest.mark.parametrize("name", MELODIES)
def test_no_sample_is_loud_and_all_sounds_are_alike_in_loudness(name):
    assert np.abs(wave(name)).max() == pytest.approx(PEAK, abs=0.001)


@pytest.mark.parametrize("name", MELODIES)
def test_it_swells_up_and_fades_out(name):
    sound = wave(name)
    assert np.abs(sound[: round(0.1 * SWELL * RATE)]).max() < 0.03 * PEAK
    assert np.abs(sound[: round(0.5 * SWELL * RATE)]).max() < 0.6 * PEAK
    assert np.abs(sound[-round(0.002 * RATE) :]).max() < 0.05 * PEAK
    # No click within: neighbouring samples are never farther apart than in a pure tone of 3 kHz.
    assert np.abs(np.diff(sound)).max() < PEAK * 2 * np.pi * 3000 / RATE


@pytest.mark.parametrize("name", MELODIES)
def test_it_is_short_and_never_high(name):
    assert 0.05 <= len(wave(name)) / RATE <= 0.7
    for heard, tone in zip(pitches(name), MELODIES[name], strict=True):
        assert heard == pytest.approx(tone.frequency, rel=0.06)
        assert 250 <= heard <= 900


def shape(name):
    """How a sound is told: how many tones, and whether each goes up, stays or goes down by a third at least."""
    heard = pitches(name)
    steps = [later / earlier for earlier, later in itertools.pairwise(heard)]
    return len(heard), tuple(1 if step > 1.05 else -1 if step < 0.95 else 0 for step in steps)


def test_no_two_sounds_have_the_same_melody():
    shapes = [shape(name) for name in MELODIES]
    assert len(set(shapes)) == len(shapes) == 5


def test_a_sound_is_made_once_for_each_rate():
    assert samples("lit", RATE) is samples("lit", RATE)
    assert len(samples("lit", 2 * RATE)) > 1.9 * len(samples("lit", RATE))
