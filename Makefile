# make demo: try it. make test: everything that must hold. make run: production. make bench: the figures.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# one more than there are processors: tests also wait, for a browser, a server or the disk
WORKERS ?= $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1) + 1 )))
ICAL_JS := 2.2.1

.PHONY: demo test run bench clean

demo: $(VENV)/.installed
	@PTB_TIMEDELTA=1 $(BIN)/python -m demo

run: $(VENV)/.installed
	@PTB_TIMEDELTA=1 $(BIN)/termijnwacht run

test: $(VENV)/.installed-test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	PTB_TIMEDELTA=1 $(BIN)/python -m pytest -q -n $(WORKERS) --dist loadgroup

bench: $(VENV)/.installed-test
	PTB_TIMEDELTA=1 $(BIN)/python -m tests.bench

clean:
	rm -rf $(VENV)

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Termijnwacht needs Python 3.11 or newer.")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "Installing into $(VENV); the first time this takes a minute or two."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.installed-test: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "Installing into $(VENV) with the test tools; the first time this takes a minute or two."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	@if command -v npm >/dev/null; then \
	  npm install --silent --no-audit --no-fund --no-save --no-package-lock --prefix $(VENV) ical.js@$(ICAL_JS) \
	    || echo "ical.js could not be installed: its tests will be skipped."; \
	fi
	@touch $@ $(VENV)/.installed
