"""Benchmarks: each module prints a table and says in its docstring how to repeat it."""
