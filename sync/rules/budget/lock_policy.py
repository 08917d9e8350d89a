"""LOCK_POLICY: at how many per cent of its budget a project locks (S2-27, S2-42).

`100` · `off` · tiers by budget, `5:150,20:125,50:115,*:110`: up to 5 h at 150 %, up to 20 h at 125 %, and so on.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from store.units import Amount

_TIER = re.compile(r"(?P<up_to>\*|\d{1,9}(?:\.\d{1,2})?)\s*:\s*(?P<share>\d{1,4}(?:\.\d{1,2})?)\s*%?", re.ASCII)
_SHARE = re.compile(r"\d{1,4}(?:\.\d{1,2})?\s*%?", re.ASCII)
_LEAST, _MOST = 1, 1000
"""Per cent; outside of these it is a slip."""


@dataclass(frozen=True, slots=True)
class LockPolicy:
    """`tiers`: budgets in hundredths, up to and including which the per cent holds; None: all others. Empty: off."""

    tiers: tuple[tuple[int | None, Fraction], ...]

    def limit(self, budget: Amount | None, *, is_money: bool) -> Amount | None:
        """Where work locks, in the budget's own unit; None: never. Money is in the `*` tier (ruling 6)."""
        if not budget:
            return None
        for up_to, share in self.tiers:
            if up_to is None or (not is_money and budget <= up_to):
                # What is used comes in hundredths, so half a hundredth is reached by the next whole one.
                return Amount(-(-budget * share // 100))
        return None


OFF = LockPolicy(())


def parse_policy(text: str) -> LockPolicy:
    """Raises ValueError with a sentence."""
    said = text.strip().lower()
    if said == "off":
        return OFF
    if _SHARE.fullmatch(said):
        return LockPolicy(((None, _share(said)),))
    tiers = [_tier(part) for part in said.split(",") if part.strip()]
    edges = [up_to for up_to, _ in tiers]
    if not tiers or edges.count(None) != 1 or edges[-1] is not None:
        raise ValueError("the last tier must be for all others, as in 5:150,20:125,50:115,*:110")
    numbers = [edge for edge in edges if edge is not None]
    if numbers != sorted(set(numbers)):
        raise ValueError("tiers must rise, as in 5:150,20:125,50:115,*:110")
    return LockPolicy(tuple(tiers))


def _tier(part: str) -> tuple[int | None, Fraction]:
    found = _TIER.fullmatch(part.strip())
    if not found:
        raise ValueError("it must be per cent (100), off, or tiers as 5:150,20:125,50:115,*:110")
    up_to = None if found["up_to"] == "*" else int(Decimal(found["up_to"]) * 100)
    return up_to, _share(found["share"])


def _share(text: str) -> Fraction:
    share = Fraction(text.rstrip("% "))
    if not _LEAST <= share <= _MOST:
        raise ValueError(f"per cent must be from {_LEAST} to {_MOST}")
    return share
