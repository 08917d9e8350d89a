"""Every environment variable, read once into a frozen Settings; all faults are reported together."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from cryptography.fernet import Fernet
from pydantic import AnyHttpUrl, BeforeValidator, Field, SecretStr, TypeAdapter, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from store.database import driver_url
from store.units import Hours
from sync.rules.budget.lock_policy import parse_policy

_UNITS = {"s": 1, "m": 60, "h": 3600}
_MOST_BAND = 1000
_EVERY = re.compile(r"(\d{1,6})\s*([smh])", re.ASCII)


class SettingsFault(Exception):
    """One sentence for each fault, each naming the variable and the mend."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def _hours(text: Any) -> Any:
    """Text is hours; the default is hundredths already."""
    if isinstance(text, int):
        return text
    try:
        hundredths = Decimal(str(text).replace(",", ".")) * 100
        is_allowed = 0 < hundredths <= 2400 and hundredths == int(hundredths)
    except ArithmeticError:
        raise ValueError("it must be hours, as 0.25") from None
    if not is_allowed:
        raise ValueError("it must be more than 0 and at most 24 hours, to two decimals, as 0.25")
    return Hours(int(hundredths))


def _every(text: Any) -> Any:
    if isinstance(text, timedelta):
        return text
    found = _EVERY.fullmatch(str(text).strip().lower())
    if not found or int(found[1]) == 0:
        raise ValueError("it must be a number with s, m or h, as 60s")
    return timedelta(seconds=int(found[1]) * _UNITS[found[2]])


def _machine_zone() -> str:
    """The IANA name of this machine's zone, from where Linux and macOS keep it; UTC if it cannot be told."""
    _, found, name = str(Path("/etc/localtime").resolve()).partition("zoneinfo/")
    try:
        return ZoneInfo(name).key if found else "UTC"
    except (KeyError, ValueError, OSError):
        return "UTC"


def _url(text: Any) -> Any:
    TypeAdapter(AnyHttpUrl).validate_python(text)
    return str(text)


HoursSetting = Annotated[Hours, BeforeValidator(_hours)]
Every = Annotated[timedelta, BeforeValidator(_every)]
Url = Annotated[str, BeforeValidator(_url)]


