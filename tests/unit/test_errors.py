"""The exception tree is what its docstring draws, and every error tells its remedy."""

import inspect
import re

from armctl import errors


def test_the_tree_in_the_docstring_is_the_tree_in_the_code():
    drawn = set(re.findall(r"([A-Z]\w+Error)\b", errors.__doc__))
    real = {name for name, value in vars(errors).items() if inspect.isclass(value) and issubclass(value, Exception)}
    assert drawn == real


def test_an_error_reads_as_message_then_remedy():
    assert str(errors.PortError("No such port.", "Plug it in.")) == "No such port. Plug it in."


def test_a_config_error_begins_with_file_and_line():
    assert str(errors.ConfigError("too big", path="a.toml", line=3)) == "a.toml:3: too big"
    assert str(errors.ConfigError("missing", path="a.toml")) == "a.toml: missing"
