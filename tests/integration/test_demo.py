"""The main job, by the command a newcomer types: exit code 0 only when physics says so."""

import pytest

from armctl.config.load import builtin
from armctl.evidence.store import read_session
from tests.support.demos import demo, done, met, practised


@pytest.mark.timeout(300)
def test_the_live_demo_does_the_job_through_all_processes(tmp_path):
    """In real time; an arm that a busy computer stops is told to go on, as by a person."""
    done(tmp_path / "out", "--arm", "so101-sim", "--user", practised(tmp_path))


@pytest.mark.timeout(300)
def test_the_fast_demo_of_a_guest_does_the_job_and_leaves_its_folder(tmp_path):
    done(tmp_path / "out", "--fast", "--arm", "so101-sim")


@pytest.mark.timeout(300)
def test_another_arm_does_the_job_and_leaves_its_folder(tmp_path):
    done(tmp_path / "out", "--fast", "--arm", "wx250s-sim", "--user", practised(tmp_path))


@pytest.mark.timeout(300)
def test_without_physics_too_and_the_same_seed_is_the_same_session_however_it_is_judged(tmp_path):
    """The arm stops 25 mm before the mouth; where only 10 mm count as offered, the same job was not done.

    It ends with another exit code then, and says what failed.
    """
    given = ("--fast", "--arm", "so101-ideal", "--seed", "3", "--user", practised(tmp_path))
    done(tmp_path / "first", *given)
    text = builtin("scenes", "kitchen_table").read_text(encoding="utf-8")
    assert "drink_radius = 0.03" in text
    scene = tmp_path / "strict.toml"
    scene.write_text(text.replace("drink_radius = 0.03", "drink_radius = 0.01"), encoding="utf-8")
    out = tmp_path / "second"
    run = demo(out, *given, "--scene", str(scene))
    assert run.returncode == 1, run.stdout + run.stderr
    assert met(out) == [True, False, True, True, True, True]
    assert "The job was not done" in (out / "report.html").read_text(encoding="utf-8")
    first, second = (read_session(folder / "evidence.sqlite").events for folder in (tmp_path / "first", out))
    assert len(first) > 100
    assert first == second, "not the same to the last moment"


def test_a_folder_with_other_peoples_files_is_left_alone(tmp_path):
    (tmp_path / "thesis.docx").write_text("mine")
    run = demo(tmp_path, "--fast")
    assert run.returncode == 2
    assert "thesis.docx" in run.stderr
    assert (tmp_path / "thesis.docx").read_text() == "mine"


def test_fast_with_an_arm_that_needs_real_time_is_refused(tmp_path):
    run = demo(tmp_path / "out", "--fast", "--arm", "so101-emulated")
    assert run.returncode == 2
    assert "--fast" in run.stderr
