"""``armctl practice show`` prints what was practised."""

from contextlib import closing

from rich.console import Console
from typer.testing import CliRunner

from armctl.cli import practice
from armctl.cli.main import app
from armctl.clock import SteppedClock
from armctl.evidence.recorder import Recorder, SessionFacts


def test_rounds_are_listed_for_all_or_for_one(tmp_path, monkeypatch):
    monkeypatch.setattr(practice, "OUT", Console(highlight=False, width=160))
    path = tmp_path / "evidence.sqlite"
    for user, game in (("ona", "timed"), ("jonas", "scan")):
        with closing(Recorder(path, SessionFacts(user, "so101-sim", "kitchen_table", "1"), SteppedClock())) as recorder:
            recorder.record(
                "training", game=game, level=1, reached=2, hits=4, misses={"late": 1}, times=(2.0, 3.0),
                seconds=30.0, left=False,
            )  # fmt: skip
    every = CliRunner().invoke(app, ["practice", "show", "--store", str(path)])
    assert every.exit_code == 0
    assert every.output.count("Right moment") == every.output.count("Find it") == 2  # where they stand, and the rounds
    one = CliRunner().invoke(app, ["practice", "show", "--store", str(path), "--user", "ona"])
    assert "Find it" not in one.output
    none = CliRunner().invoke(app, ["practice", "show", "--store", str(path), "--user", "rasa"])
    assert none.output.strip() == "No practice of rasa is recorded yet."
