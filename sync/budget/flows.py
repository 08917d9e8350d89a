"""The flows about budgets, as the composition root makes them and handlers are given them."""

from dataclasses import dataclass

from sync.budget.budgets import Budgets
from sync.budget.locks import Locks
from sync.budget.overages import Overages
from sync.budget.review import BudgetReview
from sync.budget.unlock_requests import UnlockRequests


@dataclass(frozen=True, repr=False)
class BudgetFlows:
    budgets: Budgets
    locks: Locks
    requests: UnlockRequests
    overages: Overages
    review: BudgetReview
