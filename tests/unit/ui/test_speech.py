"""The voice never holds up a frame, and is silent where nobody would hear it."""

import logging
import time
from collections import defaultdict

import pygame
import pytest

from armctl.config.user import VoiceConfig
from tests.support.waits import waits_seen
from ui.espeak import Espeak
from ui.speech import OWN_GONE, SILENT, NullVoice, Voice, heard_on, sound_device


class Ear:
    """A mixer that writes down what it is told to play."""

    def __init__(self) -> None:
        self.played = []
        self.sides = None
        self.stopped = 0
        self.busy = False

    def play(self, sound):
        self.played.append(sound)
        self.busy = True

    def set_volume(self, left, right):
        self.sides = (left, right)

    def stop(self):
        self.stopped += 1
        self.busy = False

    def get_busy(self):
        return self.busy


@pytest.fixture
def ears(monkeypatch):
    """Sound goes to SDL's dummy driver, as if a loudspeaker were there; what each channel plays is written down."""
    found = defaultdict(Ear)
    monkeypatch.setattr("ui.speech._SILENCE", ())
    monkeypatch.setattr(pygame.mixer, "Channel", lambda number: found[number])
    yield found
    pygame.mixer.quit()


@pytest.fixture
def ear(ears):
    return ears[0]


@pytest.fixture
def voice(ear):
    made = Voice(VoiceConfig(volume=0.5))
    yield made
    made.close()


def until(wanted):
    ends = time.monotonic() + 10
    while not wanted():
        assert time.monotonic() < ends
        time.sleep(0.005)


def test_who_has_something_said_waits_for_nothing_and_it_is_heard(voice, ear):
    with waits_seen() as waits:
        voice.say("Drink")
    assert waits == set()
    until(lambda: ear.played)
    assert 0.2 < ear.played[0].get_length() < 1.5
    assert ear.sides == (0.5, 0.5)


def test_a_phrase_is_made_once_for_each_language(voice, ear, monkeypatch):
    made = []
    whole = Espeak.sound
    monkeypatch.setattr(Espeak, "sound", lambda self, text: made.append(text) or whole(self, text))
    for language in ("en", "lt", "en", "lt"):
        count = len(ear.played)
        voice.set_language(language)
        voice.say("Settings")
        until(lambda count=count: len(ear.played) > count)
        ear.busy = False
    assert made == ["Settings", "Settings"]
    assert ear.played[0].get_raw() == ear.played[2].get_raw() != ear.played[1].get_raw()


def test_what_was_prepared_is_there_when_it_has_to_be_said(voice, ear, monkeypatch):
    made = []
    whole = Espeak.sound
    monkeypatch.setattr(Espeak, "sound", lambda self, text: made.append(text) or whole(self, text))
    voice.prepare(["Drink", "Help", ""])
    until(lambda: made == ["Drink", "Help"])
    assert not ear.played
    voice.say("Help")
    until(lambda: ear.played)
    voice.prepare(["Drink"])
    time.sleep(0.05)
    assert made == ["Drink", "Help"]


def test_something_to_say_goes_before_what_is_only_prepared(voice, ear):
    voice.prepare([f"Tile number {number} of a large page" for number in range(200)])
    voice.say("Stop")
    until(lambda: ear.played)
    assert len(voice._soon) > 100


@pytest.mark.parametrize(
    ("cue", "public", "private"), [("left", (0.0, 0.5), (0.6, 0.0)), ("right", (0.5, 0.0), (0.0, 0.6))]
)
def test_cues_go_to_one_ear_and_everything_else_to_the_other(ear, cue, public, private):
    voice = Voice(VoiceConfig(volume=0.5, cue=cue))
    assert voice.private
    voice.say("The arm moves")
    until(lambda: ear.played)
    voice.cue("Drink")
    cues = pygame.mixer.Channel(1)
    until(lambda: cues.played)
    voice.close()
    assert (ear.sides, cues.sides) == (public, private)
    assert len(ear.played) == 1  # a cue does not cut off what everybody hears


def test_without_a_channel_of_their_own_cues_are_said_aloud(voice, ear):
    assert not voice.private
    voice.cue("Drink")
    until(lambda: ear.played)


def test_a_cue_device_that_is_not_there_is_told_and_cues_join_the_rest(ear, caplog):
    with caplog.at_level(logging.WARNING, "ui.speech"):
        voice = Voice(VoiceConfig(cue="device", cue_device="earphone of somebody else"))
        until(lambda: caplog.records)
        voice.cue("Drink")
        until(lambda: ear.played)
        assert not voice.private
        assert voice.trouble() == OWN_GONE
        assert voice.trouble() == "", "told once"
        voice.close()
    assert "earphone of somebody else" in caplog.records[0].getMessage()


def test_short_sounds_have_a_channel_and_a_volume_of_their_own(ear):
    voice = Voice(VoiceConfig(sounds=0.4))
    sounds = pygame.mixer.Channel(2)
    until(lambda: voice._sounds is not None)
    voice.say("A long sentence about the arm.")
    voice.play("chosen")
    assert (len(sounds.played), sounds.sides) == (1, (0.4, 0.4))
    until(lambda: ear.played)
    assert ear.stopped <= 1
    voice.close()


def test_short_sounds_can_be_switched_off_and_never_hold_up_a_frame(ear):
    voice = Voice(VoiceConfig(sounds=0.0))
    voice.play("lit")  # before it is ready, too
    until(lambda: voice._sounds is not None)
    voice.play("lit")
    voice.close()
    assert pygame.mixer.Channel(2).played == []


