"""The import contracts see what they are meant to see: forbidden imports are planted into a copy, one at a time."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("bot", "handlers", "sync", "store", "sandbox")

PLANTED = [
    # Floors: imports point down.
    ("store/database.py", "sync.errors"),
    ("store/engine/inbox.py", "sync.engine.inbox"),
    ("store/harvest/mirror.py", "handlers.slack.blocks"),
    ("store/units.py", "bot.settings"),
    ("sync/flows.py", "handlers.announcements"),
    ("sync/budget/locks.py", "handlers.cards.budget"),
    ("sync/asana/task/context.py", "bot.settings"),
    ("sync/rules/text/durations.py", "bot.clock"),
    ("handlers/log/listeners.py", "bot.settings"),
    ("handlers/slack/listening.py", "bot.wiring.app"),
    # The sandbox and the house know each other through the demo alone.
    ("sandbox/clock.py", "sync.rules.text.durations"),
    ("sandbox/harvest/server.py", "store.units"),
    ("bot/wiring/app.py", "sandbox.clock"),
    ("handlers/home/listeners.py", "sandbox.agency"),
    ("sync/harvest/import_job.py", "sandbox.harvest.server"),
    ("store/schema.py", "sandbox.faults"),
    # Features of a floor: downwards, never sideways.
    ("sync/budget/status.py", "sync.time_entries.entries"),
    ("sync/time_entries/targets.py", "sync.asana.task_links"),
    ("sync/harvest/connect.py", "sync.budget.locks"),
    ("sync/people/people.py", "sync.harvest.access"),
    ("sync/engine/notices.py", "sync.people.people"),
    ("sync/ports/harvest.py", "sync.engine.inbox"),
    ("sync/errors.py", "sync.rules.text.durations"),
    ("sync/asana/task/sync.py", "sync.asana.intake.webhooks"),
    ("sync/asana/mapping/mapping.py", "sync.asana.holds.decisions"),
    ("sync/rules/budget/bands.py", "sync.rules.time_entries.timesheet"),
    ("sync/rules/text/durations.py", "sync.rules.budget.bands"),
    ("handlers/log/listeners.py", "handlers.timer.listeners"),
    ("handlers/budget/buttons.py", "handlers.asana.listeners"),
    ("handlers/cards/entry.py", "handlers.log.views"),
    ("handlers/slack/replies.py", "handlers.cards.entry"),
    ("store/budget/budgets.py", "store.asana.tasks"),
    ("store/engine/inbox.py", "store.people.people"),
    ("store/harvest/records.py", "store.time_entries.records"),
    # Clients: built by bot, and the only ones that make requests.
    ("sync/asana/intake/sweep.py", "httpx"),
    ("sync/asana/intake/sweep.py", "sync.clients.asana.client"),
    ("sync/people/people.py", "httpx"),
    ("sync/time_entries/outbox.py", "sync.clients.harvest.client"),
    ("handlers/slack/replies.py", "httpx"),
    ("store/harvest/mirror.py", "httpx"),
    # The database: SQLAlchemy and tables stay in the store.
    ("sync/budget/locks.py", "sqlalchemy"),
    ("handlers/budget/listeners.py", "store.budget.tables"),
    ("sync/harvest/deletions.py", "store.harvest.tables"),
    ("bot/process/service.py", "store.scope"),
    ("bot/cli/commands.py", "alembic"),
    # Slack is known above sync alone.
    ("sync/time_entries/entries.py", "slack_sdk"),
    ("store/engine/notices.py", "slack_bolt"),
    # What is pure touches nothing doubles.
    ("store/asana/records/api.py", "sqlalchemy"),
    ("store/asana/records/state.py", "time"),
    ("store/time_entries/records.py", "asyncio"),
    ("sync/rules/asana/plan.py", "store.database"),
    ("sync/rules/budget/burn.py", "random"),
    ("handlers/asana/views/forms.py", "slack_bolt"),
    ("handlers/budget/views/lock_cards.py", "time"),
    ("handlers/log/views.py", "logging"),
    ("handlers/cards/hold.py", "os"),
]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("house")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    clean = lint(folder)
    assert clean.returncode == 0, clean.stdout
    return folder


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--no-logo"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603 - our linter


@contextmanager
def planted(file: Path, module: str) -> Iterator[None]:
    before = file.read_text()
    file.write_text(f"{before}\nimport {module}\n")
    try:
        yield
    finally:
        file.write_text(before)


@pytest.mark.parametrize(("file", "module"), PLANTED)
def test_a_forbidden_import_is_noticed(copy: Path, file: str, module: str) -> None:
    with planted(copy / file, module):
        found = lint(copy)
    assert "BROKEN" in found.stdout, found.stdout + found.stderr
