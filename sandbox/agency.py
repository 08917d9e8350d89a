"""The demo's agency: ten people over three time zones, twelve clients, their projects, and the channels they talk in.

Everything here is made up. The tenth person is in Slack alone: nobody in Harvest has that e-mail address.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

_STOCKHOLM, _LONDON, _NEW_YORK = "Europe/Stockholm", "Europe/London", "America/New_York"
_FIRST_HARVEST_ID = 4_000_001


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

    @property
    def is_billable(self) -> bool:
        return self.tasks != INTERNAL


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

    started_on: date
    """When the projects began."""
    coordinator: str
    """Slack id of the one who looks after billing."""

    def harvest_id_of(self, person: Person) -> int:
        """The id this person's Harvest user gets; nobody has it where `access` is None."""
        return _FIRST_HARVEST_ID + self.people.index(person)


_PEOPLE = (
    Person("Ada Nilsson", "U0ADA00005", _STOCKHOLM, "Designer"),
    Person("Astrid Lindqvist", "U0ASTRID01", _STOCKHOLM, "Managing director", "administrator", 140),
    Person("Owen Hartley", "U0OWEN0002", _LONDON, "Operations and billing", "administrator", 110),
    Person("Maya Okafor", "U0MAYA0003", _LONDON, "Project manager", "manager", 115),
    Person("Erik Sandberg", "U0ERIK0004", _STOCKHOLM, "Project manager", "manager", 115),
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
INTERNAL = ("Meetings", "Administration")
"""Tasks that nobody is billed for."""
_PROJECTS = (
    Project(
        "ACME-12", "Website relaunch", "Acme Outdoor", _BUILD, ("Ada", "Tom", "Priya"), "Maya", used=Decimal("0.72")
    ),
    Project(
        "ACME-15", "Shop maintenance", "Acme Outdoor", _CARE, ("Tom",), "Maya", used=Decimal("0.93"), is_monthly=True
    ),
    Project(
        "BRIG-3", "Booking portal", "Brightwater Clinics", _BUILD, ("Priya", "Lucas"), "Maya", used=Decimal("0.88")
    ),
    Project("COB-7", "Annual report", "Cobalt Energy", _BRAND, ("Ada", "Lucas"), "Erik", used=Decimal("0.45")),
    Project(
        "DUNE-2",
        "Packaging refresh",
        "Dune Coffee Roasters",
        _BRAND,
        ("Ada",),
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
        ("Sofia", "Priya", "Ada"),
        "Erik",
        "task",
        Decimal("0.74"),
    ),
    Project("GRAN-4", "Design system", "Granite Bank", _BUILD, ("Lucas", "Sofia"), "Erik", used=Decimal("0.97")),
    Project("HOLL-6", "Spring catalogue", "Hollis Publishing", _BRAND, ("Lucas",), "Erik", "none"),
    Project("IVORY-1", "Brand identity", "Ivory Piano Works", _BRAND, ("Ada",), "Maya", used=Decimal("0.20")),
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
    Project("LUM-1", "Internal", "Lumen Studio", INTERNAL, ("Ada", "Tom", "Priya", "Lucas", "Sofia"), "Erik", "none"),
)
_LINKED_CHANNELS = {"ACME-12": "acme-website"}


def _members(project: Project) -> tuple[str, ...]:
    """Those who work on it, its manager and both administrators."""
    names = (*project.people, project.manager, "Astrid", "Owen")
    return tuple(person.slack_id for person in _PEOPLE if person.name.split()[0] in names)


def _channels() -> tuple[Channel, ...]:
    everybody = tuple(person.slack_id for person in _PEOPLE)
    shared = (Channel("C0GENERAL", "general", everybody), Channel("C0RANDOM", "random", everybody))
    return shared + tuple(
        Channel(
            f"C0{project.code.replace('-', '')}",
            _LINKED_CHANNELS.get(project.code, project.code.casefold()),
            _members(project),
            project.code,
        )
        for project in _PROJECTS
    )


def agency(now: datetime) -> Agency:
    """The agency as it is at that moment: its projects began three months earlier."""
    started_on = now.date() - timedelta(days=90)
    return Agency(_PEOPLE, _channels(), _CLIENTS, _PROJECTS, started_on, coordinator="U0OWEN0002")
