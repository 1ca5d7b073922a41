"""The demo's report: one page with the verdict, the figures and the pictures, readable without armctl."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path

from armctl.evidence.store import SessionRecord, read_session
from sim.witness import Verdict

STYLE = """
body { font: 18px/1.5 sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #111; background: #fff }
table { border-collapse: collapse; margin: 1rem 0 }
th, td { text-align: left; padding: .3rem 1rem .3rem 0; border-bottom: 1px solid #bbb }
img { max-width: 100%; border: 1px solid #bbb }
figure { margin: 1rem 0 } figcaption { color: #333 }
.yes { color: #05601f; font-weight: bold } .no { color: #a00000; font-weight: bold }
"""


def write_report(folder: Path, verdict: Verdict, store: Path, arm: str) -> Path:
    """Write ``report.html`` into ``folder`` and return its path.

    Args:
        folder: Where pictures and film already are.
        verdict: What the witness found.
        store: The evidence of the session.
        arm: Name of the arm.

    Raises:
        SetupError: The evidence cannot be read.
    """
    session = read_session(store)
    pictures = sorted(folder.glob("*.png"))
    head = "The job was done." if verdict.passed else "The job was not done."
    parts = [
        f"<h1>{head}</h1>",
        f"<p>One scripted person, one switch, {html.escape(arm)}, {session.duration:.0f} s, {session.started}.</p>",
        "<h2>What physics saw</h2>",
        _verdict_table(verdict),
        "<h2>What was recorded</h2>",
        _counts_table(session),
        "<h2>The film, about three times life speed</h2>",
        '<img src="film.gif" alt="The screen from start to end">',
        "<h2>The screens along the way</h2>",
        *_figures(pictures),
    ]
    path = folder / "report.html"
    opening = '<!doctype html><html lang="en"><meta charset="utf-8"><title>armctl demo</title>'
    path.write_text("\n".join([opening, f"<style>{STYLE}</style>", *parts, "</html>\n"]), encoding="utf-8")
    return path


def _verdict_table(verdict: Verdict) -> str:
    rows = [
        f"<tr><td>{html.escape(c.question)}</td><td>{html.escape(c.measured)}</td>"
        f'<td class="{"yes" if c.met else "no"}">{"yes" if c.met else "no"}</td></tr>'
        for c in verdict.criteria
    ]
    return "<table><tr><th>question</th><th>measured</th><th>met</th></tr>" + "".join(rows) + "</table>"


def _counts_table(session: SessionRecord) -> str:
    rows = [
        f"<tr><td>{html.escape(kind)}</td><td>{count}</td></tr>" for kind, count in sorted(session.counts().items())
    ]
    return "<table><tr><th>kind</th><th>records</th></tr>" + "".join(rows) + "</table>"


def _figures(pictures: Sequence[Path]) -> list[str]:
    return [
        f'<figure><img src="{html.escape(p.name)}" alt=""><figcaption>{html.escape(p.stem)}</figcaption></figure>'
        for p in pictures
    ]
