"""What is wrong with a file is told in plain words, with its line, and the setting that was probably meant."""

import pytest

from armctl.config.devices import BreathConfig
from armctl.config.inputs import HoldConfig
from armctl.config.plainly import METRES, RADIANS, SECONDS, _paths
from armctl.config.pointing import DwellConfig
from armctl.config.profiles import profile_of
from armctl.config.user import UserConfig
from armctl.config.zones import ZonesConfig
from armctl.errors import ConfigError

MODELS = (UserConfig, ZonesConfig, HoldConfig, BreathConfig, DwellConfig)
HEAD = 'name = "x"\nversion = 2\n'


def told(text, head=HEAD):
    with pytest.raises(ConfigError) as caught:
        profile_of(head + text, "x.toml", None, None)
    return caught.value.line, caught.value.message


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("[scan]\nintervall = 1.0\n", 4, "scan.intervall: there is no such setting; did you mean interval?"),
        ("[motion.directions]\nlefft = 0.5\n", 4, "there is no such setting; did you mean left?"),
        ("[scan]\nxyzzy = 1.0\n", 4, "scan.xyzzy: there is no such setting (given: 1.0)."),
        ("[variants.tired.scan]\nintervall = 1.0\n", 4, "did you mean interval?"),
        ("[[contacts]]\ndevise = 3\n", 4, "did you mean device?"),
        ("scan = 3\n", 3, "scan: this should be a table (given: 3)."),
        ("[variants]\ntired = 3\n", 4, "variants.tired: this should be a table"),
        ("tasks = 3\n", 3, "tasks: this should be an array, in [ ]"),
        ("keys_select = []\n", 3, "keys_select: this should have at least 1."),
        ("adapt = 1\n", 3, "adapt: this should be true or false (given: 1)."),
        ("title = 1\n", 3, 'title: this should be words, in " "'),
        ("[look]\ntile_min = 96.5\n", 4, "look.tile_min: this should be a whole number (given: 96.5)."),
        ("[motion]\nspeed = 7\n", 4, "motion.speed: this should be less than or equal to 1 (given: 7)."),
        ('theme = "pink"\n', 3, "theme: this should be 'dark', 'light', 'yellow' or 'calm' (given: 'pink')."),
        ('[[devices]]\nname = "a"\n', 3, "devices.0: this should say its 'kind'."),
        ('[[devices]]\nkind = "wand"\n', 3, "wand"),
        ('[variants."Very Tired".scan]\n', 3, "variants.Very Tired: a name has lower-case letters"),
        ("[scan]\ninterval = 1400\n", 4, "it is in seconds, 1400 ms are 1.4 (given: 1400)."),
        ("[switch]\ndebounce = 30.0\n", 4, "it is in seconds, 30 ms are 0.03"),
        ("[motion]\nstep_length = 20\n", 4, "it is in metres, 20 mm are 0.02"),
        ("[joystick]\nangle = 20\n", 4, "it is in radians, 20 degrees are 0.3491"),
        ("[voice]\nvolume = 80\n", 4, "it is a share, 80 of 100 are 0.8"),
        ("[scan]\ninterval = 12\n", 4, "less than or equal to 10 (given: 12)."),
        ("interval = 1.4\n", 3, "did you mean ceilings.interval or scan.interval?"),
        ("post_acceptance = 0.4\n", 3, "there is no such setting; did you mean switch.post_acceptance?"),
        ("[scan]\ninterval = 1,4\n", 4, "not valid TOML"),
    ],
)
def test_a_mistake_is_told_so_that_whoever_made_it_can_mend_it(text, line, said):
    where, message = told(text)
    assert said in message
    assert where == line or line is None
    assert "Input" not in message
    assert "discriminator" not in message


def test_a_decimal_comma_is_told_from_any_other_slip():
    with pytest.raises(ConfigError) as caught:
        profile_of(HEAD + "[scan]\ninterval = 1,4\n", "x.toml", None, None)
    assert caught.value.remedy == "Numbers have a point: 1.5."


def test_every_setting_whose_unit_is_known_is_one_of_a_profile():
    """The unit stands in the words beside each field; a name that was changed must not be left behind."""
    fields = {path.rpartition(".")[2] for model in MODELS for path in _paths(model)}
    for names in (SECONDS, METRES, RADIANS):
        assert names <= fields


def test_what_has_to_be_there_is_named():
    assert told("[scan]\n", "version = 2\n")[1] == "name: this must have a value."


def test_a_version_of_the_future_is_named_with_its_line():
    line, message = told("", '# new\nname = "x"\nversion = 9\n')
    assert line == 3
    assert "version 9" in message
