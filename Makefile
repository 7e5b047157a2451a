# One task file. `make` alone lists what there is; ARGS="..." goes to the program called.

SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PY := .venv/bin/python
TYPED := verification app_pages kiosk_app.py fixtures

# The first Python that is new enough; python3 alone may be an older one.
PYTHON = $(shell for p in python3.13 python3.12 python3.11 python3; do \
	if $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; \
	then echo $$p; break; fi; done)

define on_python
@python="$(PYTHON)"; if [ -z "$$python" ]; then \
	echo "Cần Python 3.11 trở lên (gói python3) / Python 3.11 or newer is needed (package python3)" >&2; \
	exit 1; fi; exec "$$python"
endef

.PHONY: help machine machine-develop machine-tests run demo demo-portal test lint audit bench bench-load soak mutants certificate verify-log clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/\1|\2/p' Makefile | \
		while IFS='|' read -r name text; do printf '  %-16s %s\n' "$$name" "$$text"; done

machine: ## prepare .venv and the system packages, nothing else
	$(on_python) -m verification.operations.setup

machine-develop: ## the same with the tools of a developer
	$(on_python) -m verification.operations.setup --develop

machine-tests: ## the same tools with a browser, PostgreSQL and nginx for the tests
	$(on_python) -m verification.operations.setup --tests

run: machine ## prepare everything and start the kiosk on http://localhost:8501
	@$(PY) -m verification setup --store
	@exec $(PY) -m verification serve $(ARGS)

demo: export KIOSK_DB = data/demo/kiosk.db
demo: machine ## the kiosk on a practice store of its own; the real one stays untouched
	@$(PY) -m verification setup --store
	@exec $(PY) -m verification serve $(ARGS)

demo-portal: export KIOSK_DB = data/demo-portal/kiosk.db
demo-portal: machine ## the demo kiosk with a practice portal beside it: answers that upgrade, outages
	@exec $(PY) -m verification demo-portal $(ARGS)

# One recipe, so that `make -j` keeps the order and pytest's closing line comes last.
define check
@$(PY) -m ruff check --quiet .
@$(PY) -m ruff format --check --quiet .
@$(PY) -m mypy --no-error-summary $(TYPED)
endef

# Two workers for two cores, of which one drives the browser: with a third the browser waits too long.
# The option leaves the order to tests/conftest.py; without it the largest files would begin.
# A worker that breaks or hangs costs minutes until another goes on: with the fourth the run ends.
BOTH_CORES = -n 2 --no-loadscope-reorder --max-worker-restart 3

# Hundreds of processes of the tests import the same modules: where this is set each compiles them anew.
COMPILED = PYTHONDONTWRITEBYTECODE=

test: machine-tests ## lint, types and the tests, browser included; the longest are of soak (ARGS="-k word")
	$(check)
	@$(COMPILED) KIOSK_BROWSER_TESTS=required $(PY) -m pytest $(BOTH_CORES) $(ARGS)

lint: machine-develop ## ruff, formatting and mypy only
	$(check)

audit: machine-develop ## ask a public database for known vulnerabilities of what is installed
	@$(PY) -m benchmarks.audit

bench: machine-tests ## measure, for docs/benchmarks.md
	@$(PY) -m benchmarks $(ARGS)

bench-load: machine-tests ## fifty desks at a server of their own for ten minutes (ARGS="--desks 10 --minutes 2")
	@$(PY) -m benchmarks.load $(ARGS)

soak: machine-tests ## the long campaigns: a day at desks, kills, texts, damaged pictures, wrecked symbols
	@$(PY) -m benchmarks.soak $(ARGS)
	@$(COMPILED) KIOSK_BROWSER_TESTS=required $(PY) -m pytest $(BOTH_CORES) -m long

mutants: machine-tests ## change single operators and see that tests notice (ARGS="--seed 2")
	@$(PY) -m benchmarks.mutants $(ARGS)

certificate: machine ## an own CA and a certificate for https (ARGS="--name kiosk.benhvien.lan")
	@$(PY) -m verification certificate $(ARGS)

verify-log: machine ## check the visit log's chain (ARGS="copy-of-kiosk.db")
	@$(PY) -m verification verify-log $(if $(filter-out -%,$(firstword $(ARGS))),--copy )$(ARGS)

clean: ## remove caches and built pictures; never data/ and never .venv
	@rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis fixtures/build
	@find . -path ./.venv -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +
