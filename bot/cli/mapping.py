"""`gleaner mapping export | import`: the table of links as a file, for an operator."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.wiring.app import Gleaner, NotStarted
from sync.rules.text.csv_tables import NotCsv, decoded

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
            text = text_of(file)
            taken = await gleaner.flows.asana.files.take(text, by=_OPERATOR, is_dry_run=dry_run)
            for fault in taken.faults:
                typer.echo(f"gleaner: {fault}", err=True)
            if taken.faults:
                raise NotStarted(f"nothing was changed: {len(taken.faults)} lines are wrong")
            typer.echo(f"{'would be ' if dry_run else ''}{taken}")

        self.perform(work)


def text_of(file: Path) -> str:
    """What stands in it, however a spreadsheet wrote it. Raises NotStarted."""
    try:
        return decoded(file.read_bytes())
    except OSError as error:
        raise NotStarted(f"{file} cannot be read: {error.strerror or type(error).__name__}.") from None
    except NotCsv as error:
        raise NotStarted(f"{file} cannot be read: {error}.") from None
