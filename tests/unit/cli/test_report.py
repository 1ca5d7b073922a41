"""The report of a demo shows each screen once, and tells in sentences what was recorded."""

from contextlib import closing

from armctl.cli.report import first_shown, write_report
from armctl.clock import SteppedClock
from armctl.evidence.recorder import Recorder, SessionFacts
from sim.witness import Criterion, Verdict


def test_each_screen_is_shown_once_in_the_order_in_which_it_appeared(tmp_path):
    names = ("100-home.png", "02-arming.png", "11-running-reaching.png", "9-home.png", "101-running-reaching.png")
    assert [path.name for path in first_shown(tmp_path / name for name in names)] == [
        "02-arming.png",
        "9-home.png",
        "11-running-reaching.png",
    ]


def test_the_report_holds_verdict_sentences_and_pictures_with_words_and_nothing_unescaped(tmp_path):
    (tmp_path / "01-home.png").touch()
    store = tmp_path / "evidence.sqlite"
    with closing(Recorder(store, SessionFacts("a<b", "so101", "kitchen", "test"), SteppedClock())) as recorder:
        recorder.record("fault", title="<b>hot</b>")
    verdict = Verdict((Criterion("Was the cup lifted?", "no", False),))
    text = write_report(tmp_path, verdict, store, "so101<i>").read_text(encoding="utf-8")
    assert "The job was not done." in text
    assert "Faults: &lt;b&gt;hot&lt;/b&gt; (once)." in text
    assert 'alt="The screen: home"' in text
    assert "<i>" not in text
