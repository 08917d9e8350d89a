"""Text from outside is shown as text: no note, name or reason can call people, set a link or look like ours."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest
from slack_sdk.models.views import View

from handlers.cards.entry import card
from handlers.connect import views as connect
from handlers.home import views as home
from handlers.log import views as log
from handlers.settings import views as settings
from handlers.slack.replies import Message
from handlers.timer import views as timer
from store.harvest.records import Account
from store.people.records import Person
from store.time_entries.records import EntryState, HeldFor
from store.units import Hours
from sync.time_entries.status import PersonStatus
from sync.time_entries.targets import UnclearTarget
from tests.views.asana_views_samples import NO_ASANA
from tests.views.block_kit import Json, require_valid
from tests.views.budget_samples import BANDS
from tests.views.entry_samples import DESIGN, HOSTILE, NOW, TODAY, WEBSITE, entry, shown

_CODE = re.compile(r"`[^`\n]*`")
LIVE = ("<!channel", "<!here", "<@U1", "<#C1", "<https", "*bold*", "_it_", "~no~", "`code`", "@here", "&<")
"""What of HOSTILE would be more than text."""

NAMES = {"project": HOSTILE, "project_code": HOSTILE, "client": HOSTILE, "task": HOSTILE}
PROJECT = replace(WEBSITE, name=HOSTILE, code=HOSTILE, client_name=HOSTILE)
PERSON = Person("U0ADA", HOSTILE, HOSTILE, "Europe/Berlin", 3, NOW)
ACCOUNT = Account(1, HOSTILE, uses_timestamps=False, clock="24h", web_url=None, imported_at=NOW)
STANDING = PersonStatus(ACCOUNT, is_connected=False, is_stalled=False, linked=PROJECT, waiting=0)


def _hostile(state: EntryState, **changes: Any) -> Any:
    return shown(entry(state, **{"note": HOSTILE, "reason": HOSTILE, **changes}), **NAMES)


CARDS = {
    f"card {state}, {held_for}": (lambda s=state, h=held_for: card(_hostile(s, held_for=h)))
    for state in EntryState
    for held_for in (None, *HeldFor)
}
VIEWS: dict[str, Callable[[], Message | View]] = {
    **CARDS,
    "list of a day": lambda: log.day_list([_hostile(EntryState.LOGGED)], TODAY, TODAY, Hours(150)),
    "unclear": lambda: log.unclear(UnclearTarget("Which one?", [PROJECT])),
    "form": lambda: log.form(
        log.Fields(PROJECT, replace(DESIGN, name=HOSTILE), TODAY, "1h", HOSTILE), metadata="log:1"
    ),
    "timers": lambda: timer.status([timer.Running(_hostile(EntryState.RUNNING), 60)]),
    "home": lambda: home.home(
        home.HomePage(
            [_hostile(EntryState.LOGGED)], [], [_hostile(EntryState.HELD, reason=HOSTILE)], is_connected=True
        ),
        BANDS,
    ),
    "status": lambda: settings.status(PERSON, STANDING, NO_ASANA),
    "linked": lambda: settings.linked(PERSON, "C0GENERAL", PROJECT, PROJECT),
    "linked already": lambda: settings.linked_already("C0GENERAL", PROJECT),
    "unlinked": lambda: settings.unlinked(PERSON, "C0GENERAL", PROJECT),
    "not linked": lambda: settings.not_linked(UnclearTarget("Which one?", [PROJECT, replace(PROJECT, code="")])),
    "welcome": lambda: connect.welcome(HOSTILE, HOSTILE),
}


def _formatted(json: Json) -> Iterable[str]:
    """Every text that Slack reads as mrkdwn."""
    yield json.get("text", "")
    for block in json["blocks"]:
        parts = [block.get("text"), *block.get("elements", []), *block.get("fields", [])]
        yield from (part["text"] for part in parts if part and part.get("type") == "mrkdwn")


@pytest.mark.parametrize("draw", VIEWS.values(), ids=VIEWS)
def test_text_from_outside_stays_text(draw: Callable[[], Message | View]) -> None:
    found = [live for text in _formatted(require_valid(draw())) for live in LIVE if _is_live(live, text)]
    assert found == []


def _is_live(sample: str, text: str) -> bool:
    """Between backticks Slack formats nothing, and what is typed from there must be what it was."""
    return sample in (_CODE.sub("", text) if sample[0] in "*_~" else text)


def test_hostile_text_would_be_noticed() -> None:
    """The list above names everything in the sample, so that a view without escaping fails."""
    assert [live for live in LIVE if live not in HOSTILE] == []


def test_a_second_line_of_a_note_stays_within_the_quotation() -> None:
    text = card(shown(entry(note="One\n*Held*: pay <https://evil.example|here>"))).text
    assert [line.startswith("> ") for line in text.splitlines()] == [False, True, True, False]
