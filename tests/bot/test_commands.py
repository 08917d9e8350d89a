"""The command line: help everywhere, one sentence for each fault, the right exit status, never a traceback."""

import json
import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner, Result

from bot.cli.commands import cli
from bot.cli.manifest import manifest
from bot.cli.mapping import text_of
from bot.process.schedule import JOBS
from bot.settings import Settings
from bot.wiring.app import NotStarted

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = ("run", "web", "worker", "migrate", "check", "job", "backfill", "manifest", "demo")
SECRET = "fake-hunter2"
UNREACHABLE = {"SLACK_API_URL": "http://127.0.0.1:9/api/", "HARVEST_API_URL": "http://127.0.0.1:9/v2"}
NEEDED = {
    "SLACK_BOT_TOKEN": f"xoxb-{SECRET}",
    "SLACK_SIGNING_SECRET": SECRET,
    "HARVEST_ACCESS_TOKEN": SECRET,
    "HARVEST_ACCOUNT_ID": "1234",
}

Gleaner = Callable[..., Result]


@pytest.fixture
def quiet() -> Iterator[None]:
    """Commands set logging up for their process; afterwards it is as it was."""
    root = logging.getLogger()
    handlers, level, logs = root.handlers, root.level, structlog.get_config()
    yield
    root.handlers, root.level = handlers, level
    structlog.configure(**logs)


