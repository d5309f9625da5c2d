# The two commands: `make demo` shows the main job, `make test` checks everything. Both need Python 3.11+ and make only.

PYTHON ?= $(shell for python in python3.13 python3.12 python3.11 python3.14 python3 python; do \
	$$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; \
	done)
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.sfgen-installed

.PHONY: help demo test lint example clean
help:
	@echo "make demo   generate a package from the bundled org, type-check it, run an app on it"
	@echo "make test   lint, type-check and test"
	@echo "make lint   lint and type-check only"
	@echo "make example  bring generated_example/acme_org up to date with the demo org and the templates"
	@echo "make clean  remove the virtual environment and caches"

# Editable, so that only a change of the dependencies installs anew.
$(INSTALLED): pyproject.toml
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or later with venv was found. Install one, or name it: make $(or $(MAKECMDGOALS),demo) PYTHON=/path/to/python3" >&2; exit 1; }
	@echo "Setting up $(VENV) with $(PYTHON) (once)"
	@test -x $(BIN)/python || "$(PYTHON)" -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

demo: $(INSTALLED)
	@$(BIN)/python scripts/demo.py

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache --no-logo
	$(BIN)/mypy
	$(BIN)/pyright --pythonpath $(BIN)/python

# A process a core; each file's tests stay together, for what they set up is shared.
test: lint
	$(BIN)/pytest --numprocesses auto --dist loadfile

example: $(INSTALLED)
	$(BIN)/sfgen generate --org demo --package acme_org --out generated_example --no-snapshot

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
