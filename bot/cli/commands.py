"""The command line. Errors are one sentence on stderr: exit 2 for wrong use, 1 for failure; tracebacks with --debug."""

import asyncio
import json
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer

from bot import logs
from bot.cli import demo as sandbox_demo
from bot.cli.arguments import read_day, read_moment
from bot.cli.backfill import backfill_asana, backfill_harvest
from bot.cli.doctor import Verdict, examine
from bot.cli.manifest import manifest as app_manifest
from bot.cli.mapping import MappingCommands
from bot.clock import FixedClock, SystemClock
from bot.engine import NoJobs
from bot.process.schedule import JOBS, run_job
from bot.process.service import Part, freeze_gc, is_alone, only_process, release_leases, serve
from bot.settings import Settings, SettingsFault, read_settings
from bot.wiring.app import Gleaner, NotStarted, Timing, gleaner
from store.database import Store
from store.schema import migrate as migrate_store
from sync.errors import OutsideError
from sync.ports.engine import Job

cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
Debug = Annotated[bool, typer.Option("--debug", help="Show tracebacks and chatty logs.")]


_WRONG_USE: Any = typer.BadParameter.__mro__[1]
"""UsageError, which Typer does not export."""


def main() -> None:
    """Wrong use is one sentence as well, not Typer's box of several lines."""
    try:
        status = cli(standalone_mode=False)
    except _WRONG_USE as misuse:
        if sentence := misuse.format_message():
            typer.echo(f"gleaner: {sentence}", err=True)
        status = 2
    sys.exit(status)


def _perform(work: Coroutine[Any, Any, None], *, debug: bool) -> None:
    """Run a command to its end; whatever it raises becomes one sentence and exit 1."""
    logs.set_up(level="DEBUG" if debug else "INFO")
    try:
        asyncio.run(work)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    except typer.Exit:
        raise
    except (NotStarted, OutsideError) as error:
        _fail(str(error), error, debug=debug)
    except Exception as error:  # noqa: BLE001 - the operator's edge: a sentence, or the traceback with --debug
        _fail(
            f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else 'no further word'}",
            error,
            debug=debug,
        )


def _fail(sentence: str, error: Exception, *, debug: bool) -> None:
    if debug:
        raise error
    typer.echo(f"gleaner: {sentence}", err=True)
    raise typer.Exit(1)


def _settings() -> Settings:
    try:
        return read_settings()
    except SettingsFault as fault:
        for line in fault.faults:
            typer.echo(f"gleaner: {line}", err=True)
        raise typer.Exit(1) from None


@cli.command()
def run(*, debug: Debug = False) -> None:
    """Migrate, then web, scheduler and worker in one process."""
    _perform(serve(_settings(), Part.ALL), debug=debug)


@cli.command()
def web(*, debug: Debug = False) -> None:
    """Only the web half, for PostgreSQL."""
    _perform(serve(_halves(), Part.WEB), debug=debug)


@cli.command()
def worker(*, debug: Debug = False) -> None:
    """Only the worker half, for PostgreSQL."""
    _perform(serve(_halves(), Part.WORKER), debug=debug)


def _halves() -> Settings:
    settings = _settings()
    if settings.database_url.startswith("sqlite"):
        typer.echo("gleaner: web and worker apart need PostgreSQL; with SQLite use `gleaner run`.", err=True)
        raise typer.Exit(2)
    return settings


@cli.command()
def migrate(*, debug: Debug = False) -> None:
    """Bring the database to the newest schema; safe to run twice."""

    async def work() -> None:
        store = Store.open(_settings().database_url)
        try:
            await migrate_store(store)
        finally:
            await store.close()
        typer.echo("the database has the newest schema")

    _perform(work(), debug=debug)


@cli.command()
def check(*, debug: Debug = False) -> None:
    """Examine settings, database, Slack, Harvest and the clock; say how to mend what is wrong."""

    async def work() -> None:
        findings = [finding async for finding in examine()]
        for finding in findings:
            typer.echo(f"{finding.verdict.value:8}{finding.what}: {finding.says}")
        if any(finding.verdict is Verdict.WRONG for finding in findings):
            raise typer.Exit(1)

    _perform(work(), debug=debug)


