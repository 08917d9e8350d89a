"""What timers, the home tab, settings and connecting show."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from handlers.connect import views as connect
from handlers.home import views as home
from handlers.settings import views as settings
from handlers.slack.replies import Message
from handlers.timer import views as timer
from store.harvest.records import Account
from store.people.records import Person
from store.time_entries.records import EntryState, HeldFor
from store.units import Hours
from sync.asana.holds.queries import AsanaStanding
from sync.harvest.unread import Unread
from sync.rules.text.slack import NOTE_LIMIT
from sync.time_entries.status import PersonStatus
from sync.time_entries.targets import UnclearTarget
from tests.views.asana_views_samples import NO_ASANA, waiting
from tests.views.block_kit import Approve, labels, shown_text
from tests.views.budget_samples import BANDS, card
from tests.views.entry_samples import NOW, WEBSITE, entry, projects, rows, shown

ADA = Person("U0ADA", "Ada Park", "ada@lumen.example", "Europe/Berlin", 3, NOW)
LUMEN = Account(1, "Lumen", uses_timestamps=False, clock="24h", web_url=None, imported_at=NOW)
QUIET = PersonStatus(LUMEN, is_connected=False, is_stalled=False, linked=None, waiting=0)


def _running(count: int, **changes: str) -> list[timer.Running]:
    return [timer.Running(one, 3900) for one in rows(count, EntryState.RUNNING, hours=None, **changes)]


@pytest.mark.parametrize("count", [0, 1, 10, 11])
def test_timers(count: int, approve: Approve) -> None:
    message = timer.status(_running(count))
    assert labels(message) == ["Stop", "Undo"] * min(count, 10)
    assert ("and 1 more, in Harvest." in message.text) is (count == 11)
    approve(message)


def test_several_timers_say_why_they_are_shown(approve: Approve) -> None:
    approve(timer.status(_running(2), head="Two timers of yours are running. Which one shall stop?"))


def test_timers_are_taken_however_long_their_notes_are(approve: Approve) -> None:
    approve(timer.status(_running(11, note="&" * NOTE_LIMIT)))


def test_timer_help(approve: Approve) -> None:
    approve(timer.help_text())


@pytest.mark.parametrize("is_connected", [True, False], ids=["connected", "not connected"])
@pytest.mark.parametrize("count", [0, 1, 20, 21])
def test_home(count: int, is_connected: bool, approve: Approve) -> None:
    view = home.home(home.HomePage(rows(count), [], [], is_connected, total=Hours(150 * count)), BANDS)
    assert labels(view) == ["Log time"] + ["Connect Harvest"] * (not is_connected)
    approve(view)


@pytest.mark.parametrize("count", [1, 8, 9])
def test_home_shows_budgets_and_what_is_held(count: int, approve: Approve) -> None:
    held = rows(count, EntryState.HELD, held_for=HeldFor.LOCKED, reason="Website relaunch is locked.")
    view = home.home(home.HomePage([], [card()] * count, held, is_connected=True), BANDS)
    assert labels(view) == ["Log time"] + ["Edit", "Discard"] * min(count, 8)
    approve(view)


@pytest.mark.parametrize("count", [1, 8, 9])
def test_home_shows_hours_of_others_that_harvest_refuses(count: int, approve: Approve) -> None:
    held = rows(count, EntryState.HELD, held_for=HeldFor.REJECTED, reason="Project is archived.")
    page = home.HomePage([], [], [], is_connected=True, refused=[(one, "Ben Moss") for one in held])
    view = home.home(page, BANDS)
    assert labels(view) == ["Log time"] + ["Retry"] * min(count, 8)
    approve(view)


def test_home_shows_what_runs_first() -> None:
    today = [shown(), shown(entry(EntryState.RUNNING, hours=None))]
    first = shown_text(home.home(home.HomePage(today, [], [], is_connected=True), BANDS).to_dict()).splitlines()[0]
    assert first.startswith("a timer · ")


def test_home_of_a_stranger_offers_to_connect(approve: Approve) -> None:
    view = home.stranger("I found no active Harvest user with the address ada@lumen.example.")
    assert labels(view) == ["Connect Harvest"]
    approve(view)


STANDINGS = {
    "at rest": (ADA, QUIET, "last imported"),
    "connected": (ADA, replace(QUIET, is_connected=True), "signed in to Harvest yourself"),
    "unknown in Harvest": (replace(ADA, harvest_user_id=None), QUIET, "not found in Harvest"),
    "before the first import": (ADA, replace(QUIET, account=None), "not imported yet"),
    "account known, not imported": (
        ADA,
        replace(QUIET, account=replace(LUMEN, imported_at=None)),
        "not imported yet",
    ),
    "an account of start and end times": (
        ADA,
        replace(QUIET, account=replace(LUMEN, uses_timestamps=True)),
        "start and end times",
    ),
    "Harvest is away": (ADA, replace(QUIET, is_stalled=True), "does not answer at the moment"),
    "a linked channel": (ADA, replace(QUIET, linked=WEBSITE), "Website relaunch (ACME-12)"),
    "linked to a project without a code": (ADA, replace(QUIET, linked=replace(WEBSITE, code="")), "(no code)"),
    "rates that cannot be read": (
        ADA,
        replace(QUIET, unread=(Unread("rates", "Ben Moss", "Forbidden"), Unread("roles", "", "status 500"))),
        "*Cannot be read from Harvest*: the rates of Ben Moss (Forbidden), the roles (status 500)",
    ),
    "very much that cannot be read": (
        ADA,
        replace(QUIET, unread=tuple(Unread("rates", f"Person {n}", "Forbidden") for n in range(8))),
        "the rates of Person 4 (Forbidden) and 3 more",
    ),
    "entries wait": (ADA, replace(QUIET, waiting=3), "*Waiting for Harvest*: 3"),
}


@pytest.mark.parametrize(("person", "standing", "says"), STANDINGS.values(), ids=STANDINGS)
def test_status(person: Person, standing: PersonStatus, says: str, approve: Approve) -> None:
    message = settings.status(person, standing, NO_ASANA)
    assert says in message.text
    approve(message)


QUIET_ASANA = replace(NO_ASANA, is_connected=True, linked=5)
ASANAS = {
    "connected": (
        replace(QUIET_ASANA, heard_at=NOW, unmapped=2, holds=3, held=Hours(450)),
        "5 projects linked, 2 not (`/gleaner map`); 3 wait, 4.5 h",
    ),
    "quiet": (QUIET_ASANA, "nothing heard yet; 5 projects linked; nothing waits"),
    "not connected": (NO_ASANA, "sets ASANA_ACCESS_TOKEN"),
}


@pytest.mark.parametrize(("asana", "says"), ASANAS.values(), ids=ASANAS)
def test_status_of_asana(asana: AsanaStanding, says: str, approve: Approve) -> None:
    message = settings.status(ADA, QUIET, asana)
    assert says in message.text
    approve(message)


@pytest.mark.parametrize("count", [1, 8, 9])
def test_home_with_hours_of_asana(count: int, approve: Approve) -> None:
    view = home.home(home.HomePage([], [], [], is_connected=True, asana=[waiting()] * count), BANDS)
    assert labels(view).count("Link project") == min(count, 8)
    approve(view)


def test_times_are_shown_on_the_readers_own_clock() -> None:
    at = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)
    text = settings.status(ADA, replace(QUIET, account=replace(LUMEN, imported_at=at)), NO_ASANA).text
    assert f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|2026-11-20 06:30 UTC>" in text


SENTENCES: dict[str, Callable[[], Message]] = {
    "settings help": lambda: settings.help_text(""),
    "settings help with a prefix": lambda: settings.help_text("gl-"),
    "linked": lambda: settings.linked(ADA, "C0GENERAL", WEBSITE, None),
    "linked, without a code": lambda: settings.linked(ADA, "C0GENERAL", replace(WEBSITE, code=""), None),
    "linked, instead of another": lambda: settings.linked(ADA, "C0GENERAL", WEBSITE, replace(WEBSITE, name="Shop")),
    "linked already": lambda: settings.linked_already("C0GENERAL", WEBSITE),
    "unlinked": lambda: settings.unlinked(ADA, "C0GENERAL", WEBSITE),
    "linked to nothing": lambda: settings.linked_to_nothing("C0GENERAL"),
    "link changed among others": lambda: settings.changed_among_others("U0ADA"),
    "not linked, nothing near": lambda: settings.not_linked(UnclearTarget("I know no project `ACME-99`.", [])),
    "not linked, three near": lambda: settings.not_linked(UnclearTarget("I know no project `ACME-99`.", projects(3))),
    "not linked, near without a code": lambda: settings.not_linked(
        UnclearTarget("I know no project `Shop`.", [replace(WEBSITE, code="")])
    ),
    "invitation": lambda: connect.invitation("https://gleaner.example.com/harvest/connect?state=fake-state"),
    "connected": connect.connected,
    "disconnected": lambda: connect.disconnected(was=True),
    "never connected": lambda: connect.disconnected(was=False),
    "welcome": lambda: connect.welcome("Ada Park", "Lumen"),
}


@pytest.mark.parametrize("say", SENTENCES.values(), ids=SENTENCES)
def test_sentence(say: Callable[[], Message], approve: Approve) -> None:
    approve(say())


def test_help_names_the_commands_as_they_are_installed() -> None:
    """COMMAND_PREFIX stands before every command but /gleaner."""
    text = settings.help_text("gl-").text
    assert "`/gl-log 1.5h" in text
    assert "`/gl-timer start" in text
    assert "`/log" not in text
    assert "`/timer" not in text
    assert "`/gleaner log …`" in text


def test_the_invitation_can_be_followed_without_its_button() -> None:
    assert "https://gleaner.example.com/x" in connect.invitation("https://gleaner.example.com/x").text
