# What one types in this repository. `make` alone lists it.

DEMO ?= 1
PORT ?= 8000
ONLY ?=
ARGS ?=
export PYTHON
# Byte code in .venv and src makes a second start three times as quick.
unexport PYTHONDONTWRITEBYTECODE
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help run install test lint format lock screenshots bench oracle dist clean

help:  ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1	/p' Makefile

run:  ## Serve the demonstration (DEMO=0: your own instance; PORT=8000)
	@tools/environment runtime
	@tools/run "$(DEMO)" "$(PORT)"

install:  ## Prepare .venv with everything that tests and lint need
	@tools/environment development

test: install  ## Run all tests (ARGS="-k word" for some)
	@tools/chromium
	@$(BIN)/python -m pytest --ignore=tests/spark -n 2 --dist loadscope --no-loadscope-reorder $(ARGS)

test-spark: install  ## Run every check's cases on Spark; installs pyspark, and Java where it can
	@tools/environment spark
	@tools/java
	@$(BIN)/python -m pytest tests/spark $(ARGS)

mutate-checks: install  ## Break each check's SQL in small ways: do its cases notice? (ONLY=cc8_1/08_approval)
	@$(BIN)/python -m tools.mutate_checks $(ONLY)

lint: install  ## ruff, mypy and the order of imports
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

format: install  ## Let ruff mend what it can
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

lock: install  ## Compile requirements/*.in into pinned, hashed *.txt
	@tools/lock

screenshots: install  ## Write every page of the demonstration to var/screenshots/
	@tools/chromium
	@$(BIN)/python -m tools.screenshots

bench: install  ## Measure, print a table, write var/bench.json (ONLY=name for one)
	@-$(BIN)/python -m bench $(ONLY)

oracle: install  ## Compare the checks with a plain reading on 10,000 generated changes
	@CHANGEPROOF_ORACLE_CHANGES=10000 CHANGEPROOF_LAWS=10 $(BIN)/python -m pytest tests/oracle tests/checks/test_laws.py $(ARGS)

dist: install  ## Build the wheel into dist/ and check that it holds everything
	@$(BIN)/python -m tools.wheel

clean:  ## Remove .venv, dist and caches; instances in var/ stay
	rm -rf .venv dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find src tests tools bench -name __pycache__ -type d -prune -exec rm -rf {} +
