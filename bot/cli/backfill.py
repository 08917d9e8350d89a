"""`gleaner backfill`: history of Harvest or Asana, with a progress bar; repeated, it changes nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.wiring.app import Gleaner, NotStarted
from sync.asana.backfill import Backfilled
from sync.harvest.entry_reading import Progress as Report
from sync.rules.harvest.deletion_search import Span


async def backfill_harvest(gleaner: Gleaner, first: date, last: date | None, *, is_dry_run: bool) -> str:
    """One line on what changed, or would. The directory is read first, so that every entry finds its project."""
    flows = gleaner.flows
    if not is_dry_run:
        await flows.imports.directory.run()
    with _bar("Harvest") as report:
        tally = await flows.imports.entries.backfill(Span(first, last), is_dry_run=is_dry_run, progress=report)
    span = f"from {first} to {last or 'today'}"
    if is_dry_run:
        return f"{len(tally.ids)} entries {span}; would be: {tally}. Nothing was changed."
    return f"{len(tally.ids)} entries {span}: {tally}; {await flows.budget.review.run()} budgets moved"


async def backfill_asana(
    gleaner: Gleaner, first: date, last: date | None, *, is_dry_run: bool, csv: Path | None = None
) -> str:
    """Hours typed from `first` to `last`, and since go-live; one line on what was booked, or would be.

    `csv`: nothing is logged; what would be is written there for Harvest's own import.
    """
    zone, backfill = gleaner.settings.agency_zone, gleaner.flows.asana.backfill
    until = datetime.combine(last + timedelta(days=1), time(), zone) if last else None
    with _bar("Asana tasks") as report:
        since = datetime.combine(first, time(), zone)
        done = await backfill.run(since, until, is_dry_run=is_dry_run or csv is not None, progress=report)
    if csv is not None:
        return _written(csv, await backfill.as_csv(done.lines), done, is_dry_run=is_dry_run)
    if is_dry_run:
        return f"would book {done}. Nothing was changed."
    await gleaner.flows.outbox.push_due()
    return f"booked {done}"


def _written(file: Path, text: str, done: Backfilled, *, is_dry_run: bool) -> str:
    said = f"{len(done.lines)} lines for {file} ({done})"
    if is_dry_run:
        return f"would write {said}"
    try:
        file.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise NotStarted(f"{file} cannot be written: {error.strerror}. Choose another file.") from None
    return f"wrote {said}; nothing was logged. Import it in Harvest's settings, or backfill without CSV: never both"


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
