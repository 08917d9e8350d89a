"""The house stays as design and README say: sizes, settings, commands, jobs, features, forbidden words."""

import ast
import re
from itertools import chain
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
    assert lines[len(lines) // 2][0] <= 8
    assert lines[len(lines) * 9 // 10][0] <= 20
    assert [one for one in lines if one[0] > 60] == []


def test_files_are_small() -> None:
    lines = sorted((path.read_text().count("\n"), str(path.relative_to(ROOT))) for path in MODULES)
    assert lines[len(lines) * 9 // 10][0] <= 250
    assert lines[-1][0] <= 400


def test_no_flow_takes_or_gives_just_anything() -> None:
    """The clients read what comes from outside; from there on everything has a type."""
    flows = [path for path in MODULES if path.relative_to(ROOT).parts[0] == "sync" and "clients" not in path.parts]
    vague = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in flows
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for part in [node.args, *([node.returns] if node.returns else [])]
        if any(isinstance(name, ast.Name) and name.id == "Any" for name in ast.walk(part))
    ]
    assert vague == []


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
        assert f"`gleaner {command.name or getattr(command.callback, '__name__', '')}" in README
    for job in JOBS:
        assert f"`{job}`" in README


def test_the_readme_shows_every_state_of_an_entry() -> None:
    for state in EntryState:
        assert state.value in README


SHARED = {
    "handlers": {"slack", "cards"},
    "sync": {"engine", "clients", "ports", "news", "rules"},
    "sync/rules": {"text"},
    "store": {"engine", "migrations"},
}
KINDS = ("rules", "flows", "clients", "views", "store", "journeys")
"""Folders of tests that are divided by feature."""


def feature_map() -> list[list[str]]:
    """The cells of README's table, a row a feature."""
    table = README.split("## What it does")[1].split("A feature is one word")[0]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| ")]
    return [row for row in rows if row[0] != "feature"]


def folders(parent: str) -> set[str]:
    return {path.name for path in (ROOT / parent).iterdir() if path.is_dir() and not path.name.startswith("__")}


def test_the_feature_map_is_true() -> None:
    """Every folder in the table exists, and below the flows it is called as the feature."""
    for word, *cells in feature_map():
        paths = [re.findall(r"`([\w/]+)`", cell) for cell in cells]
        assert [path for path in list(chain.from_iterable(paths)) if not (ROOT / path).is_dir()] == []
        assert {path.rsplit("/")[-1] for path in chain.from_iterable(paths[1:])} == {word}


@pytest.mark.parametrize(("floor", "column"), [("handlers", 1), ("sync", 2), ("sync/rules", 3), ("store", 4)])
def test_every_folder_of_a_floor_is_a_feature_or_one_of_the_shared_words(floor: str, column: int) -> None:
    named = {path for row in feature_map() for path in re.findall(rf"`{floor}/(\w+)`", row[column])}
    assert folders(floor) == named | SHARED[floor]


@pytest.mark.parametrize("floor", ["handlers", "sync", "store"])
def test_a_floor_has_few_rooms(floor: str) -> None:
    entries = folders(floor) | {path.name for path in (ROOT / floor).glob("[!_]*.py")}
    assert len(entries) <= 14, sorted(entries)


@pytest.mark.parametrize("kind", KINDS)
def test_tests_stand_in_the_folder_of_their_feature(kind: str) -> None:
    words = {row[0] for row in feature_map()} | {"text", "engine", "__snapshots__"}
    assert folders(f"tests/{kind}") - words == set()


def test_no_module_repeats_the_name_of_its_folder() -> None:
    """`sync/asana/asana_tasks.py` would say it twice. A module that is its feature's heart may be called like it."""
    said_twice = [path for path in MODULES if path.stem.startswith(f"{path.parent.name.rstrip('s')}_")]
    assert [str(path.relative_to(ROOT)) for path in said_twice] == []


OUTSIDE = {"sync/clients"}
"""Models of doubles systems are called as those systems call them."""


def test_one_name_is_one_thing() -> None:
    """No class name stands twice on one floor."""
    named: dict[tuple[str, str], list[str]] = {}
    for path in MODULES:
        where = path.relative_to(ROOT).as_posix()
        if any(where.startswith(folder) for folder in OUTSIDE):
            continue
        floor = "rules" if where.startswith("sync/rules/") else where.partition("/")[0]
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                named.setdefault((floor, node.name), []).append(where)
    assert {name: places for (_, name), places in named.items() if len(places) > 1} == {}


def test_only_the_tenant_knows_a_workspace() -> None:
    """Whose data it is comes down as one value: no flow and no listener handles a workspace's id."""
    knowing = [path for path in MODULES if "workspace_id" in path.read_text()]
    allowed = ("store/", "sync/engine/tenant.py", "bot/wiring/")
    found = [path.relative_to(ROOT).as_posix() for path in knowing]
    assert [path for path in found if not path.startswith(allowed)] == []


def test_nothing_else_stands_at_the_top() -> None:
    allowed = {
        *HOUSE, "tests", "sandbox", "bench", "docs", "pyproject.toml", "Procfile", "Makefile", "README.md", "LICENSE",
        "requirements.txt", "requirements-dev.txt", "artifacts", "build", "gleaner.egg-info",
    }  # fmt: skip
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert found - allowed == set()
