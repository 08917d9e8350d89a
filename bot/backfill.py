"""`gleaner backfill`: history of Harvest or Asana, with a progress bar; repeated, it changes nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.app import Gleaner
from sync.entry_import import Progress as Report
from sync.rules.drift import Span


async def backfill_harvest(gleaner: Gleaner, first: date, last: date | None, *, is_rehearsal: bool) -> str:
    """One line on what changed, or would. The directory is read first, so that every entry finds its project."""
    flows = gleaner.flows
    if not is_rehearsal:
        await flows.imports.directory.run()
    with _bar("Harvest") as report:
        tally = await flows.imports.entries.backfill(Span(first, last), is_rehearsal=is_rehearsal, progress=report)
    span = f"from {first} to {last or 'today'}"
    if is_rehearsal:
        return f"{len(tally.ids)} entries {span}; would be: {tally}. Nothing was changed."
    return f"{len(tally.ids)} entries {span}: {tally}; {await flows.settlement.run()} budgets moved"


async def backfill_asana(gleaner: Gleaner, first: date, last: date | None, *, is_rehearsal: bool) -> str:
    """Hours typed from `first` on into tasks made up to `last`; one line on what was booked, or would be."""
    zone = gleaner.settings.agency_zone
    until = datetime.combine(last + timedelta(days=1), time(), zone) if last else None
    with _bar("Asana tasks") as report:
        since = datetime.combine(first, time(), zone)
        done = await gleaner.flows.asana.backfill.run(since, until, is_rehearsal=is_rehearsal, progress=report)
    if is_rehearsal:
        return f"would book {done}. Nothing was changed."
    await gleaner.flows.outbox.push_due()
    return f"booked {done}"


SOURCES = {"harvest": backfill_harvest, "asana": backfill_asana}


@contextmanager
def _bar(what: str) -> Iterator[Report]:
    """On stderr, and only where somebody watches."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task(what, total=None)

        def report(done: int, total: int) -> None:
            progress.update(task, completed=done, total=max(done, total))

        yield report
