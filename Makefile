# Every target sets up what it needs; `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help setup demo test check audit bench docs lock clean
BIN := .venv/bin

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 16

setup:  ## .venv with the locked dependencies; says what system package is missing
	@sh tools/setup.sh

demo: setup  ## the window on a practice clinic; with no display a tour that writes demo-screens/
	@$(BIN)/vestibule demo

test: setup  ## the whole test suite
	@QT_QPA_PLATFORM=$${QT_QPA_PLATFORM:-offscreen} $(BIN)/python -m pytest -q -n 2

check: setup  ## ruff, mypy (strict on app/), the import table, the lock file
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports --no-cache
	@! grep -nE '://|^--(index|extra|find)' requirements.lock requirements-audit.lock

audit: setup  ## sbom.json, and the locked dependencies against a public list of known faults (asks the network)
	@$(BIN)/python -m venv .venv-audit
	@.venv-audit/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-audit.lock
	@.venv-audit/bin/cyclonedx-py environment --pyproject pyproject.toml --output-file sbom.json $(BIN)/python
	@.venv-audit/bin/pip-audit --strict --require-hashes --disable-pip --requirement requirements.lock

bench: setup  ## speed as ratios against yardsticks of the same run
	@QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.bench

docs: setup  ## docs/api-coverage.md anew from the code
	@$(BIN)/python -m tools.api_coverage

lock:  ## the lock files anew from pyproject.toml (wants uv)
	uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-header --no-annotate -o requirements.lock
	uv pip compile --group audit --universal --generate-hashes --no-header --no-annotate -o requirements-audit.lock

clean:  ## removes what setup, tests and demo made
	rm -rf .venv .venv-audit sbom.json demo-screens .pytest_cache .mypy_cache .ruff_cache .hypothesis
