"""What `/timer` shows where it cannot start: lines that do what they say."""

import re
from dataclasses import replace

import pytest

from handlers.timer.views import unclear
from store.harvest.records import Task
from sync.rules.time_entries.suggestions import match_tasks
from sync.rules.time_entries.timer_command import Start, parse
from sync.time_entries.targets import UnclearTarget
from tests.views.entry_samples import TODAY, WEBSITE

TASKS = [Task(index, name, is_active=True) for index, name in enumerate(["Design", "Project management", "QA"])]


@pytest.mark.parametrize("code", ["ACME-12", ""])
def test_each_task_is_a_line_that_starts_a_timer_on_it(code: str) -> None:
    project = replace(WEBSITE, code=code)
    text = unclear(UnclearTarget("Which task on Website relaunch?", [], project, tasks=TASKS)).text
    lines = re.findall(r"`/timer (.*?)`", text)
    read = [parse(line, codes=["ACME-12"], today=TODAY) for line in lines]
    assert all(isinstance(one, Start) and (one.target or "") == code for one in read)
    assert [match_tasks(one.task or "", TASKS) for one in read if isinstance(one, Start)] == [(one,) for one in TASKS]
    assert "No timer was started or stopped." in text