@cli.command()
def job(
    name: Annotated[str, typer.Argument(help=f"One of: {', '.join(JOBS)}.")],
    now: Annotated[str | None, typer.Option(help="As if it were this time (ISO 8601).")] = None,
    *,
    debug: Debug = False,
) -> None:
    """Run one scheduled job once, now, and print what it did."""
    if name not in JOBS:
        typer.echo(f"gleaner: there is no job {name}; there are {', '.join(JOBS)}.", err=True)
        raise typer.Exit(2)
    clock = FixedClock(read_moment(now)) if now else SystemClock()

    async def work() -> None:
        settings = _settings()
        timing = Timing(writing=None if await is_alone(settings) else SystemClock())
        async with gleaner(settings, clock=clock, timing=timing, jobs=NoJobs()) as built:
            await _free_if_alone(settings, built)
            freeze_gc()
            summary = await run_job(built, Job(name))
            await built.flows.inbox.drain()
        typer.echo(summary or f"{name} is being run by another process just now")

    _perform(work(), debug=debug)


def _with_gleaner(work: Callable[[Gleaner], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        async with gleaner(_settings(), jobs=NoJobs()) as built:
            await work(built)

    _perform(run(), debug=False)


cli.add_typer(MappingCommands(_with_gleaner).app(), name="mapping")


async def _free_if_alone(settings: Settings, built: Any) -> None:
    """What a killed process left is free at once where no process can be at it."""
    if not built.tenant.store.is_embedded:
        return
    try:
        with only_process(settings):
            await release_leases(built)
    except NotStarted:
        return


@cli.command()
def backfill(
    first: Annotated[str, typer.Option("--from", help="The first day, as 2026-01-31.")],
    last: Annotated[str | None, typer.Option("--to", help="The last day; today if it is left out.")] = None,
    source: Annotated[str, typer.Option(help="Where from: harvest or asana.")] = "harvest",
    csv: Annotated[Path | None, typer.Option(help="Asana: write lines for Harvest's own import instead.")] = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")] = False,
    debug: Debug = False,
) -> None:
    """Read a span of history again, with a progress bar; repeatable without duplicates."""
    if source not in {"harvest", "asana"} or (csv is not None and source != "asana"):
        typer.echo("gleaner: --source is harvest or asana; --csv goes with asana alone.", err=True)
        raise typer.Exit(2)
    begin, end = read_day(first), read_day(last) if last else None
    if end is not None and end < begin:
        typer.echo(f"gleaner: --to {end} lies before --from {begin}; exchange them.", err=True)
        raise typer.Exit(2)

    async def work() -> None:
        async with gleaner(_settings(), jobs=NoJobs()) as built:
            freeze_gc()
            if source == "asana":
                typer.echo(await backfill_asana(built, begin, end, is_dry_run=dry_run, csv=csv))
            else:
                typer.echo(await backfill_harvest(built, begin, end, is_dry_run=dry_run))

    _perform(work(), debug=debug)


@cli.command()
def manifest(
    *,
    socket: Annotated[bool, typer.Option("--socket", help="For Socket Mode (the default).")] = False,
    http: Annotated[bool, typer.Option("--http", help="For HTTP; needs --url.")] = False,
    url: Annotated[str | None, typer.Option(help="The public address of the web process.")] = None,
    prefix: Annotated[str, typer.Option(envvar="COMMAND_PREFIX", help="Stands before command names.")] = "",
) -> None:
    """Print the Slack app manifest as JSON."""
    if socket and (http or url):
        typer.echo("gleaner: choose --socket or --http, not both.", err=True)
        raise typer.Exit(2)
    if http != bool(url):
        typer.echo("gleaner: --http and --url go together, as --http --url https://gleaner.example.com.", err=True)
        raise typer.Exit(2)
    sys.stdout.write(json.dumps(app_manifest(prefix=prefix, url=url), indent=2) + "\n")


@cli.command()
def demo(
    *,
    port: Annotated[int, typer.Option(help="Where the page is served; 0 picks a free port.")] = 8000,
    debug: Debug = False,
) -> None:
    """Start a pretend Slack and Harvest with a month of work, and the bot against them. No accounts needed."""
    _perform(sandbox_demo.run(port), debug=debug)
