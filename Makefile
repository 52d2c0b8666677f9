# Two commands: `make run` and `make test`. Both install what they need from the hashed locks, once.

PORT ?= 8000
JOBS ?= 3
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PYTHONDONTWRITEBYTECODE = 1

.DEFAULT_GOAL := help
.PHONY: help run test soak engines check bench pictures vendor lock

help: ## List these commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | expand -t 10

run: $(VENV)/run.stamp ## Serve a demonstration territory on http://localhost:8000 (PORT=… to change)
	@PORT=$(PORT) $(BIN)/python -m web.local

test: $(VENV)/dev.stamp ## Run every test, the server's on both databases, JOBS=3 at once (TESTS=tests/web for one folder); installs Chromium when it is missing
	@.ci/chromium
	@ACCORD_TEST_ENGINE=both $(BIN)/python -m pytest -n $(JOBS) --dist worksteal $(TESTS)

engines: $(VENV)/dev.stamp ## The spine in Firefox and WebKit; installs them when they are missing
	@.ci/engines
	@ENGINES=1 $(BIN)/python -m pytest tests/engines

check: $(VENV)/dev.stamp ## Lint, types of both languages, generated files, vendored hashes
	@BIN=$(BIN) .ci/check

soak: $(VENV)/dev.stamp ## Crossing commits for a minute, a million seals, every lie and another draw of what is drawn, then schedules of the simulator until the time is out (SOAK_MINUTES=10, SEED=…, ENGINE=sqlite or postgresql)
	@SOAK=1 ACCORD_TEST_ENGINE=postgresql $(BIN)/python -m pytest -q tests/models/test_commit_order.py
	@SEALS=1000000 $(BIN)/python -m pytest -q tests/device/test_sections.py
	@SEED=$${SEED:-$$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')} HOSTILE=all $(BIN)/python -m pytest -q tests/hostile tests/roles tests/client/test_faults_random.py
	@$(BIN)/python -W error -m tests.simulator.soak

bench: $(VENV)/dev.stamp ## Measure the figures of bench/ (SIZE=small, ONLY=p01,p13, WRITE=1 into bench/README.md)
	@.ci/chromium
	@$(BIN)/python -m bench

pictures: $(VENV)/dev.stamp ## Photograph every screen into var/pictures, and those of the README; say what is wrong with them
	@$(BIN)/python -m tests.e2e.pictures

vendor: ## Fetch the pinned browser libraries again, check their hashes, rebuild static/vendor
	@.ci/vendor

LOCK := uv pip compile -q pyproject.toml --generate-hashes --universal --python-version 3.11 --no-header
lock: $(VENV)/dev.stamp ## Rewrite the locks from pyproject.toml (needs uv)
	@$(LOCK) -o requirements.lock
	@$(LOCK) --extra postgresql -o requirements-postgresql.lock
	@$(LOCK) --extra dev -o requirements-dev.lock

# A stamp holds a copy of the lock it installed, so nothing is installed twice and a changed lock is noticed.
$(VENV)/%.stamp: FORCE
	@lock=$(if $(filter dev,$*),requirements-dev.lock,requirements.lock); \
	if ! cmp -s $$lock $@; then .ci/install $$lock $(VENV) $(PYTHON) && cp $$lock $@; fi
.PHONY: FORCE
FORCE:
