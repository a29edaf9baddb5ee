# Two commands on a fresh machine: `make demo` runs the main job, `make test` passes the tests.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
DEMO := var/demo

.PHONY: help setup setup-dev system demo test unit test-postgres lint messages lock bench

help:
	@echo "make demo           set everything up and open a demo community on 127.0.0.1:8000"
	@echo "make test           set everything up and run all the tests, the browser's included"
	@echo "make unit           the quick tests alone"
	@echo "make test-postgres  the tests that need a database, on a PostgreSQL that is started for them"
	@echo "make lint           style, types, import contracts, migrations, translations, wheel"
	@echo "make bench          measure, and write tests/bench/RESULTS.md"
	@echo "make messages       collect the words to translate, compile the translations"
	@echo "make lock           renew the locked dependencies"

setup:
	@scripts/setup.sh requirements.lock

setup-dev:
	@scripts/setup.sh requirements-dev.lock

system:
	@scripts/system.sh

demo: setup
	@RECOLTE_DATA=$(abspath $(DEMO)) $(BIN)/recolte demo

test: unit system
	$(BIN)/python -m pytest -m "slow and not browser and not speech" -n 3 --dist worksteal $(ARGS)
	$(BIN)/python -m pytest -m "browser or speech" $(ARGS)

unit: setup-dev
	$(BIN)/python -m pytest -m "not browser and not speech and not slow" -n 2 --dist worksteal $(ARGS)

test-postgres: setup-dev
	@scripts/with-postgres.sh $(BIN)/python -m pytest -m "not browser and not speech" --ignore=tests/engine --ignore=tests/scenarios --ignore=tests/server/test_demo.py -n 3 --dist worksteal $(ARGS)

lint: setup-dev
	@scripts/lint.sh

bench: setup-dev system
	$(BIN)/python -m tests.bench $(ARGS)

messages: setup-dev
	cd recolte && ../$(BIN)/python -m recolte manage makemessages -l fr --no-location --no-obsolete
	$(BIN)/python scripts/translations.py compile

lock:
	scripts/lock.sh
