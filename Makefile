# Two commands do everything, set-up included: `make pilot` and `make test`.
# They need Python 3.11 or newer (and numpy's wheels for it) and nothing else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: pilot test lint types bench hostile screenshots up lock clean

pilot: $(READY)
	@$(BIN)/tvaers rehearse nordjylland $(ARGS)

test: $(READY)
	@$(BIN)/python -m pytest $(ARGS)

up: $(READY)
	@$(BIN)/tvaers up $(ARGS)

bench: $(READY)
	@$(BIN)/python -m loadtests.benchmarks $(ARGS)

hostile: $(READY)
	@TVAERS_HOSTILE=20000 $(BIN)/python -m pytest -q tests/standards/hostile $(ARGS)
	@$(BIN)/python -P -m loadtests.benchmarks.hostile

screenshots: $(READY)
	@$(BIN)/python -m tests.browser.screenshots

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(READY)
	@$(BIN)/mypy

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11))' || \
		{ echo "tvaers needs Python 3.11 or newer; run: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11"; exit 2; }
	@echo "setting up $(VENV) (once, about a minute) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -c "import matplotlib.font_manager"  # builds its font list once
	@touch $(READY)

lock:
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --extra dev -o requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) out dist .pytest_cache .mypy_cache .ruff_cache
