"""What `/gleaner` shows."""

from handlers.cards.unread import part_name
from handlers.slack.blocks import cut, moment, name, section
from handlers.slack.replies import Message, plain
from store.harvest.records import Project
from store.people.records import Person
from sync.asana.holds.queries import AsanaStanding
from sync.rules.text.durations import show
from sync.rules.text.slack import as_command, escape
from sync.rules.time_entries.log_command import log_usage
from sync.rules.time_entries.timer_command import timer_usage
from sync.time_entries.status import PersonStatus
from sync.time_entries.targets import UnclearTarget

_NAMED = 5
"""Parts of Harvest that cannot be read, by name."""


def help_text(prefix: str) -> Message:
    text = (
        f"*Gleaner puts your hours into Harvest.*\n*Log time*\n{log_usage()}\n*Timer*\n{timer_usage()}\n*Budgets*\n"
        "`/budget` – your projects; `/budget ACME-12` – one of them; `/budget help` – all of it\n*Settings*\n"
        "`/gleaner link ACME-12` – this channel stands for that project; also `link #channel ACME-12`; "
        "`/gleaner unlink`\n"
        "`/gleaner connect`, `/gleaner disconnect` – your own Harvest sign-in\n"
        "`/gleaner status` – how things stand; `/gleaner people` – whom Slack and Harvest do not agree on\n"
        "`/gleaner import` – read from Harvest now; `/gleaner why ENTRY` – where an entry came from\n"
        "*Asana*\n`/gleaner map` – which Harvest project its projects go to; `/gleaner map NAME` – one with its tasks\n"
        "`/gleaner audit` – what to fix there before hours can be trusted\n"
        "`/gleaner log …`, `/gleaner timer …` – the same commands where another app owns their names"
    )
    if prefix:
        for command in ("log", "timer", "budget"):
            text = text.replace(f"`/{command}", f"`/{prefix}{command}")
    return Message(text, [section(text)])


def status(person: Person, standing: PersonStatus, asana: AsanaStanding) -> Message:
    lines = [
        f"*You*: {escape(person.name)}, times in {person.timezone}, {_harvest(person, standing)}",
        f"*Harvest*: {_account(standing)}",
        *_unread(standing),
        f"*Asana*: {_asana(asana)}",
        f"*This channel*: {_linked(standing.linked)}",
        f"*Waiting for Harvest*: {standing.waiting or 'nothing'}",
        f"*Held*: {_held(standing)}",
    ]
    text = "\n".join(lines)
    return Message(text, [section(text)])


def linked(person: Person, channel: str, project: Project, before: Project | None) -> Message:
    """For everybody in the channel."""
    instead = f", instead of *{name(before.name)}*" if before else ""
    return plain(
        f":link: <#{channel}> stands for {_bold(project)} now{instead}: <@{person.slack_id}> linked it. "
        "`/log 1h what you did` there needs no code. `/gleaner unlink` undoes that."
    )


def linked_already(channel: str, project: Project) -> Message:
    return plain(f"<#{channel}> stands for {_bold(project)} already, so nothing was changed.")


def unlinked(person: Person, channel: str, before: Project) -> Message:
    """For everybody in the channel."""
    return plain(
        f":link: <#{channel}> no longer stands for {_bold(before)}: <@{person.slack_id}> unlinked it. `/log` there "
        "needs a project's code now."
    )


def linked_to_nothing(channel: str) -> Message:
    return plain(f"<#{channel}> is linked to no project, so nothing was changed. `/gleaner link ACME-12` links it.")


def changed_among_others(slack_id: str) -> Message:
    """Where other organizations read along: which project it is, is not theirs to know."""
    return plain(f":link: <@{slack_id}> changed the project for which `/log` in this channel needs no code.")


def not_linked(found: UnclearTarget) -> Message:
    near = "".join(
        f"\n• `/gleaner link {as_command(found.called(project))}` {name(project.name)}" for project in found.nearest
    )
    text = f"{cut(found.why, 1000)}{near}\nNothing was changed."
    return Message(text, [section(text)])


def _unread(standing: PersonStatus) -> list[str]:
    """One line, if anything of Harvest cannot be read while the rest can."""
    if not standing.unread:
        return []
    parts = [f"{part_name(one.part, one.who)} ({escape(cut(one.why, 100))})" for one in standing.unread[:_NAMED]]
    more = f" and {len(standing.unread) - _NAMED} more" if len(standing.unread) > _NAMED else ""
    return [f"*Cannot be read from Harvest*: {', '.join(parts)}{more}"]


def _held(standing: PersonStatus) -> str:
    if not standing.held:
        return "nothing"
    days = sorted({entry.spent_date for entry in standing.held})
    many = "1 entry" if len(standing.held) == 1 else f"{len(standing.held)} entries"
    return f"{many}, not in Harvest: " + ", ".join(f"`/log list {day}`" for day in days[:5])


def _harvest(person: Person, standing: PersonStatus) -> str:
    if standing.is_connected:
        return "signed in to Harvest yourself"
    if person.harvest_user_id:
        return "matched to Harvest by your e-mail address; Gleaner logs on your behalf"
    return "not found in Harvest: `/gleaner connect`, or ask your coordinator to add you"


def _account(standing: PersonStatus) -> str:
    account = standing.account
    if account is None or account.imported_at is None:
        return "not imported yet; the first import runs within a minute of the start"
    mode = "start and end times" if account.uses_timestamps else "durations"
    outage = " – *does not answer at the moment*" if standing.is_stalled or not standing.is_answering else ""
    narrow = "" if account.sees_all else "; its token is a manager's, so I see only the projects they manage"
    return f"{escape(account.name)}, keeps {mode}, last imported {moment(account.imported_at)}{narrow}{outage}"


def _asana(standing: AsanaStanding) -> str:
    if not standing.is_connected:
        return "not connected; the person who runs Gleaner sets ASANA_ACCESS_TOKEN"
    heard = f"last heard {moment(standing.heard_at)}" if standing.heard_at else "nothing heard yet"
    loose = f", {standing.unmapped} not (`/gleaner map`)" if standing.unmapped else ""
    held = f"; {standing.holds} wait, {show(standing.held)} in all" if standing.holds else "; nothing waits"
    return f"connected, {heard}; {standing.linked} projects linked{loose}{held}"


def _linked(project: Project | None) -> str:
    if project is None:
        return "linked to no project; `/gleaner link CODE` links it"
    return f"{name(project.name)} ({name(project.code or 'no code')})"


def _bold(project: Project) -> str:
    return f"*{name(project.name)}* ({name(project.code or 'no code')})"