def test_something_new_interrupts_what_is_being_said(voice, ear):
    voice.say("A long sentence about the arm.")
    until(lambda: len(ear.played) == 1)
    before = ear.stopped
    voice.say("Stop")
    until(lambda: len(ear.played) == 2)
    assert ear.stopped > before


def test_without_interrupting_it_waits_its_turn(voice, ear):
    voice.say("First")
    until(lambda: len(ear.played) == 1)
    voice.say("Second", interrupt=False)
    time.sleep(0.25)
    assert len(ear.played) == 1
    ear.busy = False
    until(lambda: len(ear.played) == 2)


def test_switched_off_it_falls_silent_at_once(voice, ear):
    voice.say("First")
    until(lambda: ear.played)
    voice.follow(VoiceConfig(enabled=False))
    until(lambda: ear.stopped)
    voice.say("Second")
    time.sleep(0.15)
    assert len(ear.played) == 1


def test_the_next_word_is_as_loud_as_the_person_wants_it_now(voice, ear):
    voice.say("First")
    until(lambda: ear.played)
    assert ear.sides == (0.5, 0.5)
    voice.follow(VoiceConfig(volume=0.9))
    voice.say("Second")
    until(lambda: len(ear.played) == 2)
    assert ear.sides == (0.9, 0.9)


def test_cues_have_a_loudness_of_their_own_that_changes_alone(ears):
    voice = Voice(VoiceConfig(cue="left", volume=0.5, cue_volume=0.5))
    try:
        voice.follow(VoiceConfig(cue="left", volume=0.5, cue_volume=0.8))
        voice.cue("Drink")
        until(lambda: ears[1].played)
        voice.say("Drink")
        until(lambda: ears[0].played)
        assert ears[1].sides == (0.8, 0.0)
        assert ears[0].sides == (0.0, 0.5)
    finally:
        voice.close()


def test_short_sounds_are_heard_without_the_voice_and_are_silent_where_they_are_off(voice, ears):
    until(lambda: voice._sounds is not None)
    voice.follow(VoiceConfig(enabled=False, sounds=1.0))
    voice.play("chosen")
    assert len(ears[2].played) == 1
    assert ears[2].sides == (1.0, 1.0)
    voice.follow(VoiceConfig(enabled=True, sounds=0.0))
    voice.play("chosen")
    assert len(ears[2].played) == 1


def test_where_nobody_hears_it_says_so_once_in_the_log(caplog, monkeypatch):
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
    with caplog.at_level(logging.WARNING, "ui.speech"):
        silent = Voice(VoiceConfig())
        for _ in range(3):
            silent.say("Drink")
            time.sleep(0.05)
        silent.close()
        silent.close()
    assert [record.getMessage() for record in caplog.records] == [
        "No speech: the sound driver is 'dummy', which nobody hears."
    ]
    pygame.mixer.quit()


def test_without_a_sound_device_it_says_so_once_and_goes_on(caplog, monkeypatch):
    def no_device(*_args, **_options):
        raise pygame.error("no device")

    monkeypatch.setattr(pygame.mixer, "init", no_device)
    with caplog.at_level(logging.WARNING, "ui.speech"):
        silent = Voice(VoiceConfig())
        silent.say("Drink")
        until(lambda: caplog.records)
        silent.close()
    assert [record.getMessage() for record in caplog.records] == ["No speech: no device"]
    assert silent.trouble() == SILENT


def test_who_wants_no_voice_is_not_told_that_there_is_no_sound(monkeypatch):
    monkeypatch.setattr("ui.speech.sound_device", lambda: False)
    silent = Voice(VoiceConfig(enabled=False))
    silent.close()
    assert silent.trouble() == ""


def test_the_sound_devices_are_listed_by_name_and_none_where_there_is_no_sound(monkeypatch):
    assert heard_on()
    assert not pygame.mixer.get_init()
    monkeypatch.setattr("ui.speech.sound_device", lambda: False)
    assert heard_on() == ()


def test_the_null_voice_remembers_the_last_hundred():
    voice = NullVoice()
    for number in range(130):
        voice.say(str(number))
    assert len(voice.said) == 100
    assert voice.said[-1] == "129"


@pytest.mark.parametrize("language", ["en", "lt", "de", "fr", "es", "xx"])
def test_words_become_sound_in_every_language_and_english_where_there_is_none(language):
    sound = Espeak(language, 160).sound("Arm 60 %, šaltas gėrimas")
    samples = memoryview(sound).cast("h")
    assert len(samples) > 10_000
    assert max(samples) > 2_000


def test_a_faster_rate_makes_shorter_sound():
    assert len(Espeak("en", 320).sound("Bring the cup")) < 0.7 * len(Espeak("en", 120).sound("Bring the cup"))


def test_a_sound_device_is_a_card_a_server_or_what_somebody_named(tmp_path):
    cards = tmp_path / "cards"
    nothing = {"XDG_RUNTIME_DIR": str(tmp_path)}
    assert not sound_device(cards, nothing)
    cards.write_text("--- no soundcards ---\n")
    assert not sound_device(cards, nothing)
    assert sound_device(cards, nothing | {"PULSE_SERVER": "tcp:somewhere"})
    assert sound_device(cards, nothing | {"SDL_AUDIODRIVER": "dummy"})
    (tmp_path / "pipewire-0").touch()
    assert sound_device(cards, nothing)
    (tmp_path / "pipewire-0").unlink()
    cards.write_text(" 0 [PCH            ]: HDA-Intel - HDA Intel PCH\n")
    assert sound_device(cards, nothing)
