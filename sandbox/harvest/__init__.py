"""A double of Harvest: its API v2 and its identity server on one loopback port, with state, locks, limits and traps."""

from sandbox.harvest.double import HarvestDouble

__all__ = ["HarvestDouble"]
