# What users and CI call. Each of these commands first sets up what it lacks.
BIN := .venv/bin
UV_COMPILE = PATH="$(CURDIR)/$(BIN):$$PATH" uv pip compile --quiet --upgrade --universal --python-version 3.11 \
	--generate-hashes --exclude-newer "7 days" --custom-compile-command "make lock"
WITH_BROWSER = browser=$$($(BIN)/python -m eulogin_harness.browser.find) && EULOGIN_BROWSER="$$browser"
# One process more than there are cores: each waits for a browser, a mail or a thread now and then.
PROCESSES = $$($(BIN)/python -c "import os; print(min(8, 1 + (os.cpu_count() or 1)))")
PYTEST = $(BIN)/pytest --numprocesses $(PROCESSES) --dist worksteal
# Only what stands in the command counts: systems set a variable LANGUAGE of their own.
WANTED := $(if $(filter command,$(origin LANGUAGE)),$(LANGUAGE),en)
LANGUAGES = $(if $(filter command,$(origin LANGUAGE)),$(LANGUAGE),en fr de)
GUIDES = cpms hospital-first application
# Containers that keep Python from writing bytecode would have each process compile all code and tests again.
unexport PYTHONDONTWRITEBYTECODE
CHECKS := compile-tests check-types check-lint check-format check-imports

.PHONY: help run test test-all test-clients test-postgres grade-matrix test-lowest test-newest plant fuzz soak guide docs texts reference format lock release clean setup-run setup-dev checks $(CHECKS)

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

run: setup-run ## start the mock on a fresh world; Ctrl-C stops it
	@exec $(BIN)/eulogin-harness serve

test: setup-dev checks ## run what everybody runs: lint, format, types, imports, fast tests, the promises in a browser
	@$(WITH_BROWSER) $(PYTEST) -m "not slow"

test-all: setup-dev checks ## run everything: also each page in a browser, processes, a built package, TLS, state machines
	@$(WITH_BROWSER) $(PYTEST)

test-clients: setup-dev ## test by real clients of other languages (Apache, PHP, Node, Java, Robot Framework), which it installs
	@tools/setup-clients.sh
	@$(BIN)/pytest tests_clients
	@$(BIN)/pytest tests_clients --eulogin-tls

test-postgres: setup-dev ## test worlds in PostgreSQL, with several processes, in servers of its own; installs PostgreSQL (Debian)
	@tools/setup-postgresql.sh
	@$(WITH_BROWSER) $(BIN)/pytest tests_postgresql

grade-matrix: setup-dev ## grade each flawed example by each check: its own must fail, and no other; half an hour
	@$(WITH_BROWSER) $(PYTEST) tests_grades

test-lowest: setup-dev ## run the fast tests with the lowest versions of packages that pyproject.toml allows
	@tools/test-versions.sh lowest

test-newest: setup-dev ## run the fast tests with the newest versions of packages
	@tools/test-versions.sh newest

plant: setup-dev ## break the product in each way of tools/faults.yaml, in a copy, and see that a test notices
	@$(WITH_BROWSER) $(BIN)/python -m tools.plant --jobs 2

fuzz: setup-dev ## send API and pages what nobody should, for MINUTES=10; the report is in build/fuzzing.txt
	@$(BIN)/python -m tools.fuzzing --minutes $(or $(MINUTES),10) --report build/fuzzing.txt

soak: setup-dev ## sign in 20,000 times, and say whether the mock grows by it: a quarter of an hour
	@$(BIN)/python -m benchmarks.soak

guide: setup-dev ## build the illustrated guides into build/guides, in every format; LANGUAGE=fr: in one language
	@for name in $(GUIDES); do $(BIN)/eulogin-harness guide build $$name $(LANGUAGES:%=--language %) || exit 1; done

docs: setup-dev ## build the documentation as a site into build/site; a broken link fails
	@$(BIN)/python -m tools.docs_site

texts: setup-dev ## collect the texts to translate; LANGUAGE=nl begins one for guides
	@$(BIN)/python -m tools.texts $(filter-out en,$(WANTED))

reference: setup-dev ## write docs/reference from the code and from docs/reference/contract.yaml
	@$(BIN)/python -m tools.reference

format: setup-dev ## put the code into its usual form
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix

lock: setup-dev ## choose the newest packages that are a week old, and write requirements/
	$(UV_COMPILE) pyproject.toml --extra server --group build -o requirements/run.txt
	$(UV_COMPILE) pyproject.toml --all-extras --group dev -c requirements/run.txt -o requirements/dev.txt
	$(UV_COMPILE) pyproject.toml --extra server --extra browser --group how-to -c requirements/dev.txt -o requirements/how-to.txt
	echo uv | $(UV_COMPILE) - -o requirements/uv.txt
	printf 'cyclonedx-bom\ntwine\n' | $(UV_COMPILE) - -o requirements/release.txt

release: setup-dev ## build and check what is published, in dist/; and publish nothing; TAG=v1.2.3 must fit the version
	@$(BIN)/python -m tools.release $(if $(TAG),--tag "$(TAG)")

clean: ## remove all that these commands have made, the guide excepted
	rm -rf examples/node-oidc/node_modules tests_clients/node/node_modules clients/typescript/node_modules clients/typescript/dist .robot
	rm -rf .venv .venv-lowest .venv-newest build dist test-results .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

setup-run setup-dev: setup-%:
	@tools/setup.sh $*

checks: setup-dev
	@$(MAKE) --no-print-directory --jobs 2 --keep-going --output-sync=target $(CHECKS)

check-lint:
	@echo "lint: ruff check"; $(BIN)/ruff check --quiet

check-format:
	@echo "format: ruff format"; $(BIN)/ruff format --check --quiet

check-types:
	@echo "types: mypy"; $(BIN)/mypy --no-error-summary

check-imports:
	@echo "imports: import-linter"; $(BIN)/lint-imports --no-logo

# In a fresh checkout, beside mypy: else each process of the run would compile all code and tests for itself.
compile-tests:
	@[ -d tests/__pycache__ ] || $(BIN)/pytest --collect-only -q >/dev/null 2>&1 || true
