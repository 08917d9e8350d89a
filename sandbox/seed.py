"""The demo's agency: ten people over three time zones, twelve clients, their projects, and the channels they talk in.

Everything here is made up. The tenth person is in Slack alone: nobody in Harvest has that e-mail address.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sandbox.harvest.double import HarvestDouble
from sandbox.harvest.month import log_month, set_budgets
from sandbox.harvest.records import Project as HarvestProject
from sandbox.harvest.records import Task, User
from sandbox.harvest.state import HarvestState

ADMIN_TOKEN = "harvest-admin-token-fake"
_STOCKHOLM, _LONDON, _NEW_YORK = "Europe/Stockholm", "Europe/London", "America/New_York"


@dataclass(frozen=True)
class Person:
    """`access` is the Harvest access role; None: not in Harvest. `timezone` is an IANA name."""

    name: str
    slack_id: str
    timezone: str
    title: str
    access: str | None = "member"
    hourly_rate: int = 95

    @property
    def email(self) -> str:
        return f"{self.name.split()[0].casefold()}@lumen.example"


@dataclass(frozen=True)
class Client:
    name: str
    currency: str = "EUR"


@dataclass(frozen=True)
class Project:
    """`people` and `manager` are first names. `used` is the share of the budget the month's work has eaten."""

    code: str
    name: str
    client: str
    tasks: tuple[str, ...]
    people: tuple[str, ...]
    manager: str
    budget_by: str = "project"
    used: Decimal = Decimal("0.5")
    is_monthly: bool = False


@dataclass(frozen=True)
class Channel:
    """`members` are Slack ids; `project` is the code of the project it is about."""

    id: str
    name: str
    members: tuple[str, ...]
    project: str | None = None


@dataclass(frozen=True)
class Agency:
    people: tuple[Person, ...]
    channels: tuple[Channel, ...]
    clients: tuple[Client, ...]
    projects: tuple[Project, ...]

    def person(self, first_name: str) -> Person:
        return next(person for person in self.people if person.name.startswith(f"{first_name} "))


_PEOPLE = (
    Person("Astrid Lindqvist", "U0ASTRID01", _STOCKHOLM, "Managing director", "administrator", 140),
    Person("Owen Hartley", "U0OWEN0002", _LONDON, "Operations and billing", "administrator", 110),
    Person("Maya Okafor", "U0MAYA0003", _LONDON, "Project manager", "manager", 115),
    Person("Erik Sandberg", "U0ERIK0004", _STOCKHOLM, "Project manager", "manager", 115),
    Person("Nadia Petrova", "U0NADIA005", _STOCKHOLM, "Designer"),
    Person("Tom Whitfield", "U0TOM00006", _LONDON, "Developer"),
    Person("Priya Raman", "U0PRIYA007", _LONDON, "Developer"),
    Person("Lucas Meyer", "U0LUCAS008", _NEW_YORK, "Designer"),
    Person("Sofia Alvarez", "U0SOFIA009", _NEW_YORK, "Developer"),
    Person("Jonas Berg", "U0JONAS010", _STOCKHOLM, "Copywriter (freelance)", None),
)
_CLIENTS = (
    Client("Acme Outdoor", "GBP"),
    Client("Brightwater Clinics", "GBP"),
    Client("Cobalt Energy"),
    Client("Dune Coffee Roasters"),
    Client("Elmwood School", "GBP"),
    Client("Fjord Ferries"),
    Client("Granite Bank", "USD"),
    Client("Hollis Publishing", "USD"),
    Client("Ivory Piano Works"),
    Client("Juniper Foods", "USD"),
    Client("Kestrel Insurance", "GBP"),
    Client("Lumen Studio"),
)
_BUILD = ("Design", "Development", "Project management")
_CARE = ("Development", "Support", "Project management")
_BRAND = ("Design", "Copywriting", "Project management")
_INTERNAL = ("Meetings", "Administration")
_PROJECTS = (
    Project(
        "ACME-12", "Website relaunch", "Acme Outdoor", _BUILD, ("Nadia", "Tom", "Priya"), "Maya", used=Decimal("0.72")
    ),
    Project(
        "ACME-15", "Shop maintenance", "Acme Outdoor", _CARE, ("Tom",), "Maya", used=Decimal("0.93"), is_monthly=True
    ),
    Project(
        "BRIG-3", "Booking portal", "Brightwater Clinics", _BUILD, ("Priya", "Lucas"), "Maya", used=Decimal("0.88")
    ),
    Project("COB-7", "Annual report", "Cobalt Energy", _BRAND, ("Nadia", "Lucas"), "Erik", used=Decimal("0.45")),
    Project(
        "DUNE-2",
        "Packaging refresh",
        "Dune Coffee Roasters",
        _BRAND,
        ("Nadia",),
        "Erik",
        "project_cost",
        Decimal("0.60"),
    ),
    Project("ELM-1", "Admissions site", "Elmwood School", _BUILD, ("Tom", "Lucas"), "Maya", used=Decimal("0.31")),
    Project(
        "FJORD-9",
        "Timetable app",
        "Fjord Ferries",
        _BUILD,
        ("Sofia", "Priya", "Nadia"),
        "Erik",
        "task",
        Decimal("0.74"),
    ),
    Project("GRAN-4", "Design system", "Granite Bank", _BUILD, ("Lucas", "Sofia"), "Erik", used=Decimal("0.97")),
    Project("HOLL-6", "Spring catalogue", "Hollis Publishing", _BRAND, ("Lucas",), "Erik", "none"),
    Project("IVORY-1", "Brand identity", "Ivory Piano Works", _BRAND, ("Nadia",), "Maya", used=Decimal("0.20")),
    Project("JUN-5", "Recipe platform", "Juniper Foods", _BUILD, ("Sofia", "Tom"), "Erik", used=Decimal("0.66")),
    Project(
        "KEST-8", "Claims portal", "Kestrel Insurance", _BUILD, ("Priya", "Sofia"), "Maya", "person", Decimal("0.58")
    ),
    Project(
        "KEST-11",
        "Support retainer",
        "Kestrel Insurance",
        _CARE,
        ("Tom",),
        "Maya",
        used=Decimal("0.80"),
        is_monthly=True,
    ),
    Project(
        "LUM-1", "Internal", "Lumen Studio", _INTERNAL, ("Nadia", "Tom", "Priya", "Lucas", "Sofia"), "Erik", "none"
    ),
)
_NOT_BILLABLE = frozenset(_INTERNAL)
_LINKED_CHANNELS = {"ACME-12": "acme-website"}


