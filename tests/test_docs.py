"""The pages in docs/ stay true where a machine can tell: the paths, the links and the make targets that they name."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted((ROOT / "docs").rglob("*.md"))
ENTRY = ROOT / "README.md"
_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_QUOTED = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(r"(?:bot|handlers|sync|store|tests|sandbox|bench|docs)/[\w./-]*")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_MAKE = re.compile(r"\bmake ([a-z][a-z-]*)")


def named(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def quoted(text: str) -> list[str]:
    """What stands between backticks in prose and tables. Blocks of code are examples, so their paths need not exist."""
    return _QUOTED.findall(_FENCED.sub("", text))


def lost_paths(text: str) -> list[str]:
    return [word for word in quoted(text) if _PATH.fullmatch(word) and not (ROOT / word).exists()]


def broken_links(page: Path, text: str) -> list[str]:
    """Links to files that are not there, and to headings that the file does not have."""
    return [link for link in _LINK.findall(text) if "://" not in link and not _leads_somewhere(page, link)]


def _leads_somewhere(page: Path, link: str) -> bool:
    name, _, heading = link.partition("#")
    target = page.parent / name if name else page
    return target.exists() and (not heading or heading in _headings(target.read_text()))


def _headings(text: str) -> set[str]:
    """As GitHub writes them in addresses."""
    lines = [line.lstrip("#").strip() for line in text.splitlines() if re.match(r"#+ ", line)]
    return {re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in lines}


def unknown_targets(text: str) -> list[str]:
    """Targets of make between backticks, or at the beginning of a line of code, that the Makefile does not have."""
    has = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    commands = [word for word in quoted(text) if word.startswith("make ")]
    commands += re.findall(r"^make .*$", text, re.MULTILINE)
    return [target for line in commands for target in _MAKE.findall(line) if target not in has]


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_path_on_a_page_exists(page: Path) -> None:
    assert lost_paths(page.read_text()) == []


@pytest.mark.parametrize("page", [ENTRY, *PAGES], ids=named)
def test_every_link_leads_somewhere(page: Path) -> None:
    assert broken_links(page, page.read_text()) == []


@pytest.mark.parametrize("page", [ENTRY, *PAGES], ids=named)
def test_every_make_target_exists(page: Path) -> None:
    assert unknown_targets(page.read_text()) == []


def test_every_decision_is_in_the_index() -> None:
    """By its number and title, in order, so that none is overlooked."""
    folder = ROOT / "docs" / "decisions"
    titles = {path.name: path.read_text().splitlines()[0].lstrip("# ") for path in folder.glob("[0-9]*.md")}
    listed = re.findall(r"\[([^]]+)\]\((\d{4}-[\w-]+\.md)\)", (folder / "README.md").read_text())
    assert listed == [(title, name) for name, title in sorted(titles.items())]


def test_what_is_not_there_is_noticed() -> None:
    text = "`sync/nowhere.py` [gone](nowhere.md) [lost](#no-such-heading) `make nothing`\n```\nsync/example.py\n```\n"
    assert lost_paths(text) == ["sync/nowhere.py"]
    assert broken_links(ENTRY, text) == ["nowhere.md", "#no-such-heading"]
    assert unknown_targets(text) == ["nothing"]
