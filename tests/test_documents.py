"""What README and guides name is there: files, pictures, commands with their options, make's targets, import layers."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest
import typer

from armctl.cli.main import app

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([ROOT / "README.md", *ROOT.glob("docs/**/*.md"), *ROOT.glob("drivers/**/*.md")])
PLACEHOLDER = re.compile(r"NAME|LANGUAGE|mine|[*…]")
BESIDE = ("", "armctl/", *(f"armctl/{p}/" for p in ("safety", "control", "motion", "kinematics", "access", "config")))
"""Where a file named without its folder may be: tables name the folder once and then the files beside it."""
COMMAND = typer.main.get_command(app)


def text_of(document):
    return document.read_text(encoding="utf-8")


def said(document):
    """Return what stands in ticks or in blocks of commands in ``document``, line by line."""
    blocks = re.findall(r"```\w*\n(.*?)```", text_of(document), re.DOTALL)
    ticks = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text_of(document), flags=re.DOTALL))
    return [*ticks, *(line for block in blocks for line in block.splitlines())]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_and_every_named_file_of_a_document_leads_somewhere(document):
    links = re.findall(
        r"\]\(([^)#\s]+\.(?:md|png|toml|py)|[\w./]+)\)", re.sub(r"```.*?```", "", text_of(document), flags=re.DOTALL)
    )
    assert [link for link in links if not (document.parent / link).exists()] == []
    paths = {word for word in said(document) if re.fullmatch(r"[\w./-]+/(?:[\w.-]+\.(?:py|toml|md|ini))?", word)}
    named = {path for path in paths if not PLACEHOLDER.search(path)}
    assert [path for path in named if not any((ROOT / folder / path).exists() for folder in BESIDE)] == []


def usage_of(words):
    """Return the command that ``words`` name, and the words behind its name."""
    command, rest = COMMAND, words
    while hasattr(command, "commands") and rest and rest[0] in command.commands:
        command, rest = command.commands[rest[0]], rest[1:]
    return command, rest


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_a_document_names_is_there_with_its_options(document):
    for line in said(document):
        if not re.match(r"armctl [a-z]", line):
            continue
        words = shlex.split(line, comments=True)[1:]
        command, rest = usage_of(words)
        assert command is not COMMAND, line
        known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
        assert [word for word in rest if word.startswith("--") and word not in known] == [], line


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_target_of_make_a_document_names_is_there(document):
    targets = set(re.findall(r"^([a-z]+):", text_of(ROOT / "Makefile"), re.MULTILINE))
    assert {match[1] for line in said(document) if (match := re.match(r"make ([a-z]+)", line))} <= targets


def test_the_layers_of_the_architecture_page_are_those_of_the_contract():
    contract = tomllib.loads(text_of(ROOT / "pyproject.toml"))["tool"]["importlinter"]["contracts"][0]["layers"]
    assert "\n".join(contract) in text_of(ROOT / "docs/architecture.md")
