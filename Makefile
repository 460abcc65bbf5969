# Every target makes the environment in .venv when it is missing or when what it holds has changed.
# `make test ARGS="tests/settings -x"` runs a part; the floor of coverage then does not apply.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
CONFIG ?= config
ARGS ?=

# Three workers on the two cores of the smallest machine we run on: a third of the time is waiting. The floor (90 %)
# stands in pyproject.toml and counts for the whole suite only. Bytecode is kept whatever the shell says: to rewrite
# every assert takes each worker seconds.
COVERAGE := --cov --cov-report=term $(if $(ARGS),--cov-fail-under=0)

.DEFAULT_GOAL := help
.PHONY: help demo run test check check-format check-lint check-types check-imports bench messages lock sbom clean

help:
	@echo "make demo   the whole job against a small world on this machine, in under a minute"
	@echo "make run    the service on $(CONFIG)/"
	@echo "make test   every test, with coverage;  make check   format, lint, types, import contracts"
	@echo "make messages  the catalogues of what messages say, after a word was changed"
	@echo "make bench  benchmarks;  make lock   the lock files;  make sbom   what the service is made of"
	@echo "make clean  what can be made again"

$(READY): pyproject.toml deploy/constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint deploy/constraints.txt --editable '.[dev]'
	@touch $@

demo: $(READY)
	$(BIN)/python -m tests.newsroom.demo $(ARGS)

run: $(READY)
	$(BIN)/monitor run --config $(CONFIG) $(ARGS)

test: $(READY)
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest --numprocesses 3 --dist worksteal $(COVERAGE) $(ARGS)

check: check-format check-lint check-types check-imports

check-format: $(READY)
	$(BIN)/ruff format --check .

check-lint: $(READY)
	$(BIN)/ruff check .

check-types: $(READY)
	$(BIN)/mypy

check-imports: $(READY)
	$(BIN)/lint-imports

bench: $(READY)
	$(BIN)/python -m tests.benchmarks $(ARGS)

# Words are written in English beside the code. This gathers them and leaves new ones empty in each catalogue, to
# be translated; a test says what is missing. The service compiles a catalogue when it first needs it.
LOCALE := monitor/alerts/locale
messages: $(READY)
	$(BIN)/pybabel --quiet extract --no-wrap --no-location --omit-header --keywords say --keywords count:1,2 \
		--output $(LOCALE)/alerts.pot monitor/alerts
	$(BIN)/pybabel update --domain alerts --input-file $(LOCALE)/alerts.pot --output-dir $(LOCALE) --no-wrap \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date

# constraints.txt: everything, for development. requirements.lock: what runs, with the hash of every file; it
# follows the first, so that both name the same versions. build.lock: what makes the wheel. `make lock ARGS=--upgrade` takes newer ones.
LOCK_BUILD := UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile --quiet \
	--universal --python-version 3.11 --no-emit-index-url
LOCK := $(LOCK_BUILD) pyproject.toml

# It needs uv only: what is newly wanted cannot be installed before it is locked.
$(BIN)/uv:
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet uv

lock: $(BIN)/uv
	$(LOCK) --all-extras --output-file deploy/constraints.txt $(ARGS)
	$(LOCK) --constraint deploy/constraints.txt --generate-hashes --output-file deploy/requirements.lock
	echo hatchling | $(LOCK_BUILD) --generate-hashes --output-file deploy/build.lock $(ARGS) -

# What the service is made of, with licences, as CycloneDX and as a table for people.
sbom: $(BIN)/uv
	rm -rf build/sbom
	$(BIN)/uv venv --quiet --python $(PYTHON) build/sbom
	$(BIN)/uv pip sync --quiet --python build/sbom --require-hashes deploy/requirements.lock
	$(BIN)/uv tool run --quiet --from 'cyclonedx-bom>=7,<8' cyclonedx-py environment build/sbom \
		--pyproject pyproject.toml --output-reproducible --spec-version 1.6 --output-file deploy/sbom.cdx.json
	$(BIN)/python -m tests.deploy.licences deploy/sbom.cdx.json deploy/LICENCES.md

clean:
	rm -rf $(VENV) build dist *.egg-info htmlcov .coverage .coverage.* .pytest_cache .mypy_cache .ruff_cache \
		.import_linter_cache .hypothesis
	find monitor tests -name __pycache__ -type d -prune -exec rm -rf {} +
