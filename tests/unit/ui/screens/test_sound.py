"""The person sets how loud things are, and hears at once how loud that is."""

import pytest

from armctl.config.user import UserConfig, VoiceConfig
from ui.screens import SCREENS
from ui.screens.sound import LEAST, SOUNDS

SOUND = SCREENS["sound"]


@pytest.fixture
def someone(person):
    made = person()
    made.app._desk.go_to("sound")
    made.frames(2)
    return made


@pytest.fixture
def desk(someone):
    return someone.app._desk


def off(desk):
    return [tile.id for tile in SOUND.page(desk).tiles if not tile.enabled]


def test_the_voice_gets_louder_and_quieter_by_steps_and_stops_at_its_ends(desk):
    heard = []
    for _step in range(12):
        SOUND.select(desk, "louder")
        heard.append(desk.voice.config.volume)
    assert heard == sorted(heard)
    assert heard[-1] == desk.user.voice.volume == 1.0
    assert off(desk) == ["louder"]
    for _step in range(12):
        SOUND.select(desk, "quieter")
    assert desk.user.voice.volume == desk.voice.config.volume == LEAST
    assert off(desk) == ["quieter"]


def test_a_new_volume_is_said_at_once_in_that_volume(someone):
    told = []
    someone.voice.say = lambda text, interrupt=True: told.append((text, someone.voice.config.volume))
    someone.app._controls._select("louder")
    someone.frames(2)
    assert told == [("90\u00a0%", 0.9)]


def test_the_short_sounds_go_through_their_volumes_whether_or_not_there_is_a_voice(desk):
    SOUND.select(desk, "voice")
    assert desk.voice.config.enabled is False
    seen = []
    for _step in SOUNDS:
        seen.append(desk.user.voice.sounds)
        SOUND.select(desk, "sounds")
        assert desk.voice.played[-1] == "chosen"
    assert sorted(seen) == list(SOUNDS)
    assert desk.user.voice.sounds == seen[0]
    SOUND.select(desk, "voice")
    assert desk.voice.config.enabled is True


def test_without_a_voice_its_volume_cannot_be_set(desk):
    SOUND.select(desk, "voice")
    assert off(desk) == ["quieter", "louder"]


def test_who_has_cues_of_their_own_sets_how_loud_they_are(desk):
    assert not any(tile.id.startswith("cue") for tile in SOUND.page(desk).tiles)
    desk.voice.private = True
    before = desk.user.voice.volume
    SOUND.select(desk, "cue_louder")
    assert desk.voice.config.cue_volume == pytest.approx(0.7)
    assert desk.voice.cued == ["70\u00a0%"]
    assert desk.user.voice.volume == before
    assert [tile.id for tile in SOUND.page(desk).tiles if tile.id.startswith("cue")] == ["cue_quieter", "cue_louder"]


def test_what_is_set_is_kept_for_the_next_time_and_another_person_brings_their_own(desk):
    kept = []
    desk.keeper.changed = lambda user, changes: kept.append(changes) or user.model_copy(update=changes)
    SOUND.select(desk, "louder")
    assert kept[-1]["voice"].volume == pytest.approx(0.9)
    desk.use(UserConfig(name="other", voice=VoiceConfig(volume=0.3, sounds=0.0)))
    assert (desk.voice.config.volume, desk.voice.config.sounds) == (0.3, 0.0)


def test_it_leads_back_to_the_settings_and_home(desk):
    SOUND.select(desk, "back")
    assert desk.chosen == "settings"
    SCREENS["settings"].select(desk, "sound")
    assert desk.chosen == "sound"
    SOUND.select(desk, "leave")
    assert desk.chosen == "home"


@pytest.mark.parametrize("auditory", [True, False])
def test_who_chooses_by_what_they_hear_cannot_switch_the_voice_off(person, auditory):
    scan = {"method": "auto", "auditory": auditory}
    desk = person(user=UserConfig.model_validate({"name": "guest", "scan": scan})).app._desk
    assert ("voice" in off(desk)) == auditory
    SOUND.select(desk, "quieter")
    desk.change(voice=VoiceConfig(enabled=False))
    assert "voice" not in off(desk), "off already, it can be switched on"
