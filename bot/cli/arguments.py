"""Days and moments as the command line takes them; what is none ends it with a sentence."""

from datetime import UTC, date, datetime

import typer


def read_moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        typer.echo(f"gleaner: {text} is no time; write it as 2026-11-19T09:30:00+01:00.", err=True)
        raise typer.Exit(2) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def read_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        typer.echo(f"gleaner: {text} is no date; write it as 2026-01-31.", err=True)
        raise typer.Exit(2) from None
