"""What a form showed of an entry, as a short stamp that travels with it: what was changed since, and by which side.

A field whose value equals the one that was shown was not changed by the person, so it is neither checked nor sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b

from store.time_entries.records import EntryEdit, TimeEntry
from sync.rules.text.slack import tidy_note, unwrap

_FIELDS = ("project_id", "task_id", "spent_date", "hours", "note")
_BYTES = 6


@dataclass(frozen=True, slots=True)
class Shown:
    """Marks of the fields as they were shown, by name."""

    marks: Mapping[str, str]

    @classmethod
    def of(cls, entry: TimeEntry) -> "Shown":
        return cls({name: _mark(name, getattr(entry, name)) for name in _FIELDS})

    @classmethod
    def read(cls, text: str) -> "Shown | None":
        """None for anything that was not written by `write`."""
        marks = text.split(".")
        if len(marks) != len(_FIELDS) or any(len(mark) != 2 * _BYTES for mark in marks):
            return None
        return cls(dict(zip(_FIELDS, marks, strict=True)))

    def write(self) -> str:
        return ".".join(self.marks[name] for name in _FIELDS)

    def has(self, name: str, value: object) -> bool:
        """Whether that field was shown with this value."""
        return self.marks[name] == _mark(name, value)

    def changed(self, wanted: EntryEdit) -> EntryEdit:
        """Only what differs from what was shown."""
        fields = {name: getattr(wanted, name) for name in _FIELDS}
        return EntryEdit(**{name: None if self.has(name, value) else value for name, value in fields.items()})


def _mark(name: str, value: object) -> str:
    text = tidy_note(unwrap(value)).text if name == "note" and isinstance(value, str) else str(value)
    return blake2b(text.encode(errors="replace"), digest_size=_BYTES).hexdigest()
