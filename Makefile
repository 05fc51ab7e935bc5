# `make run` and `make test` are all that is needed; both do the set-up first.
SHELL := /bin/sh
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PY := .venv/bin/python
CODE := config gis permits workflows reports demo bench

.PHONY: run setup setup-dev test lint format types check migrations bench pins clean need-python

run: setup  ## the site with demo data on PORT (default 8000)
	@exec $(PY) -m config.launcher

setup: need-python  ## .venv, pinned packages, front end; starts nothing
	@$(PYTHON) tools/prepare.py

setup-dev: need-python
	@$(PYTHON) tools/prepare.py --dev

need-python:
	@test -n "$(PYTHON)" || { echo "Bauakte braucht Python 3.11 oder neuer (Debian: apt-get install python3 python3-venv)." >&2; exit 1; }

test: setup-dev  ## linters, types, migrations, deployment checks, all tests
	@exec $(PY) tools/check.py

lint: setup-dev
	@$(PY) tools/check.py --only lint

types: setup-dev
	@$(PY) tools/check.py --only types

format: setup-dev
	@.venv/bin/ruff check --fix --quiet . ; .venv/bin/ruff format .

migrations: setup-dev  ## after a change of models
	@$(PY) manage.py makemigrations

bench: setup-dev  ## one JSON line per figure
	@exec $(PY) -m bench

pins: setup-dev  ## new pins, after a change of pyproject.toml or package.json
	@$(PY) tools/pin.py

clean:  ## everything that can be made again; data in var/ stays
	rm -rf .venv node_modules static/dist staticfiles .mypy_cache .ruff_cache .pytest_cache .hypothesis
