"""Where the hours in Harvest differ from the estimates by more than a little (S1-32)."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, TypeVar

from store.units import Hours

TOLERANCE = 5
"""Per cent of the estimate; exactly so much is no discrepancy."""

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Discrepancy(Generic[Key]):
    """`of`: what the hours are of, such as a project's id."""

    of: Key
    actual: Hours
    estimate: Hours

    @property
    def difference(self) -> Hours:
        """Less than 0: fewer than estimated."""
        return Hours(self.actual - self.estimate)

    @property
    def per_cent(self) -> Fraction | None:
        """Of the estimate; None where 0 h were estimated."""
        return Fraction(self.difference * 100, self.estimate) if self.estimate else None


def is_discrepant(actual: Hours, estimate: Hours) -> bool:
    return abs(actual - estimate) * 100 > TOLERANCE * estimate


def discrepancies(actual: Mapping[Key, Hours], estimates: Mapping[Key, Hours]) -> list[Discrepancy[Key]]:
    """All that has an estimate and is off by more than the tolerance, the most hours first."""
    found = [Discrepancy(key, actual.get(key, Hours(0)), estimate) for key, estimate in estimates.items()]
    wrong = [one for one in found if is_discrepant(one.actual, one.estimate)]
    return sorted(wrong, key=lambda one: -abs(one.difference))
