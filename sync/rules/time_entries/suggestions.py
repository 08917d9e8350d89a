"""What a word may have meant: the nearest projects for an unknown TARGET, the tasks a `#TASK` stands for."""

import re
import unicodedata
from collections.abc import Iterable

from rapidfuzz import fuzz
from rapidfuzz.utils import default_process

from store.harvest.records import Project, Task

_NUMBER = re.compile(r"-\d+$", re.ASCII)
_GAPS = re.compile(r"[\s\-_]+")


def nearest(word: str, projects: Iterable[Project], limit: int = 3) -> list[Project]:
    """The `limit` active projects whose code, name or client is most like the word, best first (contract, section 4).

    Of `ACNE-12` the part before the number is compared with the codes as well.
    """
    typed = default_process(word)
    stem = default_process(_NUMBER.sub("", word.strip()))
    active = (project for project in projects if project.is_active)
    return sorted(active, key=lambda project: (-_likeness(typed, stem, project), project.name, project.id))[:limit]


def nearest_names(word: str, names: Iterable[str], limit: int = 3) -> list[str]:
    """Those most like the word, best first."""
    typed = default_process(word)
    return sorted(names, key=lambda name: (-fuzz.WRatio(typed, default_process(name)), name))[:limit]


def match_tasks(typed: str, tasks: Iterable[Task]) -> tuple[Task, ...]:
    """Active tasks whose name begins with what was typed, in any case and with hyphens as blanks (ruling 3).

    A task of exactly that name wins over longer ones: `#design` is Design though there is a Design review.
    """
    wanted = _key(typed)
    if not wanted:
        return ()
    fitting = tuple(task for task in tasks if task.is_active and _key(task.name).startswith(wanted))
    exact = tuple(task for task in fitting if _key(task.name) == wanted)
    return exact or fitting


def _likeness(typed: str, stem: str, project: Project) -> float:
    """0 to 100. Codes are short, so only the whole of one counts; of names and clients any part may be meant."""
    code = default_process(project.code)
    return max(
        fuzz.ratio(typed, code),
        fuzz.ratio(stem, code),
        fuzz.WRatio(stem, default_process(project.name)),
        fuzz.WRatio(stem, default_process(project.client_name)),
    )


def _key(name: str) -> str:
    return _GAPS.sub(" ", unicodedata.normalize("NFKC", name).casefold()).strip()
