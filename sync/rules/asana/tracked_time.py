"""What a task's native time entries come to, as claims: the other source beside `Billable Hours` (contract, section 6).

Each entry is a claim of its own, on its own day. One that is gone is a claim of 0, so what was booked is taken back;
one that was moved to another day or person is another claim, and the one before it is gone.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time
from fractions import Fraction

from store.asana.records.api import AsanaTask, AsanaTimeEntry, AsanaUser
from store.asana.records.state import Allocation, AllocationKind, Source
from store.units import Hours
from sync.rules.asana.claims import Billing, Claim, Finding, FindingKind, Terms, long_days

_HALF = Fraction(1, 2)


def billed_time(
    task: AsanaTask, entries: Iterable[AsanaTimeEntry], booked: Mapping[str, AsanaUser], terms: Terms
) -> Billing:
    """`booked`: sources of what was booked so far and whose it was; none of it before go-live is counted anew."""
    counted = [one for one in entries if terms.counts(_noon(one, terms)) or source(one) in booked]
    claims: list[Claim] = []
    nobody: list[tuple[str, Hours]] = []
    for entry in sorted(counted, key=lambda one: (one.entered_on, len(one.gid), one.gid)):
        hours = hours_of(entry)
        if entry.created_by is None:
            nobody.append((source(entry), hours))
        else:
            claims.append(Claim(source(entry), entry.created_by, _noon(entry, terms), hours))
    seen = {source(one) for one in counted}
    claims += [Claim(gid, user, task.modified_at, Hours(0)) for gid, user in booked.items() if gid not in seen]
    findings = [Finding(FindingKind.NOBODY, _sum(hours for _, hours in nobody), tuple(gid for gid, _ in nobody))]
    return Billing(tuple(claims), (*(findings if nobody else []), *long_days(claims, terms)))


def not_billable(entries: Iterable[AsanaTimeEntry]) -> frozenset[str]:
    """Sources of entries that somebody marked so: they go to the non-billable task."""
    return frozenset(source(one) for one in entries if one.billable is False)


def source(entry: AsanaTimeEntry) -> str:
    """What the claim of an entry is known by; another one once the entry is another day's or person's."""
    mark = "-" if entry.billable is False else "+"
    return f"{entry.gid}@{entry.entered_on:%Y%m%d}{mark}{entry.created_by.gid if entry.created_by else ''}"


def source_of(bookings: Iterable[Allocation]) -> Source | None:
    """Where a task's hours came from so far; None if nothing was booked.

    It stays with that, whatever its project is set to later: else all of them would be taken back, or booked twice.
    """
    for booking in bookings:
        if booking.kind is not AllocationKind.CORRECTION:
            return Source.TIME_ENTRIES if "@" in booking.source else Source.FIELD
    return None


def _noon(entry: AsanaTimeEntry, terms: Terms) -> datetime:
    """A moment that is on the entry's day where its person is."""
    zone = terms.zones.get(entry.created_by.gid, terms.timezone) if entry.created_by else terms.timezone
    return datetime.combine(entry.entered_on, time(12), zone).astimezone(UTC)


def hours_of(entry: AsanaTimeEntry) -> Hours:
    """Its minutes in hundredths of an hour, each entry by itself: editing one must not change another."""
    return Hours(int(Fraction(entry.minutes * 100, 60) + _HALF))


def _sum(hours: Iterable[Hours]) -> Hours:
    return Hours(sum(hours))
