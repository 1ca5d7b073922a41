"""The demo's report: one page with the verdict, the figures and the pictures, readable without armctl."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from armctl.evidence.store import read_session
from armctl.evidence.summary import sentences
from sim.witness import Verdict

NUMBERED: Final = re.compile(r"(?P<number>\d+)-(?P<shown>.+)")
"""Name of a picture: its number, and what the screen showed."""
STYLE: Final = """
body { font: 18px/1.5 sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #111; background: #fff }
table { border-collapse: collapse; margin: 1rem 0 }
th, td { text-align: left; vertical-align: top; padding: .3rem 1rem .3rem 0; border-bottom: 1px solid #bbb }
img { max-width: 100%; border: 1px solid #bbb }
.screens { display: grid; grid-template-columns: repeat(auto-fill, minmax(20rem, 1fr)); gap: 1rem }
figure { margin: 0 } figcaption { color: #333 }
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
    shown = first_shown(folder.glob("*.png"))
    head = "The job was done." if verdict.passed else "The job was not done."
    parts = [
        f"<h1>{head}</h1>",
        f"<p>One scripted person, one switch, {html.escape(arm)}, {session.duration:.0f} s, {session.started}.</p>",
        "<h2>What happened to the cup</h2>",
        _verdict_table(verdict),
        "<h2>What was recorded</h2>",
        *(f"<p>{html.escape(sentence)}</p>" for sentence in sentences(session)),
        "<h2>The film, about three times life speed</h2>",
        '<img src="film.gif" alt="The screen from start to end">',
        "<h2>The screens along the way</h2>",
        "<p>Each one once, when it first appeared; the folder has the others.</p>",
        f'<div class="screens">{"".join(map(_figure, shown))}</div>',
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


def first_shown(pictures: Iterable[Path]) -> Sequence[Path]:
    """Return of ``pictures`` those that show a screen for the first time, in the order of their numbers."""
    first: dict[str, Path] = {}
    for _, shown, path in sorted(map(_parts, pictures)):
        first.setdefault(shown, path)
    return tuple(first.values())


def _parts(path: Path) -> tuple[int, str, Path]:
    found = NUMBERED.fullmatch(path.stem)
    return (int(found["number"]), found["shown"], path) if found else (0, path.stem, path)


def _figure(path: Path) -> str:
    name, caption = html.escape(path.name), html.escape(_parts(path)[1].replace("-", " "))
    return f'<figure><img src="{name}" alt="The screen: {caption}"><figcaption>{caption}</figcaption></figure>'