def _members(project: Project) -> tuple[str, ...]:
    """Those who work on it, its manager and both administrators."""
    names = (*project.people, project.manager, "Astrid", "Owen")
    return tuple(person.slack_id for person in _PEOPLE if person.name.split()[0] in names)


def _channels() -> tuple[Channel, ...]:
    everybody = tuple(person.slack_id for person in _PEOPLE)
    shared = (Channel("C0GENERAL1", "general", everybody), Channel("C0RANDOM02", "random", everybody))
    return shared + tuple(
        Channel(
            f"C0{project.code.replace('-', ''):0<8}",
            _LINKED_CHANNELS.get(project.code, project.code.casefold()),
            _members(project),
            project.code,
        )
        for project in _PROJECTS
    )


AGENCY = Agency(_PEOPLE, _channels(), _CLIENTS, _PROJECTS)


def fill_harvest(double: HarvestDouble, agency: Agency = AGENCY) -> None:
    """People, clients, projects and a month of work up to the double's present; none of it in the future."""
    state = double.state
    state.company.name = "Lumen Studio"
    users = {person.name.split()[0]: _add_user(state, person) for person in agency.people if person.access}
    clients = {client.name: state.add_client(name=client.name, currency=client.currency) for client in agency.clients}
    names = sorted({name for project in agency.projects for name in project.tasks})
    tasks = {name: state.add_task(name=name, billable_by_default=name not in _NOT_BILLABLE) for name in names}
    added = [(_add_project(state, plan, clients[plan.client].id, users, tasks), plan) for plan in agency.projects]
    state.add_role(name="Delivery", user_ids=[user.id for user in users.values() if not user.is_administrator])
    administrator = next(user for user in users.values() if user.is_administrator)
    state.grant(administrator, ADMIN_TOKEN)
    log_month(state)
    for project, plan in added:
        set_budgets(state, project, plan.used)


def _add_user(state: HarvestState, person: Person) -> User:
    first, last = person.name.split()
    extra = ("project_creator", "time_and_expenses_manager") if person.access == "manager" else ()
    return state.add_user(
        first_name=first,
        last_name=last,
        email=person.email,
        timezone=person.timezone,
        access_roles=(person.access, *extra),
        roles=(person.title,),
        default_hourly_rate=Decimal(person.hourly_rate),
        cost_rate=Decimal(person.hourly_rate * 4 // 10),
    )


def _add_project(
    state: HarvestState, plan: Project, client_id: int, users: dict[str, User], tasks: dict[str, Task]
) -> HarvestProject:
    project = state.add_project(
        client_id=client_id,
        name=plan.name,
        code=plan.code,
        is_billable=plan.client != "Lumen Studio",
        bill_by="Project",
        hourly_rate=Decimal(110),
        budget_by=plan.budget_by,
        budget_is_monthly=plan.is_monthly,
        notify_when_over_budget=plan.budget_by != "none",
        show_budget_to_all=True,
        starts_on=date(2026, 1, 5),
    )
    # Administrators keep an eye on everything, and log a little of it.
    for name in (*plan.people, plan.manager, "Astrid", "Owen"):
        state.assign_user(project, users[name], is_project_manager=name == plan.manager)
    for name in plan.tasks:
        state.assign_task(project, tasks[name], hourly_rate=Decimal(110))
    return project
