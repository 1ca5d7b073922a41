"""What the person changes is kept when the profile allows it, within the ceilings."""

from datetime import UTC, datetime, timedelta

import pytest

from armctl.access.fit.history import Entry, line_of
from armctl.config.profiles import fits_file, load_profile, own_file
from armctl.config.user import MotionConfig, UserConfig
from ui.fit_live import Choices
from ui.keeper import Keeper, differences


@pytest.fixture
def keeper(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    path = own_file("anna")
    path.parent.mkdir(parents=True)
    path.write_text('name = "anna"\nversion = 2\n[ceilings]\nspeed = 0.7\n[variants.tired.motion]\nspeed = 0.3\n')
    made = Keeper(load_profile("anna"))
    yield made
    made.close()


def test_a_change_is_there_the_next_time(keeper):
    keeper.changed(load_profile("anna").user, {"theme": "light"})
    keeper.flush()
    assert load_profile("anna").user.theme == "light"
    assert keeper.trouble == ""


def test_a_change_beyond_the_ceiling_is_brought_back_to_it(keeper):
    after = keeper.changed(load_profile("anna").user, {"motion": MotionConfig(speed=1.0)})
    keeper.flush()
    assert after.motion.speed == load_profile("anna").user.motion.speed == 0.7


def test_nothing_is_kept_where_the_profile_does_not_allow_it(keeper):
    user = load_profile("anna").user.model_copy(update={"keep_changes": False})
    assert keeper.changed(user, {"theme": "light"}).theme == "light"
    keeper.flush()
    assert load_profile("anna").user.theme == "dark"


def test_a_variant_has_its_own_settings_and_keeps_its_own_changes(keeper):
    tired = keeper.choose("tired")
    assert tired.motion.speed == 0.3
    keeper.changed(tired, {"theme": "calm"})
    keeper.flush()
    assert (load_profile("anna").user.theme, load_profile("anna:tired").user.theme) == ("dark", "calm")


def test_a_file_that_cannot_be_written_is_told_and_the_setting_holds(keeper):
    own_file("anna").unlink()
    folder = own_file("anna").parent
    folder.rmdir()
    folder.write_text("a file where the folder was")
    after = keeper.changed(UserConfig(name="anna"), {"theme": "light"})
    keeper.flush()
    assert after.theme == "light"
    assert keeper.trouble


def test_measurements_are_read_back(keeper):
    entry = Entry(datetime(2026, 3, 1, tzinfo=UTC), "", {"press_time": 0.8}, {}, True, 0.05)
    keeper.add(entry)
    keeper.flush()
    again = Keeper(load_profile("anna"))
    assert again.history == (entry,)
    again.close()


def test_choices_are_counted_over_sessions_until_the_next_measurement(keeper):
    keeper.choices.right, keeper.choices.wrong = 12, 5
    keeper.close()
    again = Keeper(load_profile("anna"))
    assert (again.choices.right, again.choices.wrong) == (12, 5)
    again.choices.again()
    again.close()
    again.close()
    last = Keeper(load_profile("anna:tired"))
    assert last.choices == Choices()
    last.close()


def test_who_keeps_nothing_has_no_choices_counted_beyond_the_session(keeper):
    own_file("anna").write_text('name = "anna"\nversion = 2\nkeep_changes = false\n')
    guest = Keeper(load_profile("anna"))
    guest.choices.wrong = 9
    guest.close()
    after = Keeper(load_profile("anna"))
    assert after.choices == Choices()
    after.close()


def test_without_a_profile_everything_works_for_the_session():
    keeper = Keeper()
    assert keeper.changed(UserConfig(name="anna"), {"theme": "light"}).theme == "light"
    assert keeper.variants == ("",)
    keeper.close()


def test_only_what_differs_is_written():
    before = UserConfig(name="anna")
    after = before.model_copy(update={"theme": "light", "motion": MotionConfig(speed=0.4)})
    assert differences(before, after) == {"theme": "light", "motion.speed": 0.4}


def measured(day=0):
    at = datetime(2026, 3, 1, 10, 0, tzinfo=UTC) + timedelta(days=day)
    return Entry(at, "", {"press_time": 0.8}, {"scan.interval": (1.5, 1.2)}, True, 0.05)


def test_measurements_are_added_to_what_is_there_damaged_lines_and_all(keeper):
    path = fits_file("anna")
    before = f"{line_of(measured())}\n".encode() + b'\xff\xfe no text\n{"of": "a later program"}\n' + b'{"torn'
    path.write_bytes(before)
    again = Keeper(load_profile("anna"))
    assert again.history == (measured(),)
    again.add(measured(7))
    again.close()
    assert path.read_bytes() == before + f"\n{line_of(measured(7))}\n".encode()
    assert Keeper(load_profile("anna")).history == (measured(), measured(7))


def test_two_hundred_days_of_measuring_leave_a_profile_of_the_same_size_and_a_line_a_day(keeper):
    sizes = []
    for day in range(200):
        if day % 20 == 0:  # a profile is written as slowly as any file that must not be lost
            fitted = {"scan.interval": 1.2 + 0.01 * (day % 7), "press_time": 0.8}
            keeper.keep(fitted, f"measured {measured(day).at:%Y-%m-%d}")
            keeper.flush()
            sizes.append(own_file("anna").stat().st_size)
        keeper.add(measured(day))
    keeper.flush()
    assert max(sizes[1:]) - min(sizes[1:]) <= 2  # 1.2 or 1.25
    assert own_file("anna").read_text().count("measured") == 2
    assert len(fits_file("anna").read_text().splitlines()) == 200
    assert fits_file("anna").stat().st_size < 200 * 250
    assert keeper.trouble == ""
    assert sorted(path.name for path in own_file("anna").parent.iterdir()) == ["anna.fits.jsonl", "anna.toml"]
