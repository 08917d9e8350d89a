"""Whether Harvest did what it was asked. In the wrong timer mode it answers 201 and does something else."""

from sync.ports import EntryChange, EntryDraft, HarvestEntry


def differs(draft: EntryDraft, created: HarvestEntry) -> str | None:
    """A sentence if a created entry is not the one that was asked for."""
    wants_timer = draft.hours is None and draft.ended is None
    if created.is_running and not wants_timer:
        return "a finished entry was asked for and a timer was started"
    if wants_timer and not created.is_running:
        return "a timer was asked for and a finished entry was made"
    if draft.hours is not None and created.hours != draft.hours:
        return f"{draft.hours / 100:g} h were asked for and {created.hours / 100:g} h were kept"
    if draft.ended is not None and created.ended not in {None, draft.ended}:
        return "other times than those asked for were kept"
    return None


def differs_from_change(change: EntryChange, changed: HarvestEntry) -> str | None:
    """A sentence if a change was answered with success and had no effect (harvesthq/api#119)."""
    pairs = {
        "project": (change.project_id, changed.project_id),
        "task": (change.task_id, changed.task_id),
        "date": (change.spent_date, changed.spent_date),
        "hours": (change.hours, changed.hours),
        "note": (_plain(change.notes), _plain(changed.notes)),
    }
    unchanged = [name for name, (asked, kept) in pairs.items() if asked is not None and asked != kept]
    if not unchanged:
        return None
    return f"Harvest did not change the {' and the '.join(unchanged)}, and did not say why"


def _plain(note: str | None) -> str | None:
    """White space aside, which Harvest tidies."""
    return None if note is None else " ".join(note.split())
