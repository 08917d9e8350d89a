"""Doubles of the systems Gleaner speaks to, each a real HTTP server on loopback with state, limits and faults.

Tests, benchmarks and the demo use them. They import nothing of Gleaner: what they know of Slack, Harvest and the others
comes from published documentation and recorded exchanges alone.
"""
