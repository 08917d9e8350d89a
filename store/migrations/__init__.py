"""Alembic migrations: expand before a release, contract after it, so the last release runs on the new schema."""
