"""What `/gleaner map` and `/gleaner audit` show, and every card of hours that wait: at its limits, and hostile."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pytest
from slack_sdk.models.views import View

from handlers.asana.views import forms
from handlers.asana.views import mapping as views
from handlers.asana.views import reports as report_views
from handlers.cards import hold as held_hours
from handlers.cards.hold import DISCARD
from handlers.slack.replies import Message
from store.asana.records.state import HoldKind, HoldState, KnownUser, Part, Source, WhoseHours
from store.harvest.records import Client
from store.time_entries.records import EntryState
from store.units import Hours
from sync.asana.reports import AuditReport
from sync.rules.asana.project_audit import Audit, ProjectFault, RedFlag
from tests.views.asana_views_samples import (
    KEY,
    MAPPING,
    choices,
    decided,
    found,
    known,
    line,
    mapped,
    proposed,
    waiting,
)
from tests.views.block_kit import Approve, labels, require_valid
from tests.views.entry_samples import DESIGN, HOSTILE, TODAY, WEBSITE
from tests.views.entry_samples import entry as sample

MENDS = {
    HoldKind.UNMAPPED: ["Link project", "Create project", "Ignore"],
    HoldKind.NO_PROJECT: ["Retry", "Discard"],
    HoldKind.SEVERAL_PROJECTS: ["Edit", "Discard"],
    HoldKind.ASANA_ARCHIVED: ["Retry", "Discard"],
    HoldKind.HARVEST_ARCHIVED: ["Link project", "Retry", "Discard"],
    HoldKind.NO_TASK: ["Edit", "Retry", "Discard"],
    HoldKind.NO_NON_BILLABLE_TASK: ["Edit", "Retry", "Discard"],
    HoldKind.NOT_IN_HARVEST: ["Edit", "Retry", "Discard"],
    HoldKind.NOT_ASSIGNED: ["Retry", "Discard"],
    HoldKind.DUPLICATE: ["Log time", "Discard"],
    HoldKind.PARENT: ["Edit", "Retry", "Discard"],
    HoldKind.COPIED: ["Log time", "Discard"],
    HoldKind.UNEXPLAINED: ["Log time", "Discard"],
    HoldKind.NOBODY: ["Log time", "Discard"],
    HoldKind.OVER_A_DAY: ["Log time", "Discard"],
    HoldKind.FIELD_MISSING: ["Retry", "Discard"],
    HoldKind.UNFIT: ["Retry", "Discard"],
    HoldKind.MISPLACED: ["Retry", "Discard"],
    HoldKind.LOWERING: ["Retry", "Discard"],
    HoldKind.DELETED: ["Restore", "Accept"],
    HoldKind.EDITED: ["Restore", "Accept"],
}


def test_every_kind_is_in_the_table() -> None:
    assert set(MENDS) == set(HoldKind)


@pytest.mark.parametrize("kind", HoldKind)
def test_every_hold_has_its_reason_and_mends(kind: HoldKind, approve: Approve) -> None:
    message = held_hours.card(waiting(kind))
    assert "1.5 h of Ada Park on" in message.text
    stands = {
        HoldKind.MISPLACED: "On the wrong task in Harvest: ",
        HoldKind.LOWERING: "Still in Harvest: ",
        HoldKind.FIELD_MISSING: "Still in Harvest: ",
        HoldKind.EDITED: "Otherwise in Harvest: ",
    }
    assert stands.get(kind, "Not in Harvest: ") in message.text
    assert labels(message) == MENDS[kind]
    approve(message)


CARDS = {
    "certain": held_hours.card(waiting(found=found(3), is_certain=True)),
    "proposed": held_hours.card(waiting(found=found(3))),
    "five tasks": held_hours.card(waiting(lines=5)),
    "six tasks": held_hours.card(waiting(lines=6, found=found(1))),
    "several without a mend of their own": held_hours.card(waiting(HoldKind.NOT_ASSIGNED, lines=2)),
    "copied with its project": held_hours.card(waiting(HoldKind.COPIED, lines=6)),
    "nobody, no task, no project": held_hours.card(
        replace(waiting(HoldKind.NO_PROJECT), lines=[line(task="", url=None, who="")], project=None)
    ),
    "taken back": held_hours.card(replace(waiting(HoldKind.LOWERING), lines=[line(hours=Hours(-150))])),
    "taken back from nobody": held_hours.card(
        replace(waiting(HoldKind.UNEXPLAINED, hours=Hours(-150)), lines=[line(hours=Hours(-150))])
    ),
    "one part too long": held_hours.card(waiting(HoldKind.OVER_A_DAY, parts=(Part("1", Hours(2500)),))),
    "unfit": held_hours.card(waiting(HoldKind.UNFIT, words="negative")),
    "unfit otherwise": held_hours.card(waiting(HoldKind.UNFIT, words="something new")),
    "deleted, with its entry": held_hours.card(waiting(HoldKind.DELETED, entry=sample(EntryState.UNDONE))),
    "linked": held_hours.card(waiting(mapping=MAPPING, harvest=WEBSITE)),
    "linked by the operator, gone": held_hours.card(waiting(mapping=replace(MAPPING, linked_by="operator"))),
    "ignored": held_hours.card(waiting(project=known(is_ignored=True))),
    "freed": held_hours.card(decided(HoldKind.NOT_ASSIGNED, HoldState.RELEASED, None)),
    "in the trash": held_hours.card(decided(HoldKind.NOT_ASSIGNED, HoldState.RELEASED, None, is_trashed=True)),
    "discarded": held_hours.card(decided(HoldKind.COPIED, HoldState.DISCARDED)),
    "accepted": held_hours.card(decided(HoldKind.DELETED, HoldState.DISCARDED)),
    "restored": held_hours.card(decided(HoldKind.DELETED, HoldState.RELEASED)),
    "counted": held_hours.card(decided(HoldKind.DUPLICATE, HoldState.RELEASED)),
    "logged": held_hours.card(decided(HoldKind.NOBODY, HoldState.RELEASED)),
}


@pytest.mark.parametrize("card", CARDS.values(), ids=CARDS)
def test_cards(card: Message, approve: Approve) -> None:
    approve(card)


def test_buttons_carry_key_and_revision_or_the_project() -> None:
    values = [one.value for kind in HoldKind for one in held_hours.fixes(waiting(kind))]
    assert set(values) == {f"h:{KEY}:0", "p:14"}
    assert held_hours.fixes(waiting(found=found(1), is_certain=True))[0].value == "p:14:1"


def test_many_are_discarded_after_a_question() -> None:
    """It says how many, and the button carries what was shown of them all."""
    (one,) = [one for one in held_hours.fixes(waiting(HoldKind.NOT_IN_HARVEST, lines=3)) if one.action_id == DISCARD]
    shown = str(one.to_dict())
    assert "4.5 h of 3 tasks will not be logged." in shown
    assert one.value == f"h:{KEY}:0:{waiting(HoldKind.NOT_IN_HARVEST, lines=3).mark}"
    assert one.value != f"h:{KEY}:0:{waiting(HoldKind.NOT_IN_HARVEST, lines=2).mark}"


def test_nothing_offers_what_is_refused() -> None:
    """Hours taken back, and a part of more than a day, cannot be logged for anybody."""
    assert labels(CARDS["taken back from nobody"]) == ["Discard"]
    assert labels(CARDS["one part too long"]) == ["Discard"]


def test_decided_cards_have_no_buttons() -> None:
    for name in (
        "linked",
        "ignored",
        "freed",
        "in the trash",
        "discarded",
        "accepted",
        "restored",
        "counted",
        "logged",
    ):
        assert labels(CARDS[name]) == []


AUDIT = Audit(known("Design").project, tuple(ProjectFault))
TWINS = [mapped(1), mapped(2, project=known("Website", project=replace(known("Website").project, team="Design")))]
MESSAGES = {
    "map, nothing": views.overview([], [], 0),
    "map": views.overview([mapped(1), mapped(2, is_linked=False, held=1)], [proposed(1, held=1)], 1),
    "map, at its limit": views.overview(
        [mapped(n) for n in range(40)] + [mapped(n, is_linked=False) for n in range(8)], [proposed(3)] * 8, 0
    ),
    "map, over its limit": views.overview(
        [mapped(n) for n in range(41)] + [mapped(n, is_linked=False) for n in range(9)], [proposed(3)] * 8, 20
    ),
    "map with marks": views.overview(
        [
            mapped(1, harvest=None),
            mapped(2, harvest=replace(WEBSITE, is_active=False), held=2),
            mapped(3, project=known("Old", project=replace(known("Old").project, is_archived=True))),
        ],
        [proposed(0, name="Copy of Website"), proposed(0, name="Template: site"), proposed(1, is_certain=True)],
        0,
    ),
    "page": views.page(mapped(1, held=1), choices(3), {"1": 7}, {7: "Design"}, 1),
    "page, other settings": views.page(
        replace(
            mapped(1),
            mapping=replace(
                MAPPING,
                default_task_id=None,
                non_billable_task_id=7,
                source=Source.TIME_ENTRIES,
                attribution=WhoseHours.COMPLETION,
                counts_parents=True,
                ignores_percentage=True,
            ),
        ),
        [],
        {},
        {7: "Design"},
        0,
    ),
    "page, very many sections": views.page(mapped(1), choices(21), {}, {}, 0),
    "page of an unlinked one": views.unlinked_page(proposed(3, held=2)),
    "ignored, none": views.ignored_list([]),
    "ignored, one": views.ignored_list([known()]),
    "ignored, at its limit": views.ignored_list([known(gid=str(n)) for n in range(20)]),
    "ignored, over its limit": views.ignored_list([known(gid=str(n)) for n in range(21)]),
    "unknown": views.unknown("Webs", ["Website relaunch", "Webshop"]),
    "several": views.several("website", TWINS),
    "several, very many": views.several("website", TWINS * 6),
    "linked": views.linked(known(), WEBSITE, DESIGN, [line()]),
    "linked, nothing waits, no task": views.linked(known(), WEBSITE, None, []),
    "linked already": views.linked_already(known(), WEBSITE, "U0OWEN"),
    "linked already, gone": views.linked_already(known(), None, "operator"),
    "begun": views.begun(known()),
    "ignored now": views.ignored(known()),
    "still waits": views.still_waits(waiting(HoldKind.NOT_ASSIGNED)),
    "export": views.export_hint(),
    "audit, all well": report_views.audit(AuditReport(7, [], [], {}), is_sent=False),
    "audit": report_views.audit(AuditReport(7, [AUDIT], list(RedFlag), {"design": [WEBSITE, WEBSITE]}), is_sent=False),
    "audit, at its limit": report_views.audit(AuditReport(20, [AUDIT] * 20, [], {}), is_sent=False),
    "audit, over its limit": report_views.audit(AuditReport(30, [AUDIT] * 21, [], {}), is_sent=True),
    "audit, over its limit, no file": report_views.audit(AuditReport(30, [AUDIT] * 21, [], {}), is_sent=False),
}


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)
def test_message(message: Message, approve: Approve) -> None:
    approve(message)


def _tasks(count: int, name: str = "Redirects", **changes: Any) -> list[dict[str, Any]]:
    plain = {"name": name, "url": "https://app.asana.com/0/1/2", "project": "Website relaunch", "who": "Tom", **changes}
    return [{"gid": str(number), **plain} for number in range(count)]


@pytest.mark.parametrize("count", [0, 1, 15, 16])
def test_weekly_report(count: int, approve: Approve) -> None:
    message = report_views.weekly("2026-11-13", _tasks(count, who=None if count == 1 else "Tom"), {"1"})
    assert labels(message).count("No time needed") == max(0, min(count, 15) - (count > 1))
    approve(message)


ACME = Client(1, "Acme", "EUR", is_active=True)
ADA = KnownUser("3", "Ada Park", None, None)
FORMS: dict[str, View] = {
    "link": forms.link_form(forms.LinkFields(known(), None, WEBSITE, DESIGN, None, [line(n) for n in range(6)])),
    "change": forms.link_form(forms.LinkFields(known(), MAPPING, WEBSITE, DESIGN, DESIGN, [])),
    "link, nothing known": forms.link_form(forms.LinkFields(known(), None, None, None, None, [line(who="")])),
    "create": forms.create_form(known(), ACME, choices(3), [line()]),
    "create, no client, no sections": forms.create_form(known(), None, [], []),
    "create, eleven sections": forms.create_form(known(), None, choices(11), []),
    "create, over its limit": forms.create_form(known(), None, choices(51), []),
    "tasks": forms.tasks_form(known(), choices(3), [DESIGN], {"1": 7}),
    "tasks, at its limit": forms.tasks_form(known(), choices(60), [DESIGN], {}),
    "tasks, over its limit": forms.tasks_form(known(), choices(61), [DESIGN], {}),
    "log": forms.log_form(waiting(HoldKind.NOBODY), ADA, TODAY, f"h:{KEY}:0"),
    "log, nobody known": forms.log_form(waiting(HoldKind.NOBODY), None, date(2026, 11, 1), f"h:{KEY}:0"),
    "place": forms.place_form(waiting(HoldKind.SEVERAL_PROJECTS, words="A, B"), f"h:{KEY}:0"),
    "person": forms.person_form(waiting(HoldKind.NOT_IN_HARVEST), f"h:{KEY}:0"),
}


@pytest.mark.parametrize("view", FORMS.values(), ids=FORMS)
def test_forms(view: View, approve: Approve) -> None:
    approve(view)


_STRANGE = known(HOSTILE)
_LINE = line(task=HOSTILE, who=HOSTILE)
_PROJECT = replace(WEBSITE, name=HOSTILE, code=HOSTILE, client_name=HOSTILE)
_HELD = [
    replace(waiting(kind, words=HOSTILE), lines=[_LINE, _LINE], project=_STRANGE, found=found(1, name=HOSTILE))
    for kind in HoldKind
]
OUTSIDE: dict[str, Callable[[], Message | View]] = {
    **{f"card {one.hold.kind}": partial(held_hours.card, one) for one in _HELD},
    "linked card": lambda: held_hours.card(replace(waiting(mapping=MAPPING), harvest=_PROJECT, project=_STRANGE)),
    "map": lambda: views.overview([mapped(1, project=_STRANGE, harvest=_PROJECT)], [proposed(1, name=HOSTILE)], 0),
    "page": lambda: views.page(
        mapped(1, project=_STRANGE, harvest=_PROJECT),
        [replace(one, name=HOSTILE, field_name=HOSTILE) for one in choices(2)],
        {"o1": 7},
        {7: HOSTILE},
        1,
    ),
    "ignored": lambda: views.ignored_list([_STRANGE]),
    "unknown": lambda: views.unknown(HOSTILE, [HOSTILE]),
    "several": lambda: views.several(HOSTILE, [mapped(1, project=known(HOSTILE))]),
    "linked": lambda: views.linked(_STRANGE, _PROJECT, replace(DESIGN, name=HOSTILE), [_LINE]),
    "linked already": lambda: views.linked_already(_STRANGE, _PROJECT, HOSTILE),
    "weekly": lambda: report_views.weekly("2026-11-13", _tasks(1, HOSTILE, project=HOSTILE, who=HOSTILE), set()),
    "audit": lambda: report_views.audit(
        AuditReport(1, [Audit(_STRANGE.project, tuple(ProjectFault))], list(RedFlag), {HOSTILE: []}), is_sent=False
    ),
    "link form": lambda: forms.link_form(forms.LinkFields(_STRANGE, None, _PROJECT, None, None, [_LINE])),
    "create form": lambda: forms.create_form(_STRANGE, replace(ACME, name=HOSTILE), choices(2), [_LINE]),
    "person form": lambda: forms.person_form(replace(waiting(), lines=[_LINE]), "h:1:0"),
    "place form": lambda: forms.place_form(replace(waiting(words=HOSTILE), lines=[_LINE]), "h:1:0"),
}


_CODE = re.compile(r"`[^`\n]*`")
"""Slack formats nothing there, and what is typed from there must be what it was."""


def _formatted(what: Message | View) -> list[str]:
    json = require_valid(what)
    parts = [part for block in json["blocks"] for part in [block.get("text"), *block.get("elements", [])]]
    return [json.get("text", ""), *(part["text"] for part in parts if part and part.get("type") == "mrkdwn")]


@pytest.mark.parametrize("draw", OUTSIDE.values(), ids=OUTSIDE)
def test_text_from_outside_stays_text(draw: Callable[[], Message | View]) -> None:
    for text in _formatted(draw()):
        for live in ("<!channel", "<!here", "<@U1", "<#C1", "<https://evil", "*bold*", "_it_", "~no~", "`code`"):
            assert live not in (_CODE.sub("", text) if live[0] in "*_~" else text)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://x|<!channel>", "https://x> <!here", None])
def test_a_task_is_a_link_only_if_its_address_is_one(url: str | None) -> None:
    assert held_hours.task_name("Copy", url) == "“Copy”"


def test_the_csv_of_an_audit_holds_no_formula() -> None:
    report = AuditReport(1, [Audit(replace(known().project, name="=1+1"), (ProjectFault.UNMAPPED,))], [], {})
    assert report_views.csv(report) == "asana_project_gid,asana_project,finding\r\n14,'=1+1,unmapped\r\n"
