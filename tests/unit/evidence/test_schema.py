"""The store can be opened by several programs."""

import multiprocessing

from armctl.evidence.schema import open_store


def _opened(path):
    open_store(path, create=True).close()
    return True


def test_programs_that_begin_at_the_same_moment_all_get_the_store(tmp_path):
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        for number in range(10):  # each waits for the disk some 16 times, and a busy one takes its time
            path = tmp_path / str(number) / "evidence.sqlite"
            assert pool.map(_opened, [path] * 4, chunksize=1) == [True] * 4
