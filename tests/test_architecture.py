"""The house stays as design and README say: sizes, settings, commands, jobs, features, forbidden words."""

import ast
import re
from pathlib import Path

import pytest

from bot.cli.commands import cli
from bot.process.schedule import JOBS
from bot.settings import Settings
from store.time_entries.records import EntryState

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()
HOUSE = ("bot", "handlers", "sync", "store")
MODULES = [path for package in HOUSE for path in (ROOT / package).rglob("*.py") if "versions" not in path.parts]


def functions() -> list[tuple[int, str]]:
    """Lines and name of every function of the house."""
    found = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                found.append((lines, f"{path.relative_to(ROOT)}:{node.name}"))
    return sorted(found)


def test_functions_are_small_and_even() -> None:
    lines = functions()
    assert lines[len(lines) // 2][0] <= 10
    assert lines[len(lines) * 9 // 10][0] <= 30
    # The composition root is a list of parts, and the one exception.
    assert [one for one in lines if one[0] > 60 and "_assemble" not in one[1]] == []


def test_files_are_small() -> None:
    lines = sorted((path.read_text().count("\n"), str(path.relative_to(ROOT))) for path in MODULES)
    assert lines[len(lines) * 9 // 10][0] <= 250
    assert lines[-1][0] <= 400


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_the_readme_lists_every_setting(name: str) -> None:
    assert f"`{name.upper()}`" in README


def test_the_readme_lists_no_other_setting() -> None:
    table = README.split("## Settings")[1].split("##")[0]
    listed = {
        name.lower()
        for line in table.splitlines()
        for name in re.findall(r"`([A-Z_]{4,})`", line.split("|")[1:2][0] if "|" in line else "")
    }
    assert listed == set(Settings.model_fields)


def test_the_readme_lists_every_command_and_job() -> None:
    for command in cli.registered_commands:
        assert f"`gleaner {command.name or command.callback.__name__}" in README
    for job in JOBS:
        assert f"`{job}`" in README


def test_the_readme_shows_every_state_of_an_entry() -> None:
    for state in EntryState:
        assert state.value in README


def test_the_feature_map_is_true() -> None:
    """Every path in the table exists, and every feature folder has its row."""
    table = README.split("## What it does")[1].split("**`/log")[0]
    paths = re.findall(r"`([\w/.]+)`", table)
    assert [path for path in paths if not (ROOT / path).exists()] == []
    features = {path.name for path in (ROOT / "handlers").iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert features == {path.removeprefix("handlers/") for path in paths if path.startswith("handlers/")}


def test_nothing_else_stands_at_the_top() -> None:
    allowed = {
        *HOUSE, "tests", "sandbox", "bench", "docs", "pyproject.toml", "Procfile", "Makefile", "README.md", "LICENSE",
        "requirements.txt", "requirements-dev.txt", "artifacts", "build", "gleaner.egg-info",
    }  # fmt: skip
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert found - allowed == set()
