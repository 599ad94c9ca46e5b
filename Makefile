# Inspector: one command for each thing one does here. `make help` lists them.
#
# Each target sets up what it needs in $(VENV), once, and again when pyproject.toml changes. What set-up
# has to say goes to stderr: `make run ARGS='--headless --parts 300 --json'` prints one JSON document on
# stdout and nothing else. (From another folder: `make -s -C …`, or make itself says where it goes.)

SHELL := /bin/bash
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup run test test-train test-console soak check format bench
.DELETE_ON_ERROR:
# A line is many processes, and tests start many lines: none of them compiles everything anew.
unexport PYTHONDONTWRITEBYTECODE

VENV ?= .venv
# Empty: tools/make-venv.sh looks for python3.11, then for any Python 3.11 or newer.
PYTHON ?=
# Passed on to the program, or to pytest.
ARGS ?=

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
# Five minutes; on a display with the operator console.
DISPLAYED := $(DISPLAY)$(WAYLAND_DISPLAY)
RUN_DEFAULT := --seconds 300 $(if $(DISPLAYED),--console)
BENCH_DEFAULT := decision
PYTEST = $(BIN)/python -m pytest
# One process for each core of the smallest machine; what starts a whole line has the machine for itself.
IN_TWO := -n 2 --dist worksteal
# In windows where they can be opened, else offscreen.
AT_A_LINE := $(addprefix tests/console/,test_real_line.py test_people_at_a_line.py test_beside_the_line.py test_live_screen.py)
XVFB := $(if $(shell command -v xvfb-run),xvfb-run -a -s '-screen 0 1920x1080x24')
NO_XVFB := xvfb-run is not installed (apt-get install xvfb xauth): the console is tried without windows

help:  ## Show this list
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' $(MAKEFILE_LIST) | awk -F'\t' '{ printf "  make %-12s %s\n", $$1, $$2 }'
	@echo "  ARGS='...' is passed on: make run ARGS='--headless --parts 300 --json'; make test ARGS='-k pairing'"

setup: $(VENV)/.console $(VENV)/.test $(VENV)/.check  ## Set up everything but the training tools in .venv

run: $(VENV)/$(if $(ARGS),.core,$(if $(DISPLAYED),.console,.core))  ## Watch a simulated line being inspected (five minutes, or Ctrl-C)
	@$(if $(ARGS)$(DISPLAYED),,echo "no display: the line runs without the operator console" >&2)
	@$(BIN)/inspector run $(or $(ARGS),$(RUN_DEFAULT))

test: $(VENV)/.core $(VENV)/.test  ## Run the test suite (needs neither PyTorch nor Qt)
ifdef ARGS
	@$(PYTEST) --ignore=tests/console $(ARGS)
else
	@$(PYTEST) $(IN_TWO) tests/unit tests/contract tests/faults
	@$(PYTEST) tests/line
endif

test-train: $(VENV)/.train $(VENV)/.test  ## Run the tests that train a net (installs PyTorch)
	@$(PYTEST) tests/train -m train $(ARGS)

test-console: $(VENV)/.console $(VENV)/.console-test  ## Run the tests of the operator console (installs Qt)
ifdef ARGS
	@$(PYTEST) tests/console $(ARGS)
else
	@$(PYTEST) $(IN_TWO) tests/console $(addprefix --ignore=,$(AT_A_LINE))
	@$(if $(XVFB),tools/system-libraries.sh "$(BIN)/python" xcb,echo "$(NO_XVFB)") >&2
	@$(if $(XVFB),QT_QPA_PLATFORM=xcb $(XVFB)) $(PYTEST) $(AT_A_LINE)
endif

soak: $(VENV)/.core $(VENV)/.test  ## Run every fault at two rates (a quarter of an hour, on a quiet machine)
	@$(PYTEST) tests/soak -m soak $(ARGS)

check: $(VENV)/.console $(VENV)/.check  ## Lint, formatting, types, and who may import whom
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

format: $(VENV)/.check  ## Format the code and sort the imports
	@$(BIN)/ruff check --select I --fix .
	@$(BIN)/ruff format .

bench: $(VENV)/.core  ## Measure the way from frame to verdict (ARGS='line --json' for the whole line)
	@$(BIN)/inspector bench $(or $(ARGS),$(BENCH_DEFAULT))

# Set-up. A stamp is newer than pyproject.toml when its packages are installed.

$(VENV)/.venv: tools/make-venv.sh
	@tools/make-venv.sh "$(VENV)" "$(PYTHON)" >&2
	@touch $@

$(VENV)/.core: $(VENV)/.venv pyproject.toml
	@echo "setting up $(VENV): Inspector and what it runs on (once)" >&2
	@$(PIP) --editable . >&2
	@tools/system-libraries.sh "$(BIN)/python" cv2 onnxruntime apsw >&2
	@touch $@

$(VENV)/.test: $(VENV)/.venv pyproject.toml
	@echo "setting up $(VENV): test tools (once)" >&2
	@$(PIP) --group test >&2
	@touch $@

$(VENV)/.check: $(VENV)/.venv pyproject.toml
	@echo "setting up $(VENV): linter, type checker (once)" >&2
	@$(PIP) --group check >&2
	@touch $@

$(VENV)/.console: $(VENV)/.core
	@echo "setting up $(VENV): Qt for the operator console (once, large)" >&2
	@$(PIP) --editable '.[console]' >&2
	@tools/system-libraries.sh "$(BIN)/python" PySide6.QtWidgets $(if $(DISPLAY),xcb) >&2
	@touch $@

$(VENV)/.console-test: $(VENV)/.venv pyproject.toml
	@echo "setting up $(VENV): test tools for Qt (once)" >&2
	@$(PIP) --group console-test >&2
	@touch $@

$(VENV)/.train: $(VENV)/.core
	@echo "setting up $(VENV): PyTorch and ONNX for training (once, large)" >&2
	@$(PIP) --editable '.[train]' >&2
	@tools/system-libraries.sh "$(BIN)/python" torch onnx >&2
	@touch $@
