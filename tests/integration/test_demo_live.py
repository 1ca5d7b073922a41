"""The main job in real time behind a wire: guard, control with the real driver, screen and emulated servos."""

from pathlib import Path

import pytest

from tests.support.demos import done, practised


@pytest.mark.timeout(300)
def test_the_live_demo_does_the_job_through_driver_and_emulated_servos(tmp_path: Path) -> None:
    done(tmp_path / "out", "--arm", "so101-emulated", "--user", practised(tmp_path))
