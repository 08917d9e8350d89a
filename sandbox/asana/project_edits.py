"""What is done to projects, their fields and the people around them."""

from collections.abc import Callable, Iterable
from decimal import Decimal

from sandbox.asana.feed_records import Change
from sandbox.asana.holdings import Holdings
from sandbox.asana.records import Field, Job, Option, Project, Record, Section, Setting, Task, Team, User, Workspace

_KINDS = {
    "number": ("number", "none"),
    "percentage": ("number", "percentage"),
    "currency": ("number", "currency"),
    "formula": ("number", "none"),
    "enum": ("enum", "none"),
    "text": ("text", "none"),
}
_COLOURS = ("green", "yellow", "orange", "red", "blue", "purple")

Formula = Callable[[Task], Decimal | None]


class ProjectEdits(Holdings):
    """`by` None: done by Asana itself, such as a rule."""

    def add_workspace(self, name: str, *, is_organization: bool = True) -> Workspace:
        workspace = Workspace(
            gid=self.new_gid(), created_at=self.now(), name=name, is_organization=is_organization, email_domains=()
        )
        self.workspaces[workspace.gid] = workspace
        return workspace

    def add_team(self, workspace: Workspace, name: str) -> Team:
        team = Team(gid=self.new_gid(), created_at=self.now(), name=name, workspace=workspace)
        self.teams[team.gid] = team
        return team

    def add_user(self, name: str, email: str | None, workspace: Workspace, *, is_service_account: bool = False) -> User:
        """Without `email`: a guest whose address the token does not see."""
        user = User(
            gid=self.new_gid(),
            created_at=self.now(),
            name=name,
            email=email,
            workspaces=[workspace],
            is_service_account=is_service_account,
        )
        self.users[user.gid] = user
        self.changes.announce()
        return user

    def remove_user(self, user: User) -> None:
        """Out of the organization: tokens die, the e-mail address is no longer shown, tasks stay assigned."""
        user.workspaces.clear()
        user.email = None
        for token in [token for token, owner in self.tokens.items() if owner is user]:
            del self.tokens[token]
        self.changes.announce()

    def add_project(
        self,
        name: str,
        workspace: Workspace,
        *,
        team: Team | None = None,
        owner: User | None = None,
        by: User | None = None,
        sections: Iterable[str] = ("Untitled section",),
        members: Iterable[User] = (),
        is_private: bool = False,
        created_from_template: str | None = None,
    ) -> Project:
        """The first section is where tasks land."""
        project = Project(
            gid=self.new_gid(),
            created_at=self.now(),
            modified_at=self.now(),
            name=name,
            workspace=workspace,
            team=team,
            owner=owner,
            members=list(members),
            is_private=is_private,
            created_from_template=created_from_template,
        )
        self.projects[project.gid] = project
        for section in sections:
            self.add_section(project, section, by=by)
        self.emit("added", project, by or owner, parent=team or workspace)
        return project

    def add_section(self, project: Project, name: str, by: User | None = None) -> Section:
        section = Section(gid=self.new_gid(), created_at=self.now(), name=name, project=project)
        self.sections[section.gid] = section
        project.sections.append(section)
        self.emit("added", section, by, parent=project)
        return section

    def rename_section(self, section: Section, name: str, by: User | None = None) -> None:
        section.name = name
        self.emit("changed", section, by, change=Change("name"))

    def rename_project(self, project: Project, name: str, by: User | None = None) -> None:
        project.name = name
        self._project_changed(project, "name", by)

    def archive_project(self, project: Project, by: User | None = None) -> None:
        project.archived = True
        self._project_changed(project, "archived", by)

    def unarchive_project(self, project: Project, by: User | None = None) -> None:
        project.archived = False
        self._project_changed(project, "archived", by)

    def set_owner(self, project: Project, owner: User | None, by: User | None = None) -> None:
        project.owner = owner
        self._project_changed(project, "owner", by, owner)

    def delete_project(self, project: Project, by: User | None = None) -> None:
        """Takes with it the tasks that live nowhere else."""
        project.deleted = True
        self.emit("deleted", project, by)

    def restore_project(self, project: Project, by: User | None = None) -> None:
        project.deleted = False
        self.emit("undeleted", project, by)

    def add_field(
        self,
        project: Project,
        name: str,
        kind: str = "number",
        *,
        precision: int = 2,
        options: Iterable[str] = (),
        formula: Formula | None = None,
        is_global: bool = True,
        by: User | None = None,
    ) -> Field:
        """A new field, in use in that project. `kind`: number, percentage, currency, enum, text or formula."""
        subtype, form = _KINDS[kind]
        field = Field(
            gid=self.new_gid(),
            created_at=self.now(),
            name=name,
            workspace=project.workspace,
            resource_subtype=subtype,  # type: ignore[arg-type]  # the table holds only such
            format=form,  # type: ignore[arg-type]
            precision=0 if kind == "percentage" else precision,
            formula=formula or ((lambda _: None) if kind == "formula" else None),
            is_global_to_workspace=is_global,
            created_by=by,
        )
        self.fields[field.gid] = field
        for option in options:
            self.add_option(field, option)
        self.share_field(project, field, by)
        return field

    def add_option(self, field: Field, name: str) -> Option:
        colour = _COLOURS[len(field.options) % len(_COLOURS)]
        option = Option(gid=self.new_gid(), created_at=self.now(), name=name, color=colour)
        self.options[option.gid] = option
        field.options.append(option)
        return option

    def share_field(self, project: Project, field: Field, by: User | None = None) -> Setting:
        """Also brings back a field that was disabled there."""
        setting = Setting(gid=self.new_gid(), created_at=self.now(), project=project, field=field)
        self.settings[setting.gid] = setting
        project.settings.append(setting)
        self._project_changed(project, "custom_field_settings", by, setting)
        return setting

    def disable_field(self, project: Project, field: Field, by: User | None = None) -> None:
        """Off the project. Its tasks keep their values, which are `enabled: false` unless another project has it."""
        for setting in [setting for setting in project.settings if setting.field is field]:
            project.settings.remove(setting)
            del self.settings[setting.gid]
            self._project_changed(project, "custom_field_settings", by, setting)

    def rename_field(self, field: Field, name: str) -> None:
        """Tells no hook: field definitions are no resource of webhooks."""
        field.name = name
        self.changes.announce()

    def rename_option(self, option: Option, name: str) -> None:
        option.name = name
        self.changes.announce()

    def disable_option(self, option: Option) -> None:
        """Can no longer be chosen; tasks that have it keep it."""
        option.enabled = False
        self.changes.announce()

    def add_job(self, kind: str, new_project: Project) -> Job:
        """Finished as soon as it is made."""
        job = Job(gid=self.new_gid(), created_at=self.now(), resource_subtype=kind, new_project=new_project)
        self.jobs[job.gid] = job
        return job

    def field_named(self, project: Project, name: str) -> Field:
        return next(field for field in project.fields if field.name == name)

    def project_named(self, name: str) -> Project:
        """The oldest of that name that was not deleted."""
        return next(project for project in self.projects.values() if project.name == name and not project.deleted)

    def user_by_email(self, email: str) -> User:
        return next(user for user in self.users.values() if user.email == email)

    def _project_changed(self, project: Project, what: str, by: User | None, new_value: Record | None = None) -> None:
        project.modified_at = self.now()
        self.emit("changed", project, by, change=Change(what, new_value=new_value))
