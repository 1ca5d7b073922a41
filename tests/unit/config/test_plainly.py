"""What is wrong with a file is told in plain words, with its line, and the setting that was probably meant."""

import pytest

from armctl.config.profiles import profile_of
from armctl.errors import ConfigError

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
        ('[variants."Very Tired".scan]\n', None, "lower-case letters"),
    ],
)
def test_a_mistake_is_told_so_that_whoever_made_it_can_mend_it(text, line, said):
    where, message = told(text)
    assert said in message
    assert where == line or line is None
    assert "Input" not in message
    assert "discriminator" not in message


def test_what_has_to_be_there_is_named():
    assert told("[scan]\n", "version = 2\n")[1] == "name: this must have a value."


def test_a_version_of_the_future_is_named_with_its_line():
    line, message = told("", '# new\nname = "x"\nversion = 9\n')
    assert line == 3
    assert "version 9" in message
