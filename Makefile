# Everything a person types. Needs Python 3.11+ with venv, make and git; the rest is installed into .venv.
# A distribution's own Python is compiled for speed; one that pyenv compiles is not, and the tests take a fifth longer on it.
PYTHON ?= $(or $(shell for it in /usr/bin/python3 python3; do \
  "$$it" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$it" && break; \
  done),python3)
PORT ?= 8000
UV_VERSION := 0.13.9

VENV_PYTHON := .venv/bin/python
RUN_STAMP := .venv/.run-installed
DEV_STAMP := .venv/.dev-installed
INSTALL := $(VENV_PYTHON) -m pip install --quiet --disable-pip-version-check --no-warn-script-location \
  --require-hashes --no-deps
LOCK := $(VENV_PYTHON) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-header $(if $(UPGRADE),--upgrade)

# A virtual environment whose Python is gone (moved or upgraded machine) is made anew, and so are its stamps.
ifneq ($(shell test -d .venv && ! test -x $(VENV_PYTHON) && echo broken),)
$(shell rm -f $(RUN_STAMP) $(DEV_STAMP))
endif

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test check fix migration reset bench lock

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

run: $(RUN_STAMP) ## Start Monosashi with its demonstration towns (PORT=8000, KB_DATA_DIR=./var)
	@KB_MODE=demo $(VENV_PYTHON) -m kb run --port "$(PORT)"

test: $(DEV_STAMP) ## Run every test of the product, in a real browser too (ARGS="-k words" for some)
	@$(VENV_PYTHON) tests/browser/ensure_browser.py
	@$(VENV_PYTHON) -m pytest --ignore tests/laws -n 2 --dist loadfile --no-loadscope-reorder -rs $(ARGS)

check: $(DEV_STAMP) ## Lint, types, import law, templates, tests about the code
	@$(VENV_PYTHON) -m ruff check .
	@$(VENV_PYTHON) -m ruff format --check --quiet . || { echo "Some files are not formatted: run 'make fix'." >&2; exit 1; }
	@$(VENV_PYTHON) -m mypy --strict kb
	@.venv/bin/lint-imports --no-logo
	@test ! -d templates || $(VENV_PYTHON) -m djlint --lint --quiet templates
	@$(VENV_PYTHON) -m pytest tests/laws

fix: $(DEV_STAMP) ## Format the code and repair what the linter can
	@$(VENV_PYTHON) -m ruff check --fix .
	@$(VENV_PYTHON) -m ruff format .

migration: $(RUN_STAMP) ## Write a database migration from the tables (m="what changes")
	@test -n "$(m)" || { echo 'Say what changes: make migration m="add fees to manuals"' >&2; exit 1; }
	@KB_MODE=demo $(VENV_PYTHON) -m kb migration "$(m)"

reset: $(RUN_STAMP) ## Delete the demonstration's database and index (asks; YES=1 does not)
	@KB_MODE=demo $(VENV_PYTHON) -m kb reset $(if $(YES),--yes)

bench: $(DEV_STAMP) ## Measure speed as ratios within one run
	@$(VENV_PYTHON) -m tests.bench $(ARGS)

lock: $(RUN_STAMP) ## Pin requirements/*.in into *.txt with hashes (UPGRADE=1 takes newer releases)
	@$(VENV_PYTHON) -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@$(LOCK) requirements/run.in -o requirements/run.txt
	@$(LOCK) requirements/dev.in -o requirements/dev.txt

# One recipe makes the environment for both stamps; dev.txt holds everything that run.txt holds.
define make_venv
	@command -v "$(PYTHON)" >/dev/null || \
	  { echo "Python is missing. Install Python 3.11 or newer (Debian: apt install python3 python3-venv)." >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "$(PYTHON) is older than 3.11. Name a newer one: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@test -x $(VENV_PYTHON) || "$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "Python's venv module is missing. Install it (Debian: apt install python3-venv), then try again." >&2; exit 1; }
	@test -x $(VENV_PYTHON) || { echo "Making .venv ..."; "$(PYTHON)" -m venv --clear .venv; }
endef

$(RUN_STAMP): requirements/run.txt
	$(make_venv)
	@echo "Installing requirements/run.txt ..."
	@$(INSTALL) -r requirements/run.txt
	@touch $@

$(DEV_STAMP): requirements/dev.txt requirements/run.txt
	$(make_venv)
	@echo "Installing requirements/dev.txt ..."
	@$(INSTALL) -r requirements/dev.txt
	@touch $(RUN_STAMP) $@
