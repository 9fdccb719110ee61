# The one runner of the house. `make` lists what there is; CI runs the same targets.
.DEFAULT_GOAL := help
SHELL := /bin/bash
BIN := .venv/bin
PYTHON_FILES := src tests tools benchmarks
# Many containers forbid Python to keep what it compiled; then each of the programs that tests start compiles everything anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup run check test histories fix migrate migration provider bench chaos docs lock

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | while IFS=$$'\t' read -r name text; do printf '  make %-12s %s\n' "$$name" "$$text"; done

.venv/.photoplay: requirements.lock requirements-setup.lock tools/setup.sh
	@bash tools/setup.sh requirements.lock && touch $@

.venv/.photoplay-test: .venv/.photoplay requirements-test.lock
	@bash tools/setup.sh requirements-test.lock && touch $@

.venv/.debian: .venv/.photoplay tools/debian.sh
	@bash tools/debian.sh "pictures are painted by the graphics driver Mesa; without it a slower painter is used" libegl1 libgl1 libgl1-mesa-dri && touch $@ || true

.venv/.debian-test: .venv/.photoplay tools/debian.sh
	@bash tools/debian.sh "the pages are tested in a real browser; without it those tests are skipped" chromium fonts-dejavu-core && touch $@ || true

setup: .venv/.photoplay-test .venv/.debian .venv/.debian-test ## build the environment for working on the code

run: .venv/.photoplay .venv/.debian ## start the studio (no key, no server needed)
	@$(BIN)/photoplay serve

check: .venv/.photoplay-test ## format, lint, types, imports, docs
	$(BIN)/ruff format --check $(PYTHON_FILES)
	$(BIN)/ruff check $(PYTHON_FILES)
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tools.reference --check

test: setup check ## check, then every test
	$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder

histories: .venv/.photoplay-test ## ten thousand made-up histories of an account, each checked step by step
	$(BIN)/pytest tests/credits/test_histories.py --hypothesis-profile=histories --timeout 7200

fix: .venv/.photoplay-test ## format and repair what can be repaired by itself
	$(BIN)/ruff check --fix $(PYTHON_FILES)
	$(BIN)/ruff format $(PYTHON_FILES)

migrate: .venv/.photoplay ## bring the database of the data folder up to date
	$(BIN)/photoplay migrate

migration: .venv/.photoplay ## write a migration from the tables: make migration m="add tags"
	@test -n "$(m)" || { echo 'Say what changes: make migration m="add tags"'; exit 2; }
	$(BIN)/python -m tools.migration "$(m)"

provider: .venv/.photoplay-test ## write the files of a new provider: make provider name=acme
	@test -n "$(name)" || { echo 'Say how it is called: make provider name=acme'; exit 2; }
	@$(BIN)/python -m tools.provider "$(name)"
	@$(BIN)/ruff format -q src/photoplay/providers tests/providers

bench: .venv/.photoplay-test ## measure the promised figures (some minutes); make bench only="films renditions"
	$(BIN)/python -m benchmarks $(only)

chaos: .venv/.photoplay-test ## kill, cut, freeze and fill up at random, on SQLite and with three machines on Postgres, then look for a cent or a picture too few (half an hour); make chaos with="--on sqlite --seed 7"
	$(BIN)/python -m tests.chaos $(with)

docs: .venv/.photoplay-test ## write docs/reference from the code
	$(BIN)/python -m tools.reference

lock: .venv/.photoplay-test ## resolve the dependencies anew into the hashed locks
	@bash tools/lock.sh
