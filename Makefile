# Each line calls one tool. `make run` serves the site; `make test` and `make check` come before
# a commit. Everything is relative to this folder, whatever its name.

PYTHON ?= python3
PORT ?= 8000
ARGS ?=
BIN := .venv/bin
export DEBUG ?= 1
AS_IN_PRODUCTION = DEBUG=0 ALLOWED_HOSTS=crux.example.org EMAIL_URL=submission://mail.example.org \
  DEFAULT_FROM_EMAIL=crux@example.org PROXIES=1 \
  DATABASE_URL=postgresql:///crux SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))')"

.PHONY: help run test check style types contracts templates migrations deployment \
  browser rights messages prove bench table load python ready ready-dev

help:
	@echo "make run [PORT=8001]   set up and serve the site"
	@echo "make test [ARGS=...]   all tests that need no browser"
	@echo "make browser           the tests in Chromium"
	@echo "make check             style, types, contracts, templates, migrations, settings"
	@echo "make rights            docs/rights.md from the table of rights"
	@echo "make messages          the catalogues of translations, from what the code says"
	@echo "make prove             what takes long; writes docs/proofs.md"
	@echo "make bench             large debates served, to be measured by others"
	@echo "make table [BENCH=...] docs/benchmarks.md's goals; BENCH: a folder of references"
	@echo "make load              people, streams and bots for some minutes"

run: ready
	@exec $(BIN)/python -m config.launch --port $(PORT)

test: ready-dev
	$(BIN)/python -m pytest -m "not browser and not prove" -n 2 $(ARGS)

browser: ready-dev
	$(BIN)/python -m pytest -m browser -n 2 $(ARGS)

check: style types contracts templates migrations deployment

style: ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: ready-dev
	$(BIN)/mypy

contracts: ready-dev
	$(BIN)/lint-imports --no-logo

templates: ready-dev
	$(BIN)/djlint templates --lint

migrations: ready-dev
	$(BIN)/python manage.py makemigrations --check --dry-run

deployment: ready-dev
	@$(AS_IN_PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING

rights: ready-dev
	$(BIN)/python -m tests.rights.document

messages: ready-dev
	$(BIN)/python -m config.messages

prove: ready-dev
	$(BIN)/python -m pytest -m prove -s $(ARGS)

bench: ready
	@exec $(BIN)/python -m config.bench --port $(PORT)

table: ready-dev
	@$(BIN)/python -m tests.measure --port $(PORT) $(if $(BENCH),--references $(BENCH)) $(ARGS)

load: ready-dev
	@$(BIN)/python -m tests.load --port $(PORT) $(ARGS)

ready: python
	@$(PYTHON) config/environment.py

ready-dev: python
	@$(PYTHON) config/environment.py --dev

python:
	@command -v $(PYTHON) >/dev/null && $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Crux: Python 3.11 or newer is needed, and $(PYTHON) is not that." >&2; \
	  echo "Install it, or name another one: make run PYTHON=python3.12" >&2; exit 1; }
