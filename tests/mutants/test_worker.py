"""Forks: what comes back from one that ends well, one that dies and one that never ends."""

from __future__ import annotations

import os

from tests.mutants.worker import forked


def test_what_was_found_comes_back() -> None:
    assert forked(lambda: "some test", 5.0) == "some test"
    assert forked(lambda: "", 5.0) == ""


def test_one_that_dies_is_found_too() -> None:
    assert forked(lambda: os._exit(3), 5.0) == "died"


def test_one_that_never_ends_is_ended() -> None:
    def forever() -> str:
        while True:
            pass

    assert forked(forever, 0.05) == "time"
