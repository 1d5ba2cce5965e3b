# The commands of the workbook. `make` alone lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
JOBS := 2

.PHONY: help install run test bench audit lab lint lock clean

help:  ## list the commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

install: $(READY)  ## create .venv and install the locked requirements

# torch's CUDA libraries are wanted only by its CUDA build, so a CPU build installed first saves them (see README.md).
$(READY): requirements.lock requirements-cuda.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "The workbook needs Python 3.11 or newer; choose one with: make PYTHON=/path/to/python3 ...")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@ls -d $(VENV)/lib/python*/site-packages/torch >/dev/null 2>&1 || command -v nvidia-smi >/dev/null || [ "$$(uname)" != Linux ] || \
		echo "No NVIDIA card found: stop here and read 'Without an NVIDIA card' in README.md to save 4 GB, or wait some minutes."
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements.lock
	@if grep -q 'Requires-Dist: nvidia' $(VENV)/lib/python*/site-packages/torch-*.dist-info/METADATA; then \
		echo "Installing the CUDA libraries of torch."; \
		$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements-cuda.lock; fi
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	$(BIN)/python -m pip check
	@touch $@

run: $(READY)  ## build the notebooks, execute every solution at the smoke preset, grade it, print a table
	$(BIN)/workbook build
	$(BIN)/workbook run --preset smoke

# The tests of one file share what is dear to make, so they stay in one process.
test: $(READY)  ## lint and run the tests, JOBS=2 files at a time
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses $(JOBS) --dist loadfile

bench: $(READY)  ## measure every performance claim (tests/benchmarks)
	$(BIN)/python -m pytest tests/benchmarks --benchmark-only --benchmark-disable-gc

audit: $(READY)  ## judge the checks by every right and wrong answer and every mutant
	$(BIN)/workbook audit

lab: $(READY)  ## open JupyterLab on your own copies of the notebooks
	$(BIN)/workbook lab

lint: $(READY)  ## format and fix what ruff can fix
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# One resolution for all platforms; the CUDA libraries are split off.
TORCH := 2.13.0
lock:  ## resolve requirements.lock anew (needs uv)
	echo torch==$(TORCH) | uv pip compile pyproject.toml --extra dev --constraints - --universal --generate-hashes \
		--python-version 3.11 --custom-compile-command "make lock" --quiet --output-file requirements.lock --upgrade
	awk '/^[a-z]/ {cuda = /^(nvidia-|cuda-|triton)/} {print > (cuda ? "requirements-cuda.lock" : "requirements.rest")}' requirements.lock
	mv requirements.rest requirements.lock
	$(PYTHON) .ci/environment.py

clean:  ## remove what is generated anew; students' work, submissions and grades stay
	rm -rf build/source build/release build/run build/benchmarks .pytest_cache .ruff_cache .benchmarks
