"""`gleaner backfill --source asana` and `gleaner mapping export | import`: what an operator does about Asana."""

from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.app import Gleaner, NotStarted
from sync.asana_backfill import Backfilled

Work = Callable[[Gleaner], Coroutine[Any, Any, None]]
Perform = Callable[[Work], None]
"""Runs work with everything built, and turns what it raises into one sentence."""

_OPERATOR = "operator"
"""Who did it, in the audit: somebody at the command line."""


@dataclass(frozen=True)
class MappingCommands:
    perform: Perform

    def app(self) -> typer.Typer:
        commands = typer.Typer(no_args_is_help=True, help="The table of which Harvest project an Asana project is.")
        commands.command("export")(self.export)
        commands.command("import")(self.take)
        return commands

    def export(self, file: Annotated[Path, typer.Argument(help="Where to write the CSV; - for stdout.")]) -> None:
        """Write the mapping as CSV."""

        async def work(gleaner: Gleaner) -> None:
            text = await gleaner.flows.asana.files.export()
            if str(file) == "-":
                typer.echo(text, nl=False)
                return
            file.write_text(text, encoding="utf-8", newline="")
            typer.echo(f"{max(text.count(chr(10)) - 1, 0)} lines written to {file}")

        self.perform(work)

    def take(
        self,
        file: Annotated[Path, typer.Argument(help="A CSV as `export` writes it.")],
        *,
        dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    ) -> None:
        """Read a mapping from CSV: all of it, or nothing if any line is wrong."""

        async def work(gleaner: Gleaner) -> None:
            try:
                text = file.read_text(encoding="utf-8-sig")
            except (OSError, UnicodeDecodeError) as error:
                raise NotStarted(f"{file} cannot be read: save it as CSV in UTF-8 ({type(error).__name__}).") from None
            taken = await gleaner.flows.asana.files.take(text, by=_OPERATOR, is_rehearsal=dry_run)
            for fault in taken.faults:
                typer.echo(f"gleaner: {fault}", err=True)
            if taken.faults:
                raise NotStarted(f"nothing was changed: {len(taken.faults)} lines are wrong")
            typer.echo(f"{'would be ' if dry_run else ''}{taken}")

        self.perform(work)


async def backfill_asana(
    gleaner: Gleaner, first: date, last: date | None, *, is_rehearsal: bool, csv: Path | None = None
) -> str:
    """Hours typed from `first` on into tasks made up to `last`, with a progress bar; what it did, as a line.

    `csv`: nothing is logged; what would be is written there for Harvest's own import.
    """
    zone, backfill = gleaner.settings.agency_zone, gleaner.flows.asana.backfill
    until = datetime.combine(last + timedelta(days=1), time(), zone) if last else None
    with _bar() as report:
        done = await backfill.run(
            datetime.combine(first, time(), zone), until, is_rehearsal=is_rehearsal or csv is not None, progress=report
        )
    if csv is not None:
        return _written(csv, await backfill.as_csv(done.lines), done, is_rehearsal=is_rehearsal)
    if is_rehearsal:
        return f"would book {done}"
    await gleaner.flows.outbox.push_due()
    return f"booked {done}"


@contextmanager
def _bar() -> Iterator[Callable[[int, int], None]]:
    """Shown where somebody looks; what it yields moves it."""
    columns = (TextColumn("Asana tasks"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        row = bar.add_task("tasks", total=None)
        yield lambda at, total: bar.update(row, completed=at, total=total)


def _written(file: Path, text: str, done: Backfilled, *, is_rehearsal: bool) -> str:
    said = f"{len(done.lines)} lines for {file} ({done})"
    if is_rehearsal:
        return f"would write {said}"
    try:
        file.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise NotStarted(f"{file} cannot be written: {error.strerror}. Choose another file.") from None
    return f"wrote {said}; nothing was logged. Import it in Harvest's settings, or backfill without CSV: never both"
