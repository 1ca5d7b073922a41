"""Sound reaches the channel, the side or the device it is meant for."""

import os
import struct
import subprocess
import sys

import numpy as np
import pygame
import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.errors import SetupError
from ui.outputs import LEFT, DeviceOutput, MixerOutput, doubled, scaled

RATE = 22_050
SAMPLES = st.lists(st.integers(-32768, 32767), max_size=50)


@pytest.fixture
def mixer():
    pygame.mixer.init(RATE, -16, 2, 512, allowedchanges=0)
    yield
    pygame.mixer.quit()


def packed(values):
    return struct.pack(f"<{len(values)}h", *values)


@given(SAMPLES)
def test_one_channel_becomes_two_alike(values):
    both = struct.unpack(f"<{2 * len(values)}h", doubled(packed(values)))
    assert list(both[::2]) == list(both[1::2]) == values


@given(SAMPLES, st.floats(0.0, 1.0))
def test_a_volume_makes_nothing_louder(values, volume):
    softer = np.frombuffer(scaled(packed(values), volume), dtype="<i2").astype(int)
    assert np.allclose(softer, np.array(values, dtype=float) * volume, atol=1.0)


def test_the_mixer_plays_on_one_side_alone(mixer):
    output = MixerOutput(1, LEFT)
    output.play(bytes(2 * RATE), 0.7)
    assert output.busy
    channel = pygame.mixer.Channel(1)
    assert channel.get_sound().get_length() == pytest.approx(1.0, abs=0.01)
    output.stop()
    assert not output.busy
    output.close()


def test_without_a_mixer_nothing_is_played_and_stopping_does_nothing():
    pygame.mixer.quit()
    output = MixerOutput(1)
    output.stop()
    assert not output.busy


SECOND_DEVICE = """
import struct, time
import pygame
from ui.outputs import DeviceOutput
pygame.mixer.init(22050, -16, 2, 512, allowedchanges=0)
output = DeviceOutput("system", 22050)
room = memoryview(bytearray(12))
output._device.pause(1)
output.play(struct.pack("<3h", 1000, -2000, 3000), 0.5)
output._fill(None, room)
assert struct.unpack("<6h", room) == (500, -1000, 1500, 0, 0, 0)
assert not output.busy
output.play(bytes(2 * 22050 * 60), 1.0)
assert output.busy
output.stop()
assert not output.busy
output._device.pause(0)
output.play(bytes(2 * 2000), 1.0)
ends = time.monotonic() + 10
while output.busy:  # the library's own thread fetches them
    assert time.monotonic() < ends
    time.sleep(0.005)
output.close()
output.close()
print("heard")
"""
TAKEN = """
import pygame
from armctl.errors import SetupError
from ui.outputs import DeviceOutput
pygame.mixer.init(22050, -16, 2, 512, allowedchanges=0)
try:
    DeviceOutput("system", 22050)
except SetupError as error:
    print(error)
"""


TWO_DEVICES = """
import sys, time
from pathlib import Path
import pygame
from pygame._sdl2 import audio
from armctl.config.user import VoiceConfig
from ui import speech
from ui.outputs import scaled
speech.LOOK = 0.05
own, all_hear = Path(sys.argv[1]) / "earphone", Path(sys.argv[1]) / "sound"
there = ["loudspeaker", str(own)]  # SDL's disk driver writes what it does not list into a file of that name
audio.get_audio_device_names = lambda capture: list(there)
voice = speech.Voice(VoiceConfig(cue="device", cue_device="earphone", cue_volume=0.6, volume=1.0), unheard=True)

def until(met, what):
    ends = time.monotonic() + 20
    while not met():
        assert time.monotonic() < ends, what
        time.sleep(0.01)

def loud(path):
    before, now = -1, 0
    while before != now:  # what the mixer has let go may not have been written yet
        time.sleep(0.1)
        before, now = now, len(path.read_bytes().strip(bytes(1))) if path.exists() else 0
    return now

def cue_to_the_person(text):
    # The very samples of the cue, and no others, go to the person's device; nobody else hears anything.
    before = loud(own), loud(all_hear)
    voice.cue(text)
    until(lambda: ("en", text) in voice._kept, "made")
    samples = scaled(voice._kept["en", text], 0.6).strip(bytes(1))
    until(lambda: samples in own.read_bytes(), "heard by the person")
    until(lambda: not voice._cues.busy, "the end of the cue")
    assert before[0] or abs(loud(own) - len(samples)) <= 2, "something else went to the person"
    assert loud(all_hear) == before[1], "what was for one ear was heard by all"

until(lambda: own.exists(), "the device")
cue_to_the_person("Up")
before = loud(own)
voice.say("The arm moves")
until(lambda: loud(all_hear) and not voice._public.busy, "speech")
assert loud(own) == before, "what is for everybody went to the person's ear"

there.pop()  # the plug is pulled
until(lambda: voice.trouble() == speech.OWN_GONE, "told")
assert not voice.private
before = loud(all_hear)
voice.cue("Down")
until(lambda: loud(all_hear) > before and not voice._public.busy, "a cue that nobody hears")

there.append(str(own))
until(lambda: voice.trouble() == speech.OWN_BACK, "told")
assert voice.private
cue_to_the_person("Left")
voice.close()
print("apart")
"""


def alone(program, tmp_path, driver):
    """Run in a process of its own: a second device and a mixer that is opened again do not go together."""
    settings = {"SDL_AUDIODRIVER": driver, "SDL_DISKAUDIOFILE": str(tmp_path / "sound")}
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        env=os.environ | settings,
        capture_output=True,
        text=True,
        timeout=50,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_second_device_beside_the_mixer_takes_the_samples_and_falls_silent_when_told(tmp_path):
    assert "heard" in alone(SECOND_DEVICE, tmp_path, "disk")  # SDL's dummy driver has one device only


def test_cues_go_to_the_persons_device_speech_to_the_loudspeaker_and_a_pulled_plug_is_told(tmp_path):
    """Read from what SDL wrote for each device, byte by byte."""
    assert "apart" in alone(TWO_DEVICES, tmp_path, "disk")


def test_a_device_that_is_taken_is_a_plain_error(tmp_path):
    assert "cannot be opened (Audio device already open)" in alone(TAKEN, tmp_path, "dummy")


def test_a_device_that_is_not_there_is_named_with_those_that_are(mixer):
    with pytest.raises(SetupError, match=r"no sound device 'earphone'.*there are: "):
        DeviceOutput("earphone", RATE)
