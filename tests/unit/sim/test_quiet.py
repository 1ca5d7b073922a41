"""Native chatter stays away, and only while asked."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from sim.quiet import quiet_stderr


def test_only_what_is_written_inside_is_lost(capfd):
    os.write(2, b"before ")
    with quiet_stderr():
        os.write(2, b"inside ")
    os.write(2, b"after")
    assert capfd.readouterr().err == "before after"


def test_the_stream_comes_back_after_an_error(capfd):
    with pytest.raises(ImportError), quiet_stderr():
        raise ImportError
    os.write(2, b"heard")
    assert capfd.readouterr().err == "heard"


def test_the_physics_engine_does_not_greet():
    done = subprocess.run(
        [sys.executable, "-c", "import sim.bullet_world"], capture_output=True, check=True, timeout=50
    )
    assert done.stdout == done.stderr == b""
