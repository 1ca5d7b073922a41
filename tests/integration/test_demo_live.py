"""The main job in real time, through all processes: physics beside control, and physics behind a wire."""

from pathlib import Path

import pytest

from armctl.config.load import builtin
from tests.support.demos import demo, met

PRACTISED = {
    "\nspeed = 0.6": "\nspeed = 1.0",
    "\ninterval = 1.5": "\ninterval = 0.9",
    "\nfirst_extra = 0.8": "\nfirst_extra = 0.4",
    "\nenabled = true": "\nenabled = false",
}
"""Lines of the shipped profile, and what stands for each."""


@pytest.fixture
def practised(tmp_path: Path) -> str:
    """A guest who was measured: quicker scanning, no preview, and all the arm's speed.

    The guest of the shipped profile does the same job in test_demo, where nobody has to wait for it.
    """
    text = builtin("users", "guest").read_text(encoding="utf-8")
    for shipped, quicker in PRACTISED.items():
        assert text.count(shipped) == 1
        text = text.replace(shipped, quicker)
    path = tmp_path / "practised.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("arm", ["so101-sim", "so101-emulated"])
def test_the_live_demo_does_the_job_through_all_processes(arm: str, practised: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run = demo(out, "--arm", arm, "--user", practised)
    assert run.returncode == 0, run.stdout + run.stderr
    assert all(met(out))
