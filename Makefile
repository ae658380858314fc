# The commands of a checkout. `make setup` is run by the others when it is needed.

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.set-up
PYTHON ?= $(shell sh tools/find_python.sh)
TESTS ?=

# A window for the commands that open one: the display there is, or a virtual one.
IN_WINDOW = sh tools/in_window.sh

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-all check format bench pictures clean

help:
	@echo "make demo      set up, then open the viewer on the sample tissue (without a display: drive it and write the result)"
	@echo "make test      set up, then run the tests that take minutes in all"
	@echo "make test-all  the slow tests as well: they print what they measure"
	@echo "make check     ruff, mypy and import-linter"
	@echo "make format    let ruff format the code"
	@echo "make bench     the speed table: ratios to peers and to this machine's limits, at three sizes (about half an hour)"
	@echo "make pictures  draw the pictures and the animation of docs/ again"
	@echo "make setup     only set up: .venv with everything in it"
	@echo "make clean     remove .venv and what tests and demo left"

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt tools/find_python.sh tools/system_packages.sh
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, and none was found. Install it, or run: make setup PYTHON=/path/to/python3"; exit 1; }
	@sh tools/system_packages.sh "$(PYTHON)"
	@echo "Installing napari-ripple and what it needs into $(VENV): about 2 GB, some minutes the first time."
	@test -x $(BIN)/python || "$(PYTHON)" -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[pyqt6,dev]"
	@touch $(STAMP)

demo: $(STAMP)
	$(IN_WINDOW) --demo $(BIN)/python -m napari_ripple.demo

# Two at a time, each with one thread for torch, whatever the machine has: the numbers are the same everywhere.
test: $(STAMP)
	OMP_NUM_THREADS=1 $(IN_WINDOW) $(BIN)/python -m pytest -n 2 --dist worksteal $(TESTS)

test-all: $(STAMP)
	$(IN_WINDOW) $(BIN)/python -m pytest -m "not gpu" $(TESTS)

check: $(STAMP)
	$(BIN)/ruff check src tests docs sample_data
	$(BIN)/ruff format --check src tests docs sample_data
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(STAMP)
	$(BIN)/ruff check --fix-only src tests docs sample_data
	$(BIN)/ruff format src tests docs sample_data

bench: $(STAMP)
	$(BIN)/ripple benchmark speed --out build/bench

pictures: $(STAMP)
	$(IN_WINDOW) $(BIN)/python docs/make_pictures.py
	$(IN_WINDOW) $(BIN)/python docs/make_pictures.py --film

clean:
	rm -rf $(VENV) build dist out demo_out .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
