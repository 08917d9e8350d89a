"""Settings: what is taken, that every fault is told at once with its mend, and that no secret is ever shown."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import ValidationError

from bot.settings import Settings, SettingsFault, read_settings

SECRET = "fake-hunter2"
NEEDED = {
    "SLACK_BOT_TOKEN": "xoxb-fake",
    "SLACK_SIGNING_SECRET": "fake-signing-secret",
    "HARVEST_ACCESS_TOKEN": "fake-harvest-token",
    "HARVEST_ACCOUNT_ID": "1234",
}
KEYS = [Fernet.generate_key().decode() for _ in range(2)]

Read = Callable[..., Settings]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Read:
    """Reads an environment of the given variables alone, in an empty folder; None takes a needed one away."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)

    def reading(**given: str | None) -> Settings:
        for name, value in {**NEEDED, **given}.items():
            if value is not None:
                monkeypatch.setenv(name, value)
        return read_settings()

    return reading


def _faults(read: Read, **given: str | None) -> list[str]:
    with pytest.raises(SettingsFault) as raised:
        read(**given)
    return list(raised.value.faults)


def test_the_needed_ones_are_enough(read: Read) -> None:
    settings = read()
    assert (settings.database_url, settings.port, settings.hours_step) == ("sqlite:///gleaner.db", 3000, 25)
    assert settings.harvest_write_on_behalf
    assert not settings.uses_socket


TAKEN = {
    # Hours are kept as hundredths, with a point or a comma.
    "a quarter": ("HOURS_STEP", "0.25", 25),
    "a comma": ("HOURS_STEP", "0,5", 50),
    "a tenth": ("HOURS_MIN", ".1", 10),
    "the finest": ("HOURS_STEP", "0.01", 1),
    "a whole day": ("HOURS_STEP", "24", 2400),
    "seconds": ("IMPORT_EVERY", "90s", timedelta(seconds=90)),
    "minutes": ("SWEEP_EVERY", "5 m", timedelta(minutes=5)),
    "hours": ("SWEEP_EVERY", "2H", timedelta(hours=2)),
    "any free port": ("PORT", "0", 0),
    "no writing on behalf": ("HARVEST_WRITE_ON_BEHALF", "false", False),
    "a prefix": ("COMMAND_PREFIX", "gl-", "gl-"),
    # An empty variable is one that is not set, as in a `.env` that was only half filled in.
    "an empty number": ("PORT", "", 3000),
    "an empty text": ("COORDINATOR", "", None),
}


@pytest.mark.parametrize(("name", "text", "kept"), TAKEN.values(), ids=TAKEN)
def test_value_is_taken(name: str, text: str, kept: object, read: Read) -> None:
    assert getattr(read(**{name: text}), name.lower()) == kept