@pytest.fixture
def gleaner(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, quiet: None) -> Gleaner:  # noqa: ARG001 - for its end
    """Runs a command in an empty folder, with nothing in the environment but what is given."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)

    def run(*words: str, **environment: str) -> Result:
        result = CliRunner().invoke(cli, words, env=environment)
        assert "Traceback" not in result.output
        assert SECRET not in result.output
        return result

    return run


def _lines(result: Result) -> list[str]:
    return result.stderr.splitlines()


def test_every_command_is_in_the_table(gleaner: Gleaner) -> None:
    registered = {command.name or command.callback.__name__ for command in cli.registered_commands if command.callback}
    assert registered == set(COMMANDS)
    help_text = gleaner("--help").stdout
    assert [name for name in COMMANDS if name not in help_text] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_help(command: str, gleaner: Gleaner) -> None:
    """Help needs no settings and shows none."""
    result = gleaner(command, "--help", **NEEDED)
    assert result.exit_code == 0
    assert f"{command} [OPTIONS]" in result.stdout


WRONG_USE = {
    "a job that is none": (("job", "nonsense"), "there is no job nonsense; there are " + ", ".join(JOBS)),
    "a time that is none": (("job", "import", "--now", "nonsense"), "nonsense is no time; write it as 2026-11-19T"),
    "a first day that is none": (("backfill", "--from", "19.11."), "19.11. is no date; write it as 2026-01-31"),
    "days the wrong way round": (("backfill", "--from", "2026-02-01", "--to", "2026-01-01"), "exchange them"),
    "a source that is none": (("backfill", "--from", "2026-01-01", "--source", "x"), "--source is harvest or asana"),
    "both transports": (("manifest", "--socket", "--http", "--url", "https://x.example"), "choose --socket or --http"),
    "a transport and an address": (("manifest", "--socket", "--url", "https://x.example"), "choose --socket or --http"),
    "HTTP without an address": (("manifest", "--http"), "--http and --url go together"),
    "an address without HTTP": (("manifest", "--url", "https://x.example"), "--http and --url go together"),
}


@pytest.mark.parametrize(("words", "says"), WRONG_USE.values(), ids=WRONG_USE)
def test_wrong_use_is_one_sentence_and_exit_2(words: tuple[str, ...], says: str, gleaner: Gleaner) -> None:
    result = gleaner(*words)
    assert result.exit_code == 2
    (line,) = _lines(result)
    assert line.startswith("gleaner: ")
    assert says in line
    assert result.stdout == ""


@pytest.mark.parametrize("words", [("nonsense",), ("run", "--nonsense"), ("job",), ("demo", "--port", "x")])
def test_words_that_no_command_takes_are_exit_2(words: tuple[str, ...], gleaner: Gleaner) -> None:
    result = gleaner(*words)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr


@pytest.mark.parametrize("half", ["web", "worker"])
def test_halves_apart_need_postgresql(half: str, gleaner: Gleaner) -> None:
    result = gleaner(half, **NEEDED)
    assert result.exit_code == 2
    assert _lines(result) == ["gleaner: web and worker apart need PostgreSQL; with SQLite use `gleaner run`."]


@pytest.mark.parametrize("words", [("run",), ("web",), ("worker",), ("migrate",), ("job", "import")])
def test_missing_settings_are_all_listed_and_exit_1(words: tuple[str, ...], gleaner: Gleaner) -> None:
    result = gleaner(*words)
    assert result.exit_code == 1
    assert {line.split()[1] for line in _lines(result)} == set(NEEDED)
    assert all(line.startswith("gleaner: ") for line in _lines(result))


def test_check_lists_missing_settings(gleaner: Gleaner) -> None:
    result = gleaner("check")
    assert result.exit_code == 1
    found = [line.split()[:3] for line in result.stdout.splitlines()]
    assert sorted(found) == [["wrong", "settings:", name] for name in sorted(NEEDED)]


def test_check_tells_what_cannot_be_reached(gleaner: Gleaner) -> None:
    """Everything is examined, whatever was wrong before it; one line each."""
    result = gleaner("check", **NEEDED, **UNREACHABLE)
    found = {line[8:].partition(":")[0]: line.split()[0] for line in result.stdout.splitlines()}
    assert result.exit_code == 1
    assert found == {
        "settings": "ok",
        "COORDINATOR": "warning",
        "ALERT_CHANNEL": "warning",
        "PUBLIC_URL": "warning",
        "database": "warning",
        "Slack": "wrong",
        "Harvest token": "wrong",
    }


def test_a_job_without_slack_is_one_sentence_and_exit_1(gleaner: Gleaner) -> None:
    result = gleaner("job", "deliver", **NEEDED, **UNREACHABLE)
    assert result.exit_code == 1
    assert _lines(result)[-1].startswith("gleaner: Slack cannot be reached (")
    assert "SLACK_API_URL" in _lines(result)[-1]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (None, "cannot be read: No such file"),
        (b"PK\x03\x04", "a spreadsheet's own file: save it as “CSV UTF-8”"),
        ("Büro".encode("cp1252"), "not in UTF-8: save it as “CSV UTF-8”"),
    ],
)
def test_a_mapping_that_is_no_csv_is_told_in_plain_words(data: bytes | None, says: str, tmp_path: Path) -> None:
    file = tmp_path / "mapping.csv"
    if data is not None:
        file.write_bytes(data)
    with pytest.raises(NotStarted, match=says):
        text_of(file)


def test_migrate_twice(gleaner: Gleaner) -> None:
    for _ in range(2):
        result = gleaner("migrate", **NEEDED)
        assert (result.exit_code, result.stdout) == (0, "the database has the newest schema\n")
    assert Path("gleaner.db").is_file()


def test_migrate_where_no_database_can_be_is_one_sentence_and_exit_1(gleaner: Gleaner) -> None:
    result = gleaner("migrate", **NEEDED, DATABASE_URL="sqlite:///no/such/folder/gleaner.db")
    assert result.exit_code == 1
    (line,) = _lines(result)
    assert line.startswith("gleaner: DATABASE_URL is wrong: the folder of that file does not exist; use sqlite:///")


MANIFESTS = {
    "by default": (("manifest",), {}, manifest()),
    "for Socket Mode": (("manifest", "--socket"), {}, manifest()),
    "for HTTP": (("manifest", "--http", "--url", "https://x.example"), {}, manifest(url="https://x.example")),
    "with a prefix": (("manifest", "--prefix", "gl-"), {}, manifest(prefix="gl-")),
    "with the prefix that is set": (("manifest",), {"COMMAND_PREFIX": "gl-"}, manifest(prefix="gl-")),
}


@pytest.mark.parametrize(("words", "environment", "printed"), MANIFESTS.values(), ids=MANIFESTS)
def test_manifest(
    words: tuple[str, ...], environment: dict[str, str], printed: dict[str, object], gleaner: Gleaner
) -> None:
    """It needs no settings: it is what one makes the Slack app from, before there are any."""
    result = gleaner(*words, **environment)
    assert result.exit_code == 0
    assert json.loads(result.stdout) == printed


def test_python_m_bot_is_gleaner() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "job", "nonsense"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("gleaner: there is no job nonsense;")
    assert done.stdout == ""
