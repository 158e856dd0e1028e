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
lock:        ## make the lock files anew (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml --group build -o requirements/run.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -c requirements/run.lock pyproject.toml --group dev -o requirements/dev.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -c requirements/dev.lock pyproject.toml --group benchmarks -o requirements/benchmarks.lock
