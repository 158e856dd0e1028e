# Thin wrappers; `python3 bootstrap.py` does the work.
.PHONY: help run test lint bench migrate lock

help:        ## this list
	@grep -E '^[a-z]+: .*##' $(MAKEFILE_LIST) | sed 's/: *.*##/:/'
run:         ## install what is missing and start everything
	python3 bootstrap.py up
test:        ## install what is missing, check and test everything
	python3 bootstrap.py test
lint:        ## the checks without the tests
	.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy && .venv/bin/lint-imports
bench:       ## measure, beside others (docs/benchmarks.md)
	python3 bootstrap.py install benchmarks && .venv/bin/python -m benchmarks
migrate:     ## bring the database to this release
	.venv/bin/tracker migrate
lock:        ## make the lock files anew (needs uv); each holds all of the one before
	$(COMPILE) --group build -o requirements/run.lock
	$(COMPILE) --group dev -c requirements/run.lock -o requirements/dev.lock
	$(COMPILE) --group benchmarks -c requirements/dev.lock -o requirements/benchmarks.lock

COMPILE = UV_CUSTOM_COMPILE_COMMAND="make lock" uv pip compile -q --universal --python-version 3.11 \
  --generate-hashes --no-emit-index-url pyproject.toml
