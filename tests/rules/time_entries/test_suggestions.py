"""What an unknown target or a short task may have meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.harvest.records import Project, Task
from sync.rules.time_entries.suggestions import match_tasks, nearest, nearest_names


def project(number: int, code: str, name: str, client: str, *, is_active: bool = True) -> Project:
    return Project(number, number, client, name, code, is_active, is_billable=True)


PROJECTS = [
    project(1, "ACME", "Website relaunch", "Acme Corp"),
    project(2, "BLUE", "Mobile app", "Bluebird"),
    project(3, "", "Annual report", "City of Example"),
    project(4, "ZED", "Support", "Zed & Sons"),
    project(5, "ACMX", "Old website", "Acme Corp", is_active=False),
]


@pytest.mark.parametrize(
    ("word", "first"),
    [
        ("ACNE", 1),
        ("acme", 1),
        ("ACNE-12", 1),  # the number is the ticket's, not the project's
        ("relaunch", 1),
        ("bluebrid", 2),
        ("annual", 3),
        ("supprt", 4),
        ("Zedd", 4),
    ],
)
def test_likeliest_project_comes_first(word: str, first: int) -> None:
    assert nearest(word, PROJECTS)[0].id == first


@given(st.text(), st.integers(0, 6))
def test_as_many_active_projects_are_named_as_asked_for(word: str, limit: int) -> None:
    found = nearest(word, iter(PROJECTS), limit)

    assert len(found) == min(limit, 4)
    assert all(one.is_active for one in found)


def test_three_are_named_unless_asked_otherwise() -> None:
    assert len(nearest("x", PROJECTS)) == 3
    assert nearest("x", []) == []


TASKS = [
    Task(1, "Design", is_active=True),
    Task(2, "Design review", is_active=True),
    Task(3, "Project Management", is_active=True),
    Task(4, "E-Mail", is_active=True),
    Task(5, "Programming", is_active=False),
    Task(6, "Büro", is_active=True),
]


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("design", [1]),  # the whole name wins over a longer one
        ("DESIGN", [1]),
        ("des", [1, 2]),
        ("design-review", [2]),
        ("design-r", [2]),
        ("project-management", [3]),
        ("proj", [3]),
        ("pro", [3]),  # Programming is no longer in use
        ("e-mail", [4]),
        ("bu\u0308ro", [6]),  # an umlaut in two characters
        ("management", []),  # the beginning counts
        ("designer", []),
        ("", []),
        ("-", []),
    ],
)
def test_task_is_matched_by_its_beginning(typed: str, ids: list[int]) -> None:
    assert [task.id for task in match_tasks(typed, TASKS)] == ids


NAMES = ["Website relaunch", "Mobile app", "Annual report", "Mobile shop", "Support"]


@pytest.mark.parametrize(
    ("word", "first"), [("relaunch", "Website relaunch"), ("moble app", "Mobile app"), ("SUPORT", "Support")]
)
def test_likeliest_name_comes_first(word: str, first: str) -> None:
    assert nearest_names(word, NAMES)[0] == first
    assert len(nearest_names(word, NAMES)) == 3


def test_of_names_that_are_alike_the_first_in_order_comes_first() -> None:
    assert nearest_names("mobile", reversed(NAMES), 2) == ["Mobile app", "Mobile shop"]
