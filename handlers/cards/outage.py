"""That Harvest does not answer, and from when on what is shown instead."""

from store.people.records import Person
from sync.people.people import local
from sync.time_entries.in_harvest import DaySheet


def outage(person: Person, sheet: DaySheet) -> str:
    """`Harvest does not answer; as of 14:02`, on the person's clock; empty where it answered."""
    if sheet.is_current:
        return ""
    if sheet.as_of is None:
        return ":warning: Harvest does not answer."
    return f":warning: Harvest does not answer; as of {local(sheet.as_of, person):%H:%M}."
