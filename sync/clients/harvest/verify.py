"""Whether Harvest did what it was asked. It may answer "done" in silence and do something else.

In the wrong timer mode a finished entry becomes a running one; a refused change was seen to answer 200 without effect
(harvesthq/api#119). Each function gives a sentence for the person, or None if all is well.
"""

import html
import unicodedata
from datetime import time

from store.harvest.records import HarvestEntry
from sync.ports.harvest import EntryChange, EntryDraft
from sync.rules.text import durations


def differs(asked: EntryDraft | EntryChange, entry: HarvestEntry) -> str | None:
    """How the entry Harvest answered with is not the one that was asked for.

    Hours are compared to 0.01 h, times to the minute. Of a new entry's note nothing is said: hours are worth keeping
    whatever Harvest made of the words.
    """
    if isinstance(asked, EntryDraft):
        return _mode(asked, entry) or _kept(asked, entry)
    return _kept(asked, entry)


def still_runs(entry: HarvestEntry) -> str | None:
    """After a stop."""
    return "Harvest answered that the timer was stopped, but it runs on" if entry.is_running else None


def does_not_run(entry: HarvestEntry) -> str | None:
    """After a restart."""
    return None if entry.is_running else "Harvest answered that the timer was started again, but it does not run"


def _mode(draft: EntryDraft, entry: HarvestEntry) -> str | None:
    wants_timer = draft.hours is None and draft.ended is None
    if wants_timer == entry.is_running:
        return None
    if wants_timer:
        return "a timer was asked for, and Harvest made a finished entry"
    return "a finished entry was asked for, and Harvest started a timer"


def _kept(asked: EntryDraft | EntryChange, entry: HarvestEntry) -> str | None:
    pairs = {
        "project": (asked.project_id, entry.project_id),
        "task": (asked.task_id, entry.task_id),
        "date": (asked.spent_date, entry.spent_date),
        "start": (_minute(asked.started), _minute(entry.started)),
        "end": (_minute(asked.ended), _minute(entry.ended)),
    }
    other = [name for name, (wanted, kept) in pairs.items() if wanted is not None and wanted != kept]
    if wrong := (_person(asked, entry) or _hours(asked, entry)):
        return wrong
    if isinstance(asked, EntryChange) and asked.notes is not None and _letters(asked.notes) != _letters(entry.notes):
        other.append("note")
    return f"Harvest did not take over the {' and the '.join(other)}, and did not say why" if other else None


def _person(asked: EntryDraft | EntryChange, entry: HarvestEntry) -> str | None:
    if isinstance(asked, EntryChange) or asked.user_id in {None, entry.user_id}:
        return None
    return "Harvest wrote the entry for somebody else"


def _hours(asked: EntryDraft | EntryChange, entry: HarvestEntry) -> str | None:
    """A running timer adds to what was asked for, so there only fewer hours are a difference."""
    if asked.hours is None or asked.hours == entry.hours or (entry.is_running and entry.hours > asked.hours):
        return None
    return f"{durations.show(asked.hours)} were asked for, and Harvest kept {durations.show(entry.hours)}"


def _minute(moment: time | None) -> time | None:
    return None if moment is None else moment.replace(second=0, microsecond=0)


def _letters(note: str) -> str:
    """Letters and digits alone: how Harvest keeps spaces, emoji and the signs of HTML is documented nowhere."""
    return "".join(sign for sign in unicodedata.normalize("NFC", html.unescape(note)) if sign.isalnum())
