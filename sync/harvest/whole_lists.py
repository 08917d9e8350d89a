"""Reads a list of time entries whole, though its pages shift while they are read.

Harvest numbers the pages of this list and sorts it by spent date. A deletion moves later rows forward, so that some
slip onto a page that was read already; an addition moves them back, where they are seen twice.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

import structlog

from sync.engine.read_ahead import read_ahead
from sync.errors import Unavailable
from sync.ports.harvest import EntryPage, Harvest
from sync.rules.harvest.deletion_search import ALL_TIME, Span

log = structlog.get_logger()

_ROUNDS = 6
"""Times that what was passed over is read again: a round reads the days around a seam, mostly with one request."""

Take = Callable[[EntryPage], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Entries of these spent dates, of one project and changed since then; None: all."""

    span: Span = ALL_TIME
    since: datetime | None = None
    project_id: int | None = None


async def read_whole(harvest: Harvest, wanted: Wanted, take: Take) -> None:
    """Every entry that was there all the while is taken, some of them more than once.

    Raises Unavailable if Harvest shows fewer than it says there are, however often it is asked.
    """
    due = [wanted]
    for _ in range(_ROUNDS):
        passed = [span for one in due for span in await _passed_over(harvest, one, take)]
        if not passed:
            return
        due = [replace(wanted, span=span) for span in dict.fromkeys(passed)]
        log.info("pages shifted while they were read", seams=len(due))
    raise Unavailable("Harvest", "its list of time entries is not whole")


async def _passed_over(harvest: Harvest, wanted: Wanted, take: Take) -> Sequence[Span]:
    """Take a list's pages as they come. The answer: days that have entries which may be on none of them."""
    pages: list[EntryPage] = []
    ids: set[int] = set()
    async for page in read_ahead(harvest.entry_pages(wanted.span, wanted.since, wanted.project_id)):
        await take(page)
        ids.update(entry.id for entry in page.entries)
        pages.append(EntryPage([*page.entries[:1], *page.entries[-1:]], page.total))
    seams = list(pairwise(pages))
    if shrunk := [pair for pair in seams if pair[1].total < pair[0].total]:
        return [_seam(pair, wanted.span) for pair in shrunk]
    if len(ids) >= pages[0].total:
        return []
    # As many came as went, or the answer is not whole: which one shows where a single page holds the days.
    return [_seam(pair, wanted.span) for pair in seams] or [wanted.span]


def _seam(pages: tuple[EntryPage, EntryPage], within: Span) -> Span:
    """The days from the last entry of a page to the first one of the next.

    Where the next page is empty, what was passed over lies anywhere beyond: the list begins with the newest day.
    """
    days = [entry.spent_date for entry in (*pages[0].entries[-1:], *pages[1].entries[:1])]
    if not pages[1].entries:
        return Span(within.first, min(days, default=within.last))
    return Span(min(days), max(days))
