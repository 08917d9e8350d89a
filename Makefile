# `make demo` and `make test` need nothing but Python 3.11 or newer and make.
PYTHON ?= python3
BIN := .venv/bin
SPREAD := --numprocesses auto --maxprocesses 4 --dist worksteal

.DEFAULT_GOAL := help
.PHONY: help demo test check bench pins

help:
	@echo "make demo   a pretend Slack and Harvest with a month of work, and Gleaner in it"
	@echo "make test   every check and every test that CI runs"
	@echo "make check  the checks alone: format, lint, types, import rules"
	@echo "make bench  the benchmarks, with their tables"
	@echo "make pins   compile the pinned, hashed requirements anew (needs uv)"

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

# Which lines run is counted once: on PostgreSQL the same tests run the same ones, in half the time if nobody counts.
test: check
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest $(SPREAD) -k "not postgresql"
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report
	$(BIN)/pytest $(SPREAD) -k postgresql

bench: .venv/dev
	$(BIN)/python -m bench.ack
	$(BIN)/python -m bench.crash
	$(BIN)/python -m bench.imports
	$(BIN)/python -m bench.asana_storm

pins:
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -o requirements.txt
	uv pip compile pyproject.toml --extra dev -c requirements.txt --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -o requirements-dev.txt
