# The whole house in a few words: `make run` to look at it, `make test` to trust it.

PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
VENV := .venv
BIN := $(VENV)/bin
NODE := tests/browser/node_modules/.stamp

.PHONY: help run test check bench drill screenshots format lock clean

help: ## Say what there is to make
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

run: $(VENV)/.base ## Serve the demo magazine, with its worker
	@HOST=$(HOST) PORT=$(PORT) bin/run

test: $(VENV)/.dev $(NODE) ## Run every test: SQLite, Chromium, PostgreSQL
	@bin/test

check: $(VENV)/.dev ## Lint, format, types, migrations, templates, deployment settings
	@bin/check

bench: $(VENV)/.dev ## Print what the project measures of itself
	@$(BIN)/python -m benchmarks

drill: $(VENV)/.dev $(NODE) ## Run the long versions of the tests
	@MAGAZINE_DRILL=1 bin/test

screenshots: $(VENV)/.dev ## Make the pictures that the README shows
	@bin/system chromium
	@$(BIN)/python bin/screenshots.py

format: $(VENV)/.dev ## Put the code into its one shape
	@$(BIN)/ruff check --fix-only -q . && $(BIN)/ruff format -q .

lock: $(VENV)/.dev ## Compile the lock files anew from pyproject.toml
	@$(BIN)/pip install -q uv
	@$(BIN)/uv pip compile -q --generate-hashes --no-annotate --no-header --python-version 3.11 --extra voice --extra dev pyproject.toml -o requirements/dev.lock
	@$(BIN)/uv pip compile -q --generate-hashes --no-annotate --no-header --python-version 3.11 -c requirements/dev.lock --extra voice pyproject.toml -o requirements/base.lock

clean: ## Remove what was made, the demo's data included
	rm -rf $(VENV) var tests/browser/node_modules

$(VENV)/bin/python:
	@PYTHON=$(PYTHON) bin/system venv
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.base: requirements/base.lock | $(VENV)/bin/python
	@echo "Installing what the magazine needs …"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/base.lock
	@touch $@

$(VENV)/.dev: requirements/dev.lock | $(VENV)/bin/python
	@echo "Installing what its tests need …"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@touch $@ $(VENV)/.base

$(NODE): tests/browser/package-lock.json
	@bin/system npm
	@cd tests/browser && npm ci --silent --no-audit --no-fund --ignore-scripts
	@touch $@
