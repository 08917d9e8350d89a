"""Whether a linked project has the field that its hours are typed into, and whether that is the one that is read."""

from store.asana.records.api import FieldKind
from store.asana.records.state import KnownProject
from sync.news.asana import NoHoursField, SecondHoursField
from sync.rules.asana.billable_hours import HOURS_FIELD
from sync.rules.asana.field_names import is_called


def field_news(known: KnownProject) -> tuple[str, NoHoursField | SecondHoursField] | None:
    """With what makes it another one; None where all is well."""
    project, fields = known.project, {field.gid: field for field in known.fields}
    read = fields.get(known.hours_gid or "")
    if read is None:
        numbers = [field.name for field in known.fields if field.kind is FieldKind.NUMBER]
        return "no-field", NoHoursField(project.gid, project.name, project.url, numbers)
    others = [field for field in known.fields if field is not read and is_called(field.name, HOURS_FIELD)]
    if others and not is_called(read.name, HOURS_FIELD):
        return f"second-field:{others[0].gid}", SecondHoursField(project.gid, project.name, project.url, read.name)
    return None
