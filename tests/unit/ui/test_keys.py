"""Keys of a profile exist on keyboards."""

import pytest

from armctl.config.user import UserConfig
from armctl.errors import ConfigError
from ui.keys import check_keys


@pytest.mark.parametrize("key", ["space", "return", "right", "f1", "a", "left shift", "[1]"])
def test_keys_that_exist_are_taken(key):
    check_keys(UserConfig(name="x", keys_select=(key,), keys_next=()))


@pytest.mark.parametrize("key", ["", "Space", "spacebar", "K_SPACE"])
def test_a_key_that_does_not_exist_is_named(key):
    with pytest.raises(ConfigError, match=f"no key called '{key}'"):
        check_keys(UserConfig(name="x", keys_select=(key,), keys_next=()))
