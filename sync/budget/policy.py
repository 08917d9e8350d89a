"""The settings that budgets are judged by, in one place."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from store.budget.records import BudgetSettings
from store.units import Amount
from sync.rules.budget.bands import BudgetLine
from sync.rules.budget.lock_policy import LockPolicy, parse_policy


@dataclass(frozen=True, slots=True)
class BudgetRules:
    """BUDGET_BANDS, LOCK_POLICY, TIMEZONE. `hides_hours`: BUDGET_VISIBILITY is `harvest`."""

    bands: tuple[int, ...]
    policy: LockPolicy
    timezone: ZoneInfo
    hides_hours: bool = False

    def today(self, now: datetime) -> date:
        """At the agency: months begin there (Harvest has no zone of its own)."""
        return now.astimezone(self.timezone).date()

    def limit(self, line: BudgetLine, settings: BudgetSettings) -> Amount | None:
        """Where the line locks: by the project's own policy if it has one."""
        policy = parse_policy(settings.lock_policy) if settings.lock_policy else self.policy
        return policy.limit(line.budget, is_money=line.is_money)
