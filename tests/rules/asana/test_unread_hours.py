"""Hours in the source that does not count, as far as somebody entered them since go-live."""

from dataclasses import replace
from datetime import date

from store.asana.records.api import AsanaTimeEntry
from store.asana.records.state import Source
from sync.rules.asana.claims import Attribution, Terms
from sync.rules.asana.unread_hours import unread_hours
from tests.rules.asana_samples import ANA, at, number_field, story, task

TERMS = Terms(go_live=at(-120))
TYPED = [story(1, None, "2"), story(2, "2", "1.5")]
TRACKED = [
    AsanaTimeEntry(str(day), minutes, date(2026, 11, day), ANA, "1201", "900", None, "")
    for day, minutes in ((18, 60), (20, 45))
]
BOTH = task(number_field("1.5"))


def test_of_each_source_the_other_one() -> None:
    assert unread_hours(BOTH, TYPED, TRACKED, Source.FIELD, TERMS) == 75
    assert unread_hours(BOTH, TYPED, TRACKED, Source.TIME_ENTRIES, TERMS) == 150


def test_what_stands_in_none_or_cannot_be_read_is_nothing() -> None:
    assert unread_hours(task(), [], [], Source.FIELD, TERMS) == 0
    assert unread_hours(task(), [], [], Source.TIME_ENTRIES, TERMS) == 0
    assert unread_hours(task(number_field("1.5")), [], [], Source.TIME_ENTRIES, TERMS) == 0, "nobody typed it"
    later = replace(TERMS, attribution=Attribution.COMPLETION)
    assert unread_hours(BOTH, TYPED, [], Source.TIME_ENTRIES, later) == 0, "it counts on a day that is yet to come"
