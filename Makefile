# Kinobase: everything that a newcomer or a developer runs. `make` alone lists it.
#
# The virtual environment .venv is filled anew only when setup.cfg, pyproject.toml or a lock changed (two stamps: for
# running, and for developing), and made anew when it was moved or its Python is gone. locks/ says which version of each
# package, and its hashes; what setup.cfg asks for beyond a lock that is not renewed yet comes after.

# How many times the ordinary number of films the benchmarks take.
SIZE ?= 1
# Processes that share the tests. Each starts servers of its own as it needs them, so not simply one a core.
WORKERS ?= 2
PYTHON ?= python3.13 python3.12 python3.11 python3
VENV = .venv
BIN = $(VENV)/bin
# One lock for all Pythons and systems; the hashes are those of every file that a version has.
LOCK = $(BIN)/uv pip compile setup.cfg --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate
STAMP = $(VENV)/.installed
DEV_STAMP = $(VENV)/.installed-dev
PLACE = $(VENV)/.place
SAMPLE = var/legacy.sqlite
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check
RUNNABLE = import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))

.DEFAULT_GOAL = help
.PHONY: help run test check bench performance format postman clean dist lock audit FORCE

help: ## list these targets
	@echo "Kinobase. Targets:"
	@awk -F ' ## ' '/^[a-z]+:.* ## / { sub(/:.*/, "", $$1); printf "  make %-11s %s\n", $$1, $$2 }' Makefile
	@echo "Variables: LEGACY=file (run: rebuild this legacy file), PORT=number (run), ARGS=... (test: for pytest; bench: such as --only imdb-sqlite),"
	@echo "SIZE=1 (bench: times the ordinary number of films), SIZES=... (bench: numbers of films of the curves),"
	@echo "WORKERS=2 (test: processes that share them), PYTHON=python3.12 (which Python makes .venv). Settings of the environment are respected; README.md lists them."

# What is rebuilt: LEGACY, else what the environment or .env names, else the sample.
ifdef LEGACY
run: export LEGACY_DATABASE = $(LEGACY)
else ifeq "$(LEGACY_DATABASE)$(shell grep -s '^LEGACY_DATABASE=' .env)" ""
run: export LEGACY_DATABASE = $(SAMPLE)
run: $(SAMPLE)
endif

run: $(STAMP) ## rebuild the sample (or LEGACY=file), index it and serve it
	@mkdir -p var
	@$(BIN)/alembic upgrade head
	@$(BIN)/python -m index sync --or-rebuild
	@$(BIN)/python examples/tour.py
	@exec $(BIN)/python -m api

test: $(DEV_STAMP) ## run all tests and report the coverage (ARGS="tests/api -k card" for some)
	@$(BIN)/pytest --numprocesses=$(WORKERS) --dist=loadfile --cov --cov-report=term $(ARGS)

check: $(DEV_STAMP) ## run the linters, the types and the rules of who may import whom
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(DEV_STAMP) ## measure everything against its limits and goals (twenty minutes; SIZE=0.1, SIZES="1000 10000")
	@$(BIN)/python benchmarks/bench.py --size $(SIZE) $(if $(SIZES),--sizes $(SIZES)) $(ARGS)

performance: $(DEV_STAMP) ## make docs/performance.md of the last run of make bench
	@$(BIN)/python benchmarks/performance.py var/bench/run.json

format: $(DEV_STAMP) ## put the code into its form
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

dist: $(DEV_STAMP) ## make a wheel and a source archive in dist/
	@$(BIN)/python -m build

lock: $(PLACE) ## find the newest versions of all packages, and write locks/ and docs/licences.md
	@$(INSTALL) uv pip-licenses
	@$(LOCK) --upgrade --extra dev --output-file locks/dev.txt
	@$(LOCK) --upgrade --extra postgresql --constraint locks/dev.txt --output-file locks/run.txt
	@$(INSTALL) --require-hashes --requirement locks/dev.txt
	@{ echo '# Licences of what Kinobase stands on'; echo; \
	  echo 'Written by `make lock`, as the packages themselves say. Kinobase itself: [MIT](../LICENSE).'; \
	  echo 'Two name none (UNKNOWN); device_detector and axe-playwright-python are MIT, as their repositories say.'; \
	  for lock in run dev; do \
	    echo; echo "## locks/$$lock.txt"; echo; \
	    $(BIN)/pip-licenses --from=mixed --with-system --no-version --format=markdown --packages $$(sed -n 's/^\([^ =]*\)==.*/\1/p' locks/$$lock.txt); \
	  done; } > docs/licences.md

audit: $(DEV_STAMP) ## ask PyPI for known vulnerabilities of the packages in locks/ (needs the network)
	@$(INSTALL) pip-audit
	@$(BIN)/pip-audit --disable-pip --require-hashes --requirement locks/dev.txt

postman: $(DEV_STAMP) ## make docs/kinobase.postman_collection.json anew from the API's description
	@$(BIN)/python docs/postman.py

clean: ## take away .venv, caches and dist/ (var/ with the store, the index and the reports stays)
	@rm -rf $(VENV) build dist *.egg-info .coverage .coverage.* .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -not -path './var/*' -prune -exec rm -rf {} +

$(SAMPLE): examples/legacy.sql examples/build.py | $(STAMP)
	@$(BIN)/python examples/build.py $@

$(STAMP): $(PLACE) setup.cfg pyproject.toml locks/run.txt
	@echo "Installing Kinobase into $(VENV): a minute or two, only when setup.cfg or locks/ changed"
	@$(INSTALL) --require-hashes --requirement locks/run.txt
	@$(INSTALL) --editable '.[postgresql]'
	@touch $@

$(DEV_STAMP): $(PLACE) setup.cfg pyproject.toml locks/dev.txt
	@echo "Installing Kinobase and what its tests need into $(VENV): a minute or two, only when setup.cfg or locks/ changed"
	@$(INSTALL) --require-hashes --requirement locks/dev.txt
	@$(INSTALL) --editable '.[dev]'
	@touch $(STAMP) $@

# A virtual environment knows its own place, so one that was moved does not work: what PLACE says tells.
ifneq "$(shell $(BIN)/python -c '$(RUNNABLE)' 2>/dev/null && cat $(PLACE) 2>/dev/null)" "$(CURDIR)"
$(PLACE): FORCE
endif

$(PLACE):
	@if [ -f $@ ] || ! $(BIN)/python -c 'import pip; $(RUNNABLE)' 2>/dev/null; then \
	  found=; bare=; \
	  for python in $(PYTHON); do \
	    "$$python" -c '$(RUNNABLE)' >/dev/null 2>&1 || continue; \
	    if "$$python" -c 'import ensurepip, venv' 2>/dev/null; then found=$$python; break; fi; \
	    bare=$$python; \
	  done; \
	  if [ -n "$$found" ]; then \
	    rm -rf $(VENV) && "$$found" -m venv $(VENV) || { rm -rf $(VENV); exit 2; }; \
	  elif [ -n "$$bare" ]; then \
	    echo "error: $$bare cannot make a virtual environment; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 2; \
	  else \
	    echo "error: none of these is a Python from 3.11 to 3.14: $(PYTHON). Install one, or say make PYTHON=/path/to/python3" >&2; exit 2; \
	  fi; \
	fi
	@pwd -P > $@
