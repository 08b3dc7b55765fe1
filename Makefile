# `make demo` and `make test` do all their own set-up. `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
STATE_DIR ?= .coldframe
VENV_PYTHON := .venv/bin/python
# Tests that only compute take every core; so do those with ffmpeg, two at least, as they wait a lot. Those that
# hold real time against many recorders take half: a machine that cannot keep up would fail them, not a defect.
CORES := $(shell nproc)
UNIT_WORKERS ?= $(CORES)
INTEGRATION_WORKERS ?= $(shell echo $$(( $(CORES) < 2 ? 2 : $(CORES) > 6 ? 6 : $(CORES) )))
REAL_TIME_WORKERS ?= $(shell echo $$(( $(CORES) < 4 ? 1 : 2 )))
# Each has a browser and a whole stack of its own.
E2E_WORKERS ?= $(shell echo $$(( $(CORES) < 4 ? 2 : 3 )))
# Which benchmarks to run, all but the hour where empty; HOUR=1: that one too.
BENCHES ?=
HOUR ?=
# Seconds after which the demo ends by itself; empty: until Ctrl-C.
DEMO_SECONDS ?=

# Where the path has no Node that is new enough, set-up puts one there.
demo ui frontend unit architecture integration e2e bench: export PATH := $(CURDIR)/.venv/bin:$(PATH)

PYTEST := $(VENV_PYTHON) -m pytest -q

.PHONY: help demo test set-up-demo set-up-test python ui lint types frontend unit architecture integration e2e \
	bench screenshots format requirements reference api-types clean

help:  ## list these commands
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## /\1\t/' | expand -t 16

demo: set-up-demo  ## install, start a gateway and two agents on real footage, print what to open; Ctrl-C ends it
	@exec $(VENV_PYTHON) -m deploy.local.demo --state-dir $(STATE_DIR) $(if $(DEMO_SECONDS),--seconds $(DEMO_SECONDS))

test: set-up-test lint types frontend unit architecture integration e2e  ## everything that CI runs

set-up-demo: python  ## install what the demo needs
	@$(PYTHON) -m deploy.local.set_up demo --state-dir $(STATE_DIR)

set-up-test: python  ## install what the tests need
	@$(PYTHON) -m deploy.local.set_up test --state-dir $(STATE_DIR)

ui: set-up-demo  ## build the pages that the gateway serves

python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed: make PYTHON=python3.12 …" >&2; exit 1; }

lint:  ## format and lint checks
	$(VENV_PYTHON) -m ruff format --check .
	$(VENV_PYTHON) -m ruff check .

types:  ## strict types
	$(VENV_PYTHON) -m mypy

frontend:  ## lint, strict types and fast tests of the pages
	cd frontend && npm run --silent lint && npm run --silent types && npm run --silent test

unit:  ## fast tests of plain code
	$(PYTEST) -n $(UNIT_WORKERS) tests/unit

architecture:  ## import contracts, syntax trees, documents
	$(PYTEST) -n $(UNIT_WORKERS) tests/architecture

integration:  ## tests with real ffmpeg, RTSP, disks and HTTP
	$(PYTEST) -n $(INTEGRATION_WORKERS) --dist loadfile -m "not slow" tests/integration
	$(PYTEST) -m alone tests/integration
	$(PYTEST) -n $(REAL_TIME_WORKERS) --dist loadfile -m "slow and not alone" tests/integration

e2e:  ## the whole of it in Chromium
	$(PYTEST) -n $(E2E_WORKERS) --dist loadfile tests/e2e

screenshots: set-up-test  ## pictures of every page, wide and narrow, below .coldframe/screenshots
	$(VENV_PYTHON) -m tests.screenshots --state-dir $(STATE_DIR)

bench: set-up-test  ## measure; prints a table, writes bench-results.json; BENCHES="cpu hour", HOUR=1
	$(VENV_PYTHON) -m tests.benchmarks --state-dir $(STATE_DIR) $(if $(HOUR),--hour) $(BENCHES)

format:  ## format and mend what can be mended
	$(VENV_PYTHON) -m ruff format .
	$(VENV_PYTHON) -m ruff check --fix .
	cd frontend && npm run --silent format

requirements:  ## renew requirements/*.txt from requirements/*.in
	@for name in base host_agent gateway dev node; do \
		$(VENV_PYTHON) -m uv pip compile -q --universal --generate-hashes --no-header --python-version 3.11 \
			requirements/$$name.in -o requirements/$$name.txt; \
	done
	@for name in clips docs_ui go; do $(VENV_PYTHON) -m uv pip compile -q --no-deps --universal --generate-hashes --no-header --python-version 3.11 \
		requirements/$$name.in -o requirements/$$name.txt; done

reference:  ## renew the table of settings in deploy/README.md
	$(VENV_PYTHON) -m deploy.reference deploy/README.md

api-types:  ## renew the browser's types from the gateway's document
	$(VENV_PYTHON) -m gateway openapi > frontend/src/api/openapi.json
	cd frontend && npm run --silent api

clean:  ## remove what was installed and recorded in this checkout
	rm -rf .venv $(STATE_DIR) frontend/node_modules frontend/dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
