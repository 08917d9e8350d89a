"""What is done to native time tracking entries. No feed tells of any of it, and tasks do not count as modified."""

from datetime import date
from typing import Any

from sandbox.asana.holdings import Holdings
from sandbox.asana.records import Project, Task, TimeEntry, User, Workspace


class TimeEdits(Holdings):
    def add_time_entry(self, task: Task, by: User | None, minutes: int, entered_on: date, **more: Any) -> TimeEntry:
        """`more`: `billable_status`, `description`, `approval_status`, or another project as `attributable_to`."""
        homes = task.homes
        fields = {"attributable_to": homes[0] if homes else None, **more}
        return self._enter(task.workspace, task, by, minutes, entered_on, fields)

    def add_general_entry(
        self, project: Project, by: User | None, minutes: int, entered_on: date, **more: Any
    ) -> TimeEntry:
        """Time on the project as such, on no task."""
        fields = {"attributable_to": project, **more}
        return self._enter(project.workspace, None, by, minutes, entered_on, fields)

    def edit_time_entry(self, entry: TimeEntry, **fields: Any) -> None:
        """Under Asana's names, such as `duration_minutes` and `entered_on`."""
        for name, value in fields.items():
            setattr(entry, name, value)
        self.changes.announce()

    def delete_time_entry(self, entry: TimeEntry) -> None:
        del self.time_entries[entry.gid]
        if entry.task is not None:
            entry.task.time_entries.remove(entry)
        self.changes.announce()

    def _enter(
        self,
        workspace: Workspace,
        task: Task | None,
        by: User | None,
        minutes: int,
        entered_on: date,
        fields: dict[str, Any],
    ) -> TimeEntry:
        entry = TimeEntry(
            gid=self.new_gid(),
            created_at=self.now(),
            workspace=workspace,
            task=task,
            created_by=by,
            duration_minutes=minutes,
            entered_on=entered_on,
            **fields,
        )
        self.time_entries[entry.gid] = entry
        if task is not None:
            task.time_entries.append(entry)
        self.changes.announce()
        return entry
