# Everything the project does, by name; `make help` lists it. Needs only python3 (3.11 or later),
# its venv module and a network for the first run.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# The folder with the raw sources that data/ is made from; only `make data` reads it.
TRADEVIZ_RAW ?=
# A folder that keeps replies of the services, for `make data`; what is there is not asked for again.
REPLIES ?=
# Options handed on, as in `make report ARGS="--partner JPN"` or `make pytest ARGS="-k report"`.
ARGS ?=

# The tests start a hundred processes; where bytecode is not kept, each compiles the package anew.
export PYTHONDONTWRITEBYTECODE :=
# Two processes share the cores and their matrices are small: threads of the linear algebra would wait
# for each other, and took half of the processor time again in the tests of the models.
export OMP_NUM_THREADS ?= 1

.PHONY: help report lab test quick check edited stamp pytest format fuzz data update-notebooks golden mutation robustness deals browser lab-test lock bench wheel installs docs clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# Made anew when the lock or the project's own description changes. The lock is also what constrains:
# where one asks for an extra of another, pip else takes the newest, which has no hash here.
$(READY): requirements.lock pyproject.toml
	@command -v $(PYTHON) > /dev/null || { \
	  echo "make: $(PYTHON) is not installed; tradeviz needs Python 3.11 or later" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "make: $$($(PYTHON) --version) is too old; tradeviz needs Python 3.11 or later:" \
	    "make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2> /dev/null || { \
	  echo "make: this Python cannot make environments; install its venv module" \
	    "(Debian, Ubuntu: apt-get install python3-venv)" >&2; exit 1; }
	@echo "Setting up $(VENV), once: about a minute" >&2
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes \
	  -r requirements.lock -c requirements.lock
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps \
	  --no-build-isolation -e .
	@touch $@

report: $(READY) ## Run the notebooks and write reports/ (ARGS="--partner JPN")
	$(BIN)/tradeviz report $(ARGS)

lab: $(READY) ## Open JupyterLab at the panel, already running
	$(BIN)/tradeviz explore notebooks $(ARGS)

test: check edited pytest browser ## Check the code, run every test and compare every notebook

quick: $(READY) ## Lint, types, and the tests a change can reach, within 40 seconds
	@$(BIN)/python tools/quick.py

check: $(READY) ## Lint, format check and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Each of two thousand tests would say the same of an edited table; this says once what it moves.
edited: $(READY) ## Show what an edited table of data/ moves in notebooks, tables and charts
	@$(BIN)/python tools/update_notebooks.py --check --if-edited

stamp: $(READY) ## Describe edited tables of data/ as they are now
	$(BIN)/python tools/stamp.py

# A notebook is one file, so one worker runs all of its cells. In the order of names, so that the
# long modules do not come last.
pytest: $(READY) ## Tests and notebooks only (ARGS="-k report")
	$(BIN)/pytest --numprocesses=2 --dist=loadscope --no-loadscope-reorder --quiet \
	  --ignore=$(LAB_TESTS) $(ARGS)

# Alone: beside other tests JupyterLab now and then loses a message.
LAB_TESTS := tests/test_explore_browser.py
browser: $(READY) ## Tests of the panel in JupyterLab and a browser
	$(BIN)/pytest --quiet $(LAB_TESTS)

lab-test: $(READY) ## Run every notebook in JupyterLab by Run All
	TRADEVIZ_EVERY_NOTEBOOK=1 $(BIN)/pytest --quiet $(LAB_TESTS)

# How many calls, command lines and outcome files each.
FUZZ ?= 5000
fuzz: $(READY) ## Throw bad arguments, command lines and outcome files at it (FUZZ=100000)
	FUZZ=$(FUZZ) $(BIN)/pytest --quiet tests/test_fuzz.py

format: $(READY) ## Rewrite code and notebooks in the project's format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# From the folder of raw sources every derived table; from the services, or a folder of replies kept
# before, every trade table (ARGS="--weights 2025" and other options of `tradeviz refresh`).
data: $(READY) ## Rebuild data/ from TRADEVIZ_RAW=folder, REPLIES=folder or the services
	$(if $(TRADEVIZ_RAW),TRADEVIZ_RAW="$(TRADEVIZ_RAW)" $(BIN)/python tools/build_data.py $(ARGS),\
	  $(BIN)/tradeviz refresh --since 2013-01 $(if $(REPLIES),--replies "$(REPLIES)") $(ARGS))

update-notebooks: $(READY) ## Run the notebooks and store their new outputs
	$(BIN)/python tools/update_notebooks.py $(ARGS)

golden: $(READY) ## Take today's results into tests/golden/
	$(BIN)/pytest --quiet --regen-all tests/test_golden.py tests/test_golden_charts.py $(ARGS)

mutation: $(READY) ## Plant faults in data, law, code, charts and notebooks; which are caught?
	$(BIN)/python -m tools.mutation $(ARGS)

robustness: $(READY) ## Run the tests under other zones, languages, seeds, fonts and versions
	$(BIN)/python tools/robustness.py $(ARGS)

deals: $(READY) ## Solve the 16,384 coalitions of fourteen partners again
	$(BIN)/python tools/run_deals.py $(ARGS)

UV ?= uv
# What an environment of the project holds; a person who makes the estimates anew adds that extra.
LOCKED := lab data refresh test cluster build
lock: ## Resolve requirements.lock and requirements-docs.lock anew (needs uv)
	@command -v $(UV) > /dev/null || { \
	  echo "make: uv is not installed; only this target needs it" >&2; exit 1; }
	$(UV) pip compile pyproject.toml $(addprefix --extra ,$(LOCKED)) --universal --python-version 3.11 \
	  --fork-strategy fewest --generate-hashes --no-header --no-annotate --quiet \
	  --output-file requirements.lock $(ARGS)
	$(UV) pip compile pyproject.toml --extra docs --constraint requirements.lock --universal \
	  --python-version 3.11 --fork-strategy fewest --generate-hashes --no-header --no-annotate \
	  --quiet --output-file requirements-docs.lock $(ARGS)

bench: $(READY) ## Time the main steps
	$(BIN)/python benchmarks/engine.py $(ARGS)
	$(BIN)/python benchmarks/equilibrium.py
	$(BIN)/python benchmarks/response.py
	$(BIN)/python benchmarks/explore.py

# What builds the site is installed when it is first wanted.
$(VENV)/.docs: $(READY) requirements-docs.lock
	$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes \
	  -r requirements-docs.lock -c requirements-docs.lock
	@touch $@

docs: $(VENV)/.docs ## Build the documentation site into docs/site
	$(BIN)/python tools/build_site.py $(ARGS)

wheel: $(READY) ## Build a wheel with data and notebooks, and a source archive, into dist/
	$(BIN)/python -m hatchling build -t sdist -t wheel

installs: $(READY) ## Install the wheel with each extra and each Python at hand, and use it
	$(BIN)/python tools/installs.py $(ARGS)

clean: ## Remove what can be made again, the environment included
	rm -rf $(VENV) build dist docs/site .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
