"""What numbers mean here: hours and money are integers of hundredths, never floating point."""

from typing import NewType

Hours = NewType("Hours", int)
"""Hundredths of an hour."""


Amount = NewType("Amount", int)
"""Hundredths: of an hour or of a currency's main unit, as the budget it belongs to says."""
