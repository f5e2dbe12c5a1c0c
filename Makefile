# People and CI run exactly these. Every target sets up what it needs.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA ?=
WORKERS ?= 2
SOURCE ?=
SHOP_FLOOR ?= 200x60
PARTITION_MONTHS ?= 24
SCALE_HOME ?= .scout/at-scale
HISTORY ?= 60x4
HISTORIES ?= 100
SEED ?=
MEMORY_MIB ?= 2048
SECONDS_OF_FILES ?= 600
SCOUT_TEST_DATA ?= ../shared/data
export SCOUT_TEST_DATA

.PHONY: help demo test equivalence partition-soak shop-floor check up clean lock browser memory bench bench-memory bench-scale growth history \
	two-daemons latency idle-day mutation-score false-alarms

help: ## what can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(VENV)/.runtime: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing what the pipeline needs into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	@echo "Installing the tools for tests and checks into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

demo: $(VENV)/.runtime ## sales files become checked gold numbers (DATA=dir SOURCE=name; simulated without data)
	@$(BIN)/scout demo $(if $(DATA),--data $(DATA)) $(if $(SOURCE),--source $(SOURCE))

test: $(VENV)/.dev ## every test, on real components (WORKERS=2)
	@# where Python is told to keep no bytecode, every command that a test runs would compile the package anew
	@$(BIN)/python -m compileall -q scout_pipeline scout_pipeline_tests
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(PYTEST_ARGS)

shop-floor: $(VENV)/.dev ## every figure of a simulated shop floor against its truth (SHOP_FLOOR=200x60)
	@$(BIN)/python -m pytest scout_pipeline_tests/shop_floor --shop-floor $(SHOP_FLOOR)

equivalence: $(VENV)/.dev ## all real files and drawn histories in any order, late and twice (HISTORIES=100, SEED=of a failure)
	@$(BIN)/python -m pytest scout_pipeline_tests/test_equivalence.py -k any_order --every-real-day 1 \
		--histories $(HISTORIES) --histories-seed "$(SEED)"

memory: $(VENV)/.dev ## the test of memory on a file of 2 GiB, 35 GB of disk (MEMORY_MIB=2048)
	@$(BIN)/python -m pytest scout_pipeline_tests/test_memory.py --memory-mib $(MEMORY_MIB)

partition-soak: $(VENV)/.dev ## the life of partitions over simulated months, with readers and writers (PARTITION_MONTHS=24)
	@$(BIN)/python -m scout_pipeline_tests.partition_soak --months $(PARTITION_MONTHS)

mutation-score: $(VENV)/.dev ## which of the planted defects the checks see (result in .scout/mutations)
	@$(BIN)/python -m scout_pipeline_tests.mutations score --json .scout/mutations/score.json

false-alarms: $(VENV)/.dev ## alarms in 60 clean days, one after the other (result in .scout/mutations)
	@$(BIN)/python -m scout_pipeline_tests.mutations false-alarms --json .scout/mutations/false-alarms.json

check: $(VENV)/.dev ## style, types, SQL and migration lint, reversible migrations
	@PATH="$(CURDIR)/$(BIN):$$PATH" ./.ci/lint
	@$(BIN)/scout migrate prove

up: $(VENV)/.runtime ## database, Dagster UI for people and for operators, daemon
	@$(BIN)/scout up

browser: ## install Chromium (Debian), which the tests of the web pages look with
	@command -v chromium >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; } >/dev/null

bench: $(VENV)/.runtime ## the benchmark against a hand-written floor
	@$(BIN)/python benchmarks/load.py $(BENCH_ARGS)

bench-memory: $(VENV)/.runtime ## peak memory of loading a file of 2 GiB (BENCH_ARGS=--ingest-only for bronze alone)
	@$(BIN)/python benchmarks/memory.py $(BENCH_ARGS)

bench-scale: $(VENV)/.runtime ## what people wait for at ten million sales: hours, 50 GB; goes on where it was stopped (SCALE_HOME=dir)
	@$(BIN)/python benchmarks/at_scale.py --home $(SCALE_HOME) $(BENCH_ARGS)

growth: $(VENV)/.dev ## what grows in the databases, table by table (BENCH_ARGS=--days 16 --cycles 3)
	@$(BIN)/python benchmarks/growth.py $(BENCH_ARGS)

history: $(VENV)/.dev ## two months of Dagster's history pruned, every page as before (HISTORY=60x4, days x times a day)
	@$(BIN)/python -m pytest scout_pipeline_tests/test_dagster_history.py --history $(HISTORY)

two-daemons: $(VENV)/.dev ## files arrive while two daemons work on one storage (SECONDS_OF_FILES=600)
	@$(BIN)/python -m pytest scout_pipeline_tests/two_daemons.py -s -k two_daemons_do --two-daemons $(SECONDS_OF_FILES)

latency: $(VENV)/.runtime ## how long a file takes to become gold, beside a bare job (BENCH_ARGS=--rounds 30)
	@$(BIN)/python benchmarks/latency.py $(BENCH_ARGS)

idle-day: $(VENV)/.runtime ## what a day without work adds to Dagster's storage (BENCH_ARGS=--hours 3)
	@$(BIN)/python benchmarks/idle_day.py $(BENCH_ARGS)

clean: ## stop what runs here and remove .scout, .venv and caches
	@test ! -x $(BIN)/scout || $(BIN)/scout down || true
	@rm -rf .scout $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis dist

lock: ## renew the lock files (needs uv)
	uv pip compile --quiet --no-header --no-emit-index-url --generate-hashes --no-strip-extras --python-version 3.11 --extra build pyproject.toml -o requirements.lock
	uv pip compile --quiet --no-header --no-emit-index-url --generate-hashes --no-strip-extras --python-version 3.11 --extra build --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock
