.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

help:  ## show these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.ready  ## make the virtual environment from the locked versions

$(VENV)/.ready: .lock/requirements.txt .lock/references.txt pyproject.toml
	@echo "setting up $(VENV), once …"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r .lock/requirements.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r .lock/references.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

demo: setup  ## play a subscription's life and leave it running (ARGS=--exit: end by itself)
	@$(BIN)/paidthrough demo $(ARGS)

test: check  ## everything: format, lint, types, import contracts, tests

check: setup browser
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n 2 --dist loadgroup $(ARGS)

browser:  # the page tests drive Debian's Chromium; elsewhere set CHROMIUM to its path
	@command -v "$${CHROMIUM:-chromium}" >/dev/null || { \
	  echo "installing chromium"; (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium) >/dev/null; }

fix: setup  ## format and mend what can be mended by itself
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup  ## measure what is hot and what grows, beside its ceilings (ARGS='--only cycle-end': one part)
	$(BIN)/python -m tests.bench $(ARGS)

simulate: setup  ## play many stories of faults with an auditor (SEED=7 STEPS=400 plays one again)
	@PYTHONHASHSEED=0 nice -n 10 $(BIN)/python -m tests.simulation $(if $(SEED),--seed $(SEED)) $(if $(STEPS),--steps $(STEPS)) $(ARGS)

lock:  ## resolve the dependencies anew (needs uv)
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --extra dev --upgrade -o .lock/requirements.txt pyproject.toml

.PHONY: help setup demo test check browser fix bench simulate lock
