"""What is done to tasks: each edit changes the record, writes the stories Asana writes, and tells the feed."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sandbox.asana import values
from sandbox.asana.feed_records import Change
from sandbox.asana.holdings import Holdings
from sandbox.asana.records import (
    Action,
    Field,
    Membership,
    Project,
    Record,
    Section,
    Source,
    Story,
    Task,
    User,
    Value,
    Workspace,
)


class TaskEdits(Holdings):
    """`by` None: done by Asana itself, such as a rule. What changes nothing leaves no story and no event."""

    def add_task(
        self,
        project: Project,
        name: str,
        *,
        section: Section | None = None,
        assignee: User | None = None,
        by: User | None = None,
        values_given: Mapping[Field, Any] | None = None,
        **more: Any,
    ) -> Task:
        """Values given at creation leave no story. `more`: other properties, such as `due_on` and `notes`."""
        task = self._new_task(project.workspace, name, by, values_given, more)
        self._join(task, project, section, by)
        if assignee is not None:
            self.assign(task, assignee, by)
        return task

    def add_subtask(
        self,
        parent: Task,
        name: str,
        *,
        assignee: User | None = None,
        by: User | None = None,
        values_given: Mapping[Field, Any] | None = None,
        **more: Any,
    ) -> Task:
        """In no project of its own."""
        task = self._new_task(parent.workspace, name, by, values_given, {**more, "parent": parent})
        parent.subtasks.append(task)
        self.emit("added", task, by, parent=parent)
        if assignee is not None:
            self.assign(task, assignee, by)
        return task

    def set_field(
        self, task: Task, field: Field, value: Any, by: User | None = None, *, source: Source = "web"
    ) -> Story | None:
        """A number as number or text, a percentage as fraction, an option by record, gid or name, None to clear.

        Raises `Unfit` for what the field cannot hold.
        """
        before, after = task.values.get(field), values.read(field, value)
        if before == after:
            return None
        if after is None:
            del task.values[field]
        else:
            task.values[field] = after
        self._task_changed(task, "custom_fields", by, field)
        return self._tell_of_value(task, field, before, after, by, source)

    def complete_task(self, task: Task, by: User | None = None) -> None:
        if not task.completed:
            self._set_completed(task, by, completed=True)

    def reopen_task(self, task: Task, by: User | None = None) -> None:
        if task.completed:
            self._set_completed(task, by, completed=False)

    def rename_task(self, task: Task, name: str, by: User | None = None) -> None:
        if name != task.name:
            before, task.name = task.name, name
            self._task_changed(task, "name", by)
            self._tell(task, "name_changed", f'changed the name to "{name}"', by, old_name=before, new_name=name)

    def assign(self, task: Task, assignee: User | None, by: User | None = None) -> None:
        if assignee is task.assignee:
            return
        task.assignee = assignee
        self._task_changed(task, "assignee", by, assignee)
        if assignee is None:
            self._tell(task, "unassigned", "unassigned this task", by)
        else:
            self._tell(task, "assigned", f"assigned to {assignee.name}", by, assignee=assignee)

    def set_due(self, task: Task, due_on: date | None, by: User | None = None) -> None:
        if due_on != task.due_on:
            task.due_on = due_on
            self._task_changed(task, "due_on", by)
            self._tell(task, "due_date_changed", f"changed the due date to {due_on}", by)

    def comment(self, task: Task, text: str, by: User | None = None, *, source: Source = "web") -> Story:
        return self._tell(task, "comment_added", text, by, source)

    def delete_story(self, story: Story, by: User | None = None) -> None:
        """Gone for good; what it told is nowhere else."""
        story.task.stories.remove(story)
        del self.stories[story.gid]
        self.emit("deleted", story, by, parent=story.task)

    def move_to_section(self, task: Task, section: Section, by: User | None = None) -> None:
        """Within a project that the task is in."""
        membership = next(found for found in task.memberships if found.project is section.project)
        before = membership.section
        if before is section:
            return
        membership.section = section
        self._moved(task, "removed", before, by)
        self._moved(task, "added", section, by)
        deed = f'moved this Task from "{before.name}" to "{section.name}" in {section.project.name}'
        self._tell(task, "section_changed", deed, by, old_section=before, new_section=section, project=section.project)

    def add_to_project(
        self, task: Task, project: Project, section: Section | None = None, by: User | None = None
    ) -> None:
        """Beside the projects it is in already."""
        self._join(task, project, section, by)
        self._tell(task, "added_to_project", f"added to {project.name}", by, project=project)

    def remove_from_project(self, task: Task, project: Project, by: User | None = None) -> None:
        membership = next(found for found in task.memberships if found.project is project)
        task.memberships.remove(membership)
        project.tasks.remove(task)
        self._moved(task, "removed", project, by)
        self._tell(task, "removed_from_project", f"removed from {project.name}", by, project=project)

    def move_task(self, task: Task, project: Project, section: Section | None = None, by: User | None = None) -> None:
        """Out of all its projects into this one."""
        for before in [membership.project for membership in task.memberships]:
            self.remove_from_project(task, before, by)
        self.add_to_project(task, project, section, by)

    def set_parent(self, task: Task, parent: Task | None, by: User | None = None) -> None:
        """Makes it a subtask, or none; the projects it is in stay."""
        if task.parent is not None:
            task.parent.subtasks.remove(task)
        task.parent = parent
        if parent is not None:
            parent.subtasks.append(task)
        self._task_changed(task, "parent", by, parent)

    def trash_task(self, task: Task, by: User | None = None) -> None:
        """With its subtasks, restorable for 30 days."""
        self.emit("deleted", task, by)
        task.trashed = True

    def restore_task(self, task: Task, by: User | None = None) -> None:
        task.trashed = False
        self.emit("undeleted", task, by)

    def field_of(self, task: Task, name: str) -> Field:
        """Its own or its home's."""
        offered = [*task.fields, *(field for project in task.homes for field in project.fields)]
        return next(field for field in offered if field.name == name)

    def task_named(self, name: str) -> Task:
        """The oldest of that name that is not gone."""
        return next(task for task in self.tasks.values() if task.name == name and not task.is_gone)

    def _new_task(
        self,
        workspace: Workspace,
        name: str,
        by: User | None,
        values_given: Mapping[Field, Any] | None,
        more: dict[str, Any],
    ) -> Task:
        now = self.now()
        task = Task(
            gid=self.new_gid(),
            created_at=now,
            modified_at=now,
            touched_at=now,
            workspace=workspace,
            name=name,
            created_by=by,
            followers=[by] if by else [],
            **more,
        )
        for field, given in (values_given or {}).items():
            value = values.read(field, given)
            if value is not None:
                task.values[field] = value
        self.tasks[task.gid] = task
        return task

    def _set_completed(self, task: Task, by: User | None, *, completed: bool) -> None:
        task.completed = completed
        task.completed_at, task.completed_by = (self.now(), by) if completed else (None, None)
        # Seen in a recorded delivery: one completion, two events of one instant.
        self._task_changed(task, "completed", by)
        self._task_changed(task, "completed_at", by)
        if completed:
            self._tell(task, "marked_complete", "completed this task", by)
        else:
            self._tell(task, "marked_incomplete", "marked incomplete", by)

    def _join(self, task: Task, project: Project, section: Section | None, by: User | None) -> None:
        place = section or project.sections[0]
        task.memberships.append(Membership(project, place))
        project.tasks.append(task)
        self._moved(task, "added", project, by)
        self._moved(task, "added", place, by)

    def _tell_of_value(
        self, task: Task, field: Field, before: Value | None, after: Value | None, by: User | None, source: Source
    ) -> Story:
        kind = f"{field.resource_subtype}_value"
        shown = values.displayed(field, after)
        deed = f'changed {field.name} to "{shown}"' if shown is not None else f"cleared {field.name}"
        last = task.stories[-1] if task.stories else None
        if last is not None and self._takes_in(last, field, by):
            last.facts[f"new_{kind}"], last.text = after, _sentence(by, deed)
            self.emit("changed", last, by, parent=task)
            return last
        facts = {"custom_field": field, f"old_{kind}": before, f"new_{kind}": after}
        return self._tell(task, f"{field.resource_subtype}_custom_field_changed", deed, by, source, **facts)

    def _takes_in(self, last: Story, field: Field, by: User | None) -> bool:
        """Whether the next edit of the field belongs to that story."""
        is_same = (last.facts.get("custom_field"), last.created_by) == (field, by)
        return is_same and self.now() - last.created_at < self.habits.merges_edits_within

    def _moved(self, task: Task, action: Action, place: Record, by: User | None) -> None:
        task.touched_at = self.now()
        self.emit(action, task, by, parent=place)

    def _task_changed(self, task: Task, what: str, by: User | None, new_value: Record | None = None) -> None:
        task.modified_at = task.touched_at = self.now()
        self.emit("changed", task, by, change=Change(what, new_value=new_value))

    def _tell(
        self, task: Task, subtype: str, text: str, by: User | None, source: Source = "web", **facts: Any
    ) -> Story:
        """A comment stands as it was written, any other story begins with who did it."""
        told = text if subtype == "comment_added" else _sentence(by, text)
        story = Story(
            gid=self.new_gid(),
            created_at=self.now(),
            task=task,
            created_by=by,
            resource_subtype=subtype,
            text=told,
            source=source,
            facts=facts,
        )
        self.stories[story.gid] = story
        task.stories.append(story)
        task.touched_at = self.now()
        self.emit("added", story, by, parent=task)
        return story


def _sentence(by: User | None, deed: str) -> str:
    return f"{by.name if by else 'Asana'} {deed}"
