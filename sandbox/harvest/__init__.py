"""A double of Harvest: its API v2 and its identity server on one loopback port, with state, locks, limits and traps."""
