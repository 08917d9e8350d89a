# `make demo` and `make test` need nothing but Python 3.11 or newer and make.
PYTHON ?= python3
BIN := .venv/bin
# Twice as many as cores: half of what takes long is waiting. One test at a time, so that long ones are not queued for.
SPREAD := --numprocesses $(shell $(PYTHON) -c 'import os; print(min(8, 2 * (os.cpu_count() or 1)))') --maxschedchunk 1

.DEFAULT_GOAL := help
.PHONY: help demo test test-all coverage fast t check fix bench pins

help:
	@echo "make demo       a pretend Slack and Harvest with a month of work, and Gleaner in it"
	@echo "make test       every check and every test that CI runs"
	@echo "make fast       in under a minute: the tests of rules, views and clients, without a database"
	@echo "make t K=expr   the tests whose names match, as pytest -k has it"
	@echo "make test-all   every test that uses a database on SQLite and on PostgreSQL"
	@echo "make coverage   the same tests but the slowest, counting which lines and branches they run"
	@echo "make check      the checks alone: format, lint, types, import rules"
	@echo "make fix        format, and mend what lint can mend"
	@echo "make bench      the benchmarks, with their tables"
	@echo "make pins       compile the pinned, hashed requirements anew (needs uv)"

.venv/run: requirements.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Gleaner needs Python 3.11 or newer")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

.venv/dev: requirements-dev.txt .venv/run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

demo: .venv/run
	@$(BIN)/gleaner demo

check: .venv/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

fix: .venv/dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

test: check
	$(BIN)/pytest $(SPREAD)

# Counting lines makes the tests two and a half times as dear, so it is a target of its own.
coverage: .venv/dev
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest $(SPREAD) -m "not slow"
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

test-all: .venv/dev
	$(BIN)/pytest $(SPREAD) --all-databases

fast: .venv/dev
	$(BIN)/pytest -q tests/rules tests/views tests/clients tests/test_architecture.py

t: .venv/dev
	@test -n "$(K)" || { echo 'say which: make t K=expression'; exit 2; }
	$(BIN)/pytest -k "$(K)"

bench: .venv/dev
	$(BIN)/python -m bench.ack
	$(BIN)/python -m bench.crash
	$(BIN)/python -m bench.imports
	$(BIN)/python -m bench.asana_storm

pins:
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -o requirements.txt
	uv pip compile pyproject.toml --extra dev -c requirements.txt --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -o requirements-dev.txt
