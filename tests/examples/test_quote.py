"""What documents quote is what is tested, and what they name is there."""

import re

import pytest

from tests.examples.quote import QUOTE, ROOT, quoted

ADDING = (ROOT / "docs/adding-an-arm.md").read_text(encoding="utf-8")
DOCUMENTS = {path.relative_to(ROOT): path for path in [*ROOT.glob("docs/*.md"), ROOT / "drivers/README.md"]}


def prose(path):
    """The document without what it quotes."""
    return QUOTE.sub("", (ROOT / path).read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", DOCUMENTS.values(), ids=map(str, DOCUMENTS))
def test_every_quoted_file_is_quoted_as_it_is(path):
    text = path.read_text(encoding="utf-8")
    assert quoted(text) == text, f"bring it up to date: python -m tests.examples.quote {path.relative_to(ROOT)}"
    assert len(QUOTE.findall(text)) == text.count("<!-- file: ")


def test_the_whole_example_is_quoted():
    wanted = {f"tests/examples/tiny/{name}" for name in ("codec.py", "arm.py", "emulator.py", "tiny_arm.toml")}
    assert {found["path"] for found in QUOTE.finditer(ADDING)} == wanted


def test_a_document_that_is_out_of_date_is_noticed(tmp_path):
    (tmp_path / "a.py").write_text("x = 1\n", encoding="utf-8")
    old = "before\n<!-- file: a.py -->\n```python\nx = 0\n```\nafter\n"
    assert quoted(old, tmp_path) == "before\n<!-- file: a.py -->\n```python\nx = 1\n```\nafter\n"
    assert quoted(quoted(old, tmp_path), tmp_path) == quoted(old, tmp_path)


@pytest.mark.parametrize("path", ["docs/adding-an-arm.md", "drivers/README.md"])
def test_every_file_that_is_named_is_there(path):
    named = set(re.findall(r"`((?:armctl|drivers|sim|tests|configs|docs|benchmarks)/[\w./\-]+)`", prose(path)))
    assert named
    missing = sorted(name for name in named if not re.search("NAME|mine", name) and not (ROOT / name).exists())
    assert missing == []


@pytest.mark.parametrize("path", ["docs/adding-an-arm.md", "drivers/README.md"])
def test_every_link_leads_somewhere(path):
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", prose(path)):
        assert ((ROOT / path).parent / target).exists(), target
