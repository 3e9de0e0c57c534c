# Needs GNU make, git and Python 3.11 or newer; everything else goes into .venv by itself, once.

SHELL := /bin/sh
.SHELLFLAGS := -euc
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help generate check demo test sweeps floors lint complexity format build package-check verify audit sbom notes docs
.PHONY: judges upstream adopt changes release-check watch ci bench descriptions lock clean

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/requirements.txt
PLOT := .venv-bench
SITE := .venv-docs
FLOOR := .venv-floors
RELEASE := .venv-release
JUDGES := .venv-judges
PY := $(BIN)/python
ARGS :=
# The folder in generated/ that is a package; only asked for where it is needed.
PACKAGE = $(notdir $(patsubst %/__init__.py,%,$(wildcard generated/*/__init__.py)))
# Names from outside, unchanged: make expands nothing in them, and the shell sees them as variables only.
override FILE := $(value FILE)
override AGAINST := $(value AGAINST)
override OPERATION := $(value OPERATION)
export FILE AGAINST OPERATION
# Which tests `make test` runs, as a marker expression of pytest; all of them: make test MARKED=
MARKED := not sweep
# An idle worker takes tests from the others (tests/conftest.py: how many). At most 8, as each may start a type checker.
PYTEST = $(PY) -m pytest --numprocesses auto --maxprocesses 8 --dist worksteal
# The first of these that is new enough (asked only when .venv is made). PYTHON=… names another.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && exit; done; echo python3)

# Or pyright asks the package index, at every run, whether there is a newer one.
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1
# Beside the other tools' caches (pyproject.toml).
export HYPOTHESIS_STORAGE_DIRECTORY := .cache/hypothesis

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

generate: $(READY) ## Make generated/ from spec/ and templates/
	@$(PY) generate.py $(ARGS)

check: $(READY) ## Fail when generated/ is not what generate would make; writes nothing
	@$(PY) generate.py --check $(ARGS)

demo: $(READY) ## Show what two organizations do with the client, against a sandbox on this machine
	@PYTHONPATH=generated $(PY) docs/demo.py

test: $(READY) ## Run the tests without the sweeps (some of them: make test ARGS="-k retry")
	@$(PYTEST) -m '$(MARKED)' $(ARGS)

sweeps: $(READY) ## Run the tests that take long (marked as sweep)
	@$(PYTEST) -m sweep $(ARGS)

floors: $(FLOOR)/requirements-floors.txt ## Run the tests of the client with the oldest dependencies that generated/pyproject.toml allows
	@$(subst $(PY),$(FLOOR)/bin/python,$(PYTEST)) -m '$(MARKED)' tests/client $(ARGS)

lint: complexity ## Lint, formatting and types of all Python, the generated too; holes in the workflows
	@$(PY) -m ruff check . && $(PY) -m ruff format --check . && $(ZIZMOR) && echo 'mypy and pyright take a minute …'
	@$(PY) -m mypy && $(PY) -m pyright --pythonpath $(PY)
	@PATH="$(abspath $(BIN)):$$PATH" PYTHONPATH=generated $(PY) -m pyright --verifytypes $(PACKAGE) --ignoreexternal

complexity: $(READY) ## Fail when a function of the generator or the client has a complexity over 12
	@$(PY) -m radon cc --md generate.py codegen templates | awk -F ' *[|] *' '$$6 + 0 > 12 { over = 1; \
		print $$2 ":" $$5 ": " $$3 " has a complexity of " $$6 ", the limit is 12" } END { exit over || !NR }'

format: $(READY) ## Fix what ruff can fix, except in generated/
	@$(PY) -m ruff check --fix --exclude generated . && $(PY) -m ruff format --exclude generated .

build: $(READY) ## Build wheel and sdist of generated/ into dist/
	@rm -rf dist; source=$$(mktemp -d); trap 'rm -rf "$$source"' EXIT; cp -R generated/. CHANGELOG.md "$$source"; \
		$(PY) -m build --no-isolation --outdir dist "$$source"

judges: $(READY) $(JUDGES)/requirements-judges.txt ## Let tools of others look at description, sandbox and client
	@PYTHONPATH=generated:. $(PY) -m tests.judges --schemathesis $(JUDGES)/bin/schemathesis

docs: $(SITE)/requirements-docs.txt ## Build the documentation site into .cache/docs/site
	@$(SITE)/bin/python docs/site.py .cache/docs

package-check: build $(RELEASE)/requirements-release.txt ## Build, and check wheel and sdist as a package index does
	@$(RELEASE)/bin/validate-pyproject generated/pyproject.toml
	@$(RELEASE)/bin/twine check --strict dist/* && $(RELEASE)/bin/check-wheel-contents dist

sbom: $(READY) $(RELEASE)/requirements-release.txt ## List the parts of the package, in the tested versions, in sbom.cdx.json
	@mkdir -p .cache && $(LOCK) --constraint requirements.txt --all-extras --output-file .cache/parts.txt generated/pyproject.toml
	@$(RELEASE)/bin/python -W ignore -m cyclonedx_py requirements --pyproject generated/pyproject.toml \
		--output-reproducible --output-file sbom.cdx.json .cache/parts.txt && echo sbom.cdx.json

verify: $(READY) $(FLOOR)/requirements-floors.txt ## Test the wheel and the sdist that lie in dist/, also with the oldest dependencies
	@DIST=dist $(PYTEST) tests/repository/test_package.py
	@DIST=dist $(subst $(PY),$(FLOOR)/bin/python,$(PYTEST)) tests/repository/test_package.py

upstream: $(READY) ## Compare with the description that Persona publishes: make upstream FILE=…
	@$(PY) -m codegen.maintainer.upstream $(ARGS) -- $(if $(FILE),"$$FILE",$(error say which description: make upstream FILE=…))

adopt: $(READY) ## Copy an operation of theirs into spec/ as a draft: make adopt FILE=… OPERATION=…
	@$(PY) -m codegen.maintainer.adopt -- $(if $(and $(FILE),$(OPERATION)),"$$FILE" "$$OPERATION",$(error \
		say which operation of which description: make adopt FILE=… OPERATION=…))

changes: $(READY) ## List what breaks callers since the last release, or since AGAINST=REF
	@$(PY) -m codegen.maintainer.changes $(if $(AGAINST),--against="$$AGAINST")

notes: $(READY) ## Print what the changelog says of this version
	@$(PY) -m codegen.maintainer.changelog

release-check: $(READY) ## Check whether this version can be released
	@$(PY) -m codegen.maintainer.release

watch: $(READY) ## Generate whenever the description or a template is saved
	@$(PY) -m codegen.maintainer.watch $(ARGS)

ci: MARKED =
ci: lint check package-check verify audit docs judges floors test ## All that CI runs, under one Python

bench: $(READY) $(PLOT)/requirements-bench.txt ## Measure against the stock generator and bare httpx2 (some minutes)
	@$(PY) -m tests.benchmarks --plot-python $(PLOT)/bin/python $(ARGS)

descriptions: $(READY) ## Generate, call and type-check public descriptions from npm (about 7 minutes)
	@$(PY) -m tests.descriptions.run $(ARGS)

audit: $(RELEASE)/requirements-release.txt ## Ask the package index for known weaknesses of what the locks name
	@$(RELEASE)/bin/python -m codegen.maintainer.audit $(wildcard requirements*.txt)

lock: $(READY) ## Compile the locks from pyproject.toml (newer versions: make lock ARGS=--upgrade)
	@$(LOCK) $(addprefix --group ,generate client test lint package) $(ARGS) --output-file requirements.txt$(info asking the package index …)
	@$(foreach group,docs bench judges release,$(LOCK) --group $(group) $(ARGS) --output-file requirements-$(group).txt;)
	@$(LOCK) $(LOWEST) $(ARGS) --output-file requirements-floors.txt generated/pyproject.toml

clean: ## Remove .venv, caches and dist/
	rm -rf $(VENV) .venv-* .cache dist
	find . -name __pycache__ -prune -exec rm -rf {} +

LOCK = $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --prerelease explicit \
	--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock'

ZIZMOR = $(BIN)/zizmor --offline --quiet --strict-collection --persona auditor .github

LOWEST = --resolution lowest-direct --all-extras $(addprefix --group pyproject.toml:,generate test)

# What only one target needs, or needs in other versions, has an environment apart from .venv.
APART := $(PLOT)/requirements-bench.txt $(SITE)/requirements-docs.txt $(JUDGES)/requirements-judges.txt \
	$(RELEASE)/requirements-release.txt $(FLOOR)/requirements-floors.txt

# A changed lock updates its environment in place; one that was only touched needs no network. The module handles
# interruptions. Expanded twice, since the lock and the folder are those of the target.
.SECONDEXPANSION:
$(READY) $(APART): $$(@F) $$(if $$(realpath $$(@D)/bin/python),,FORCE)
	@$(call ENVIRONMENT,$(@D))

FORCE:

ENVIRONMENT = if test -e $@ && test -e $1/bin/python; then python=$1/bin/python; else python='$(PYTHON)'; $(NEEDS_PYTHON); fi; \
	$$python -m codegen.maintainer.environment $1 $<

# The messages must come from any Python, so that an old one isn't met with a traceback.
define NEEDS_PYTHON
$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo 'Python 3.11 or newer is needed and "$(PYTHON)" is not that; name one: make PYTHON=python3.12' >&2; exit 1; }; \
$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	{ echo 'Python lacks its venv module: apt-get install python3-venv (or python3.X-venv for "$(PYTHON)")' >&2; exit 1; }
endef