class Settings(BaseSettings):
    """The names are the contract's; the environment wins over `.env`."""

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True, hide_input_in_errors=True
    )

    database_url: str = Field("sqlite:///gleaner.db", repr=False)
    slack_bot_token: SecretStr
    slack_signing_secret: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_api_url: Url = "https://slack.com/api/"
    harvest_access_token: SecretStr
    harvest_account_id: int
    harvest_write_on_behalf: bool = True
    harvest_client_id: str | None = None
    harvest_client_secret: SecretStr | None = None
    harvest_api_url: Url = "https://api.harvestapp.com/v2"
    harvest_id_url: Url = "https://id.getharvest.com"
    asana_access_token: SecretStr | None = None
    asana_api_url: Url = "https://app.asana.com/api/1.0"
    go_live: date | None = None
    secret_keys: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    public_url: Url | None = None
    host: str = "0.0.0.0"  # noqa: S104 - the contract's default: a container's port must be reachable
    port: int = Field(3000, ge=0, le=65535)
    alert_channel: str | None = Field(None, pattern=r"^[CG][A-Z0-9]+$")
    coordinator: str | None = Field(None, pattern=r"^[UW][A-Z0-9]+$")
    budget_bands: Annotated[tuple[int, ...], NoDecode] = (75, 90, 100)
    lock_policy: str = "100"
    timezone: str | None = None
    budget_visibility: Literal["hours", "harvest"] = "hours"
    hours_step: HoursSetting = Hours(25)
    hours_min: HoursSetting = Hours(25)
    command_prefix: str = Field("", pattern=r"^[a-z0-9_-]{0,20}$")
    metrics_token: SecretStr | None = None
    import_every: Every = timedelta(seconds=60)
    sweep_every: Every = timedelta(hours=1)

    @field_validator("database_url")
    @classmethod
    def _database(cls, url: str) -> str:
        target = driver_url(url)
        if target.get_backend_name() == "sqlite" and not Path(target.database or "").parent.is_dir():
            raise ValueError("the folder of that file does not exist")
        return url

    @field_validator("go_live", mode="before")
    @classmethod
    def _day(cls, text: Any) -> Any:
        """A date and nothing else: pydantic would take a number for seconds."""
        if not isinstance(text, str):
            return text
        try:
            return date.fromisoformat(text.strip())
        except ValueError:
            raise ValueError("it is no date") from None

    @field_validator("budget_bands", mode="before")
    @classmethod
    def _bands(cls, text: Any) -> Any:
        if not isinstance(text, str):
            return text
        bands = [int(one) if one.isdecimal() else 0 for one in text.replace("%", "").replace(" ", "").split(",")]
        if bands != sorted(set(bands)) or not bands[0] or bands[-1] > _MOST_BAND:
            raise ValueError("it must be rising per cent, as 75,90,100")
        return bands

    @field_validator("lock_policy")
    @classmethod
    def _policy(cls, text: str) -> str:
        parse_policy(text)
        return text

    @field_validator("timezone")
    @classmethod
    def _zone(cls, name: str | None) -> str | None:
        try:
            ZoneInfo(name or "UTC")
        except (KeyError, ValueError, OSError):
            raise ValueError("there is no such time zone") from None
        return name

    @field_validator("secret_keys", mode="before")
    @classmethod
    def _split(cls, keys: Any) -> Any:
        return [key.strip() for key in keys.split(",") if key.strip()] if isinstance(keys, str) else keys

    @field_validator("secret_keys")
    @classmethod
    def _fernet(cls, keys: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        for key in keys:
            try:
                Fernet(key.get_secret_value())
            except ValueError:
                raise ValueError("every key must be a Fernet key, 32 random bytes in URL-safe base64") from None
        return keys

    @property
    def agency_zone(self) -> ZoneInfo:
        """TIMEZONE, else the machine's."""
        return ZoneInfo(self.timezone or _machine_zone())

    @property
    def uses_socket(self) -> bool:
        """Socket Mode: no public address is needed."""
        return self.slack_app_token is not None


class _Together(BaseSettings):
    """What depends on each other, read without a check, so that it is reported beside whatever else is wrong."""

    model_config = Settings.model_config

    slack_signing_secret: Any = None
    slack_app_token: Any = None
    harvest_client_id: Any = None
    harvest_client_secret: Any = None
    secret_keys: Any = None


MENDS = {
    "ALERT_CHANNEL": "copy the channel's id (C…) from the foot of its details in Slack",
    "COORDINATOR": "copy a person's member id (U…) from the menu ⋮ of their profile in Slack",
    "BUDGET_VISIBILITY": "use hours or harvest",
    "TIMEZONE": "use a name as Europe/Stockholm",
    "LOCK_POLICY": "use 100, off, or tiers as 5:150,20:125,50:115,*:110",
    "SLACK_BOT_TOKEN": "copy the Bot User OAuth Token (xoxb-…) from your Slack app's page OAuth & Permissions",
    "SLACK_SIGNING_SECRET": "copy it from your Slack app's Basic Information, or set SLACK_APP_TOKEN for Socket Mode",
    "HARVEST_ACCESS_TOKEN": "make a personal access token at id.getharvest.com under Developers",
    "HARVEST_ACCOUNT_ID": "copy the number beside that token at id.getharvest.com",
    "ASANA_ACCESS_TOKEN": "make a personal access token in Asana's developer console, as a user who sees all projects",
    "ASANA_API_URL": "leave it out, or use an address that ends in /api/1.0",
    "GO_LIVE": "use a date as 2026-11-19",
    "SECRET_KEYS": 'make one with: python -c "from cryptography.fernet import Fernet; '
    'print(Fernet.generate_key().decode())"',
    "HARVEST_WRITE_ON_BEHALF": "use true or false",
    "COMMAND_PREFIX": "use at most 20 of a-z, 0-9, - and _, as gl-",
    "PORT": "use a number from 0 (any free port) to 65535",
    "DATABASE_URL": "use sqlite:///gleaner.db or postgresql://user:password@host/name",
}


def read_settings(**given: Any) -> Settings:
    """Read the environment and `.env`; raises SettingsFault with every fault at once. No value is ever quoted."""
    try:
        together = _missing_together(_Together(**given))
        settings = Settings(**given)
    except ValidationError as error:
        wrong = [_sentence(one["loc"], one["type"], one["msg"]) for one in error.errors(include_input=False)]
        raise SettingsFault([*wrong, *together]) from None
    except UnicodeDecodeError:
        raise SettingsFault([".env is no UTF-8 text: save it as UTF-8."]) from None
    if together:
        raise SettingsFault(together)
    return settings


def _missing_together(settings: _Together) -> Sequence[str]:
    """Faults that only several settings together make."""
    faults = []
    if settings.slack_app_token is None and settings.slack_signing_secret is None:
        faults.append(f"SLACK_SIGNING_SECRET is not set: {MENDS['SLACK_SIGNING_SECRET']}.")
    if (settings.harvest_client_id is None) != (settings.harvest_client_secret is None):
        faults.append("HARVEST_CLIENT_ID and HARVEST_CLIENT_SECRET go together: set both, or neither.")
    if settings.harvest_client_id and not settings.secret_keys:
        faults.append(f"SECRET_KEYS is not set, and people's sign-ins must be encrypted: {MENDS['SECRET_KEYS']}.")
    return faults


def _sentence(where: tuple[int | str, ...], kind: str, message: str) -> str:
    name = str(where[0]).upper() if where else "A setting"
    message = "it has another shape" if kind == "string_pattern_mismatch" else message.removeprefix("Value error, ")
    problem = "is not set" if kind == "missing" else f"is wrong: {message}"
    mend = f"; {MENDS[name]}" if name in MENDS else ""
    return f"{name} {problem}{mend}."
