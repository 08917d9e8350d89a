"""The organization in memory, with everything that can be done to it "in Asana" itself."""

from sandbox.asana.project_edits import ProjectEdits
from sandbox.asana.records import Project, Section, Task, User
from sandbox.asana.task_edits import TaskEdits
from sandbox.asana.time_edits import TimeEdits


class AsanaState(ProjectEdits, TaskEdits, TimeEdits):
    def duplicate_project(
        self, project: Project, name: str | None = None, by: User | None = None, *, copies_values: bool = True
    ) -> Project:
        """All gids are new but those of shared fields. Values are copied without a story, hence without a person.

        Whether Asana copies them is not documented; `copies_values` False: it does not. Time entries are never copied.
        """
        copy = self.add_project(
            name or f"Duplicate of {project.name}",
            project.workspace,
            team=project.team,
            owner=project.owner,
            by=by,
            sections=[section.name for section in project.sections],
            members=project.members,
            is_private=project.is_private,
        )
        for field in project.fields:
            self.share_field(copy, field, by)
        sections = dict(zip(project.sections, copy.sections, strict=True))
        for task in [task for task in project.tasks if not task.is_gone]:
            self._copy_task(task, copy, sections[self._section_in(task, project)], by, copies_values=copies_values)
        return copy

    def duplicate_task(self, task: Task, by: User | None = None, *, copies_values: bool = True) -> Task:
        """Into the same first project; values copied without a story."""
        place = task.memberships[0]
        return self._copy_task(task, place.project, place.section, by, copies_values=copies_values)

    def _copy_task(
        self, task: Task, project: Project, section: Section, by: User | None, *, copies_values: bool
    ) -> Task:
        copy = self.add_task(project, task.name, section=section, assignee=task.assignee, by=by, notes=task.notes)
        if copies_values:
            copy.values.update(task.values)
        self._copy_subtasks(task, copy, by, copies_values=copies_values)
        return copy

    def _copy_subtasks(self, task: Task, copy: Task, by: User | None, *, copies_values: bool) -> None:
        for subtask in [subtask for subtask in task.subtasks if not subtask.trashed]:
            below = self.add_subtask(copy, subtask.name, assignee=subtask.assignee, by=by)
            if copies_values:
                below.values.update(subtask.values)
            self._copy_subtasks(subtask, below, by, copies_values=copies_values)

    @staticmethod
    def _section_in(task: Task, project: Project) -> Section:
        return next(membership.section for membership in task.memberships if membership.project is project)