FAULTS = {
    "no Slack token": ("SLACK_BOT_TOKEN", None, "OAuth & Permissions"),
    "no Harvest token": ("HARVEST_ACCESS_TOKEN", None, "id.getharvest.com"),
    "no account": ("HARVEST_ACCOUNT_ID", None, "the number beside that token"),
    "no signing secret": ("SLACK_SIGNING_SECRET", None, "Basic Information, or set SLACK_APP_TOKEN"),
    "an account that is no number": ("HARVEST_ACCOUNT_ID", SECRET, "valid integer"),
    "another database": ("DATABASE_URL", f"mysql://u:{SECRET}@db/x", "use sqlite:///gleaner.db or postgresql://"),
    "no database at all": ("DATABASE_URL", SECRET, "use sqlite:///gleaner.db or postgresql://"),
    "a file in no folder": ("DATABASE_URL", "sqlite:///no/such/folder/gleaner.db", "the folder of that file"),
    "a key that is none": ("SECRET_KEYS", SECRET, "Fernet.generate_key"),
    "a second key that is none": ("SECRET_KEYS", f"{KEYS[0]},{SECRET}", "every key must be a Fernet key"),
    "a key that is no ASCII": ("SECRET_KEYS", "ключ", "Fernet.generate_key"),
    "a port that is none": ("PORT", "http", "from 0 (any free port) to 65535"),
    "a port too high": ("PORT", "65536", "from 0 (any free port) to 65535"),
    "a port below zero": ("PORT", "-1", "from 0 (any free port) to 65535"),
    "an address without a scheme": ("PUBLIC_URL", "gleaner.example.com", "valid URL"),
    "an address of another kind": ("SLACK_API_URL", "ftp://slack.example", "'http' or 'https'"),
    "no host": ("PUBLIC_URL", f"https://u:{SECRET}@", "valid URL"),
    "neither yes nor no": ("HARVEST_WRITE_ON_BEHALF", "perhaps", "use true or false"),
    "a prefix with a blank": ("COMMAND_PREFIX", "my bot", "a-z, 0-9, - and _"),
    "a prefix too long": ("COMMAND_PREFIX", "x" * 21, "at most 20"),
    "no hours": ("HOURS_STEP", "quarter", "it must be hours, as 0.25"),
    "zero hours": ("HOURS_STEP", "0", "more than 0 and at most 24"),
    "hours below zero": ("HOURS_MIN", "-1", "more than 0 and at most 24"),
    "more than a day": ("HOURS_MIN", "24.01", "more than 0 and at most 24"),
    "finer than Harvest keeps": ("HOURS_STEP", "0.125", "to two decimals"),
    # Texts that the number type takes and arithmetic does not.
    "not a number": ("HOURS_STEP", "NaN", "it must be hours"),
    "a signalling one": ("HOURS_STEP", "sNaN", "it must be hours"),
    "endless": ("HOURS_STEP", "inf", "more than 0 and at most 24"),
    "beyond all bounds": ("HOURS_STEP", "1e999999", "it must be hours"),
    "an interval without a unit": ("IMPORT_EVERY", "60", "s, m or h, as 60s"),
    "an interval of nothing": ("IMPORT_EVERY", "0s", "s, m or h, as 60s"),
    "an interval of days": ("SWEEP_EVERY", "1d", "s, m or h, as 60s"),
    "an interval beyond all bounds": ("SWEEP_EVERY", "999999999999h", "s, m or h, as 60s"),
}


@pytest.mark.parametrize(("name", "text", "mend"), FAULTS.values(), ids=FAULTS)
def test_fault_names_the_variable_and_the_mend(name: str, text: str | None, mend: str, read: Read) -> None:
    (fault,) = _faults(read, **{name: text})
    assert fault.startswith(f"{name} is ")
    assert mend in fault
    assert fault.endswith(".")
    assert SECRET not in fault


def test_all_faults_are_told_together(read: Read) -> None:
    """Those of single variables and those that only several make."""
    nothing = dict.fromkeys(NEEDED)
    faults = _faults(read, **nothing, PORT="x", HOURS_STEP="NaN", IMPORT_EVERY="1", HARVEST_CLIENT_ID="fake-client")
    named = {fault.split(" ", 1)[0] for fault in faults}
    assert named == {*NEEDED, "PORT", "HOURS_STEP", "IMPORT_EVERY", "HARVEST_CLIENT_ID", "SECRET_KEYS"}
    assert len(faults) == len(named)


TOGETHER = {
    "a client without its secret": ({"HARVEST_CLIENT_ID": "fake-client", "SECRET_KEYS": KEYS[0]}, "go together"),
    "a secret without its client": ({"HARVEST_CLIENT_SECRET": "fake-secret"}, "go together"),
    "sign-ins that could not be encrypted": (
        {"HARVEST_CLIENT_ID": "fake-client", "HARVEST_CLIENT_SECRET": "fake-secret"},
        "SECRET_KEYS is not set, and people's sign-ins must be encrypted",
    ),
}


