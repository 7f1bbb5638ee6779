# Vouch. The two targets that most people need:
#
#   make chat                  install, add the examples on the first run, open the chat
#   make chat DOCS=/folder     the same with your own documents
#   make test                  the whole test suite
#
# Variables: DOCS (folder or file to add), PORT (7860), VOUCH_LIBRARY (where the library is kept),
# TORCH_INDEX (package index for torch, for those who want another build than the default one),
# PYTHON (python3).

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
TORCH := $(shell sed -n 's/^\(torch==.*\)/\1/p' constraints.txt)

# A stamp says what is installed, so that a second run installs nothing. Each is older than the
# files that decide what is to be installed, or it is made again.
BASE := .venv/.installed
DECIDE := pyproject.toml constraints.txt

.PHONY: help chat test install lint bench faults docs clean
.DEFAULT_GOAL := help

help:
	@sed -n '2,/^$$/s/^# \{0,1\}//p' Makefile
	@echo "Also: make install | lint | bench | faults | clean"

# 1. The environment

.venv/.made:
	@command -v $(PYTHON) >/dev/null 2>&1 || { \
	  echo "error: there is no $(PYTHON)." >&2; \
	  echo "hint: apt-get install python3 python3-venv, or name one: make PYTHON=python3.12 ..." >&2; \
	  exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "error: Vouch needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1)." >&2; \
	  echo "hint: name a newer one: make PYTHON=python3.12 ..." >&2; \
	  exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "error: $(PYTHON) cannot make virtual environments." >&2; \
	  echo "hint: apt-get install python3-venv" >&2; \
	  exit 1; }
	@echo "[1/3] Making .venv with $$($(PYTHON) --version 2>&1)"
	@$(PYTHON) -m venv .venv
	@touch $@

$(BASE): .venv/.made $(DECIDE)
	@echo "[2/3] Installing $(TORCH) (the largest part; about 200 MB for the CPU build)"
	@$(PIP) install $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)) -c constraints.txt '$(TORCH)'
	@echo "[3/3] Installing Vouch and the pinned versions of constraints.txt"
	@$(PIP) install -c constraints.txt -e .
	@touch $@
	@echo "Installed. The command is $(BIN)/vouch"

.venv/.installed-%: $(BASE)
	@echo "Installing the extras for: $*"
	@$(PIP) install -q -c constraints.txt -e '.[$*]'
	@touch $@

install: $(BASE)

# 2. Use

chat: $(BASE)
ifdef DOCS
	@echo "Adding $(DOCS)"
	@$(BIN)/vouch add "$(DOCS)"
else
	@$(BIN)/vouch add --if-empty examples/larkhaven
endif
	@exec $(BIN)/vouch serve $(if $(PORT),--port $(PORT))

# 3. Checks

test: .venv/.installed-test
	@$(BIN)/python -m pytest -n 2 --dist loadfile

lint: .venv/.installed-test .venv/.installed-lint
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

faults: .venv/.installed-test
	@$(BIN)/python -m pytest -m 'faults or slow'

bench: .venv/.installed-bench
	@$(BIN)/python -m eval.bench
	@$(BIN)/python -m eval.bench.ingest
	@$(BIN)/python -m eval.bench.answer

docs: $(BASE)
	@$(BIN)/python docs/generate.py

clean:
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