@pytest.mark.parametrize(("given", "says"), TOGETHER.values(), ids=TOGETHER)
def test_what_goes_together_is_wanted_together(given: dict[str, str], says: str, read: Read) -> None:
    (fault,) = _faults(read, **given)
    assert says in fault


def test_socket_mode_needs_no_signing_secret(read: Read) -> None:
    assert read(SLACK_SIGNING_SECRET=None, SLACK_APP_TOKEN="xapp-fake").uses_socket


def test_several_keys_are_kept_in_their_order(read: Read) -> None:
    """The first encrypts, all decrypt."""
    settings = read(SECRET_KEYS=f" {KEYS[0]} , {KEYS[1]},")
    assert [key.get_secret_value() for key in settings.secret_keys] == KEYS


def test_secrets_are_not_shown(read: Read) -> None:
    secrets = {
        "SLACK_BOT_TOKEN": f"xoxb-{SECRET}",
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_APP_TOKEN": f"xapp-{SECRET}",
        "HARVEST_ACCESS_TOKEN": SECRET,
        "HARVEST_CLIENT_ID": "fake-client",
        "HARVEST_CLIENT_SECRET": SECRET,
        "METRICS_TOKEN": SECRET,
        "DATABASE_URL": f"postgresql://gleaner:{SECRET}@db.example/gleaner",
        "SECRET_KEYS": KEYS[0],
    }
    shown = f"{read(**secrets)!r} {read(**secrets)}"
    assert SECRET not in shown
    assert KEYS[0] not in shown


def test_no_fault_quotes_what_was_set(read: Read) -> None:
    """Whoever confuses two variables must not find the secret of one in the log."""
    checked = ("DATABASE_URL", "SECRET_KEYS", "PORT", "HOURS_STEP", "IMPORT_EVERY", "PUBLIC_URL", "HARVEST_ACCOUNT_ID")
    faults = _faults(read, **dict.fromkeys(checked, SECRET))
    assert len(faults) == len(checked)
    assert SECRET not in "\n".join(faults)


def test_env_file_is_read_and_the_environment_wins(read: Read) -> None:
    Path(".env").write_text("HARVEST_ACCOUNT_ID=99\nHOURS_STEP=0.5\nUNKNOWN=1\n", encoding="utf-8")
    settings = read()
    assert (settings.harvest_account_id, settings.hours_step) == (1234, 50)


def test_what_goes_together_may_stand_in_the_env_file(read: Read) -> None:
    Path(".env").write_text("SLACK_APP_TOKEN=xapp-fake\n", encoding="utf-8")
    assert read(SLACK_SIGNING_SECRET=None).uses_socket


def test_an_env_file_that_is_no_text_is_a_fault(read: Read) -> None:
    Path(".env").write_bytes(b"HOURS_STEP=\xff\xfe")
    (fault,) = _faults(read)
    assert ".env" in fault


def test_settings_do_not_change_after_they_were_read(read: Read) -> None:
    settings = read()
    with pytest.raises(ValidationError):
        setattr(settings, "port", 1)  # noqa: B010 - mypy sees the plain assignment


def test_asana_is_not_connected_by_default_and_go_live_is_a_date(read: Read) -> None:
    settings = read()
    assert (settings.asana_access_token, settings.go_live) == (None, None)
    settings = read(ASANA_ACCESS_TOKEN=SECRET, GO_LIVE="2026-11-19")
    assert settings.go_live is not None
    assert settings.go_live.isoformat() == "2026-11-19"
    assert SECRET not in repr(settings)


@pytest.mark.parametrize("day", ["19.11.2026", "1763510400", "soon"])
def test_go_live_is_no_number_and_no_other_way_to_write_dates(read: Read, day: str) -> None:
    (fault,) = _faults(read, GO_LIVE=day)
    assert fault == "GO_LIVE is wrong: it is no date; use a date as 2026-11-19."
