# `make run` shows the newsroom, `make test` proves it; each does all of its own set-up.
# The virtual environment is made by the first Python that runs and is new enough. Both it and what
# is installed are looked at on every call, and touched only when they are missing or out of date.

.DEFAULT_GOAL := help
.PHONY: help run test lint format messages lock bench audit clean
.NOTPARALLEL:

CANDIDATES := python3.13 python3.14 python3.12 python3 python
VERSION := import sys; print("%d.%d.%d" % sys.version_info[:3])
IS_NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 12))

# Sets $python, or says in one line what is missing. Candidates are run, not only looked for: the
# shims of version managers are there and fail, and Debian's Python may come without `venv`.
define find_python
	python=; bare=; old=; \
	if [ -n "$${PYTHON-}" ]; then set -- "$$PYTHON"; else set -- $(CANDIDATES); fi; \
	for candidate in "$$@"; do \
		version=$$("$$candidate" -c '$(VERSION)' 2>/dev/null </dev/null) || continue; \
		place=$$(command -v "$$candidate"); \
		case $$version in \
			3.1[2-9]*|3.[2-9][0-9]*|[4-9].*) ;; \
			*) [ -n "$$old" ] || old="found $$version at $$place"; continue ;; \
		esac; \
		if "$$candidate" -c 'import ensurepip, venv' 2>/dev/null </dev/null; \
		then python=$$candidate; break; \
		else [ -n "$$bare" ] || bare="Python $$version at $$place"; fi; \
	done; \
	if [ -z "$$python" ] && [ -n "$$bare" ]; then \
		echo "newsroom needs Python's venv module, which $$bare lacks. Install it (Debian, Ubuntu: apt install python3-venv), or name another Python: make $@ PYTHON=/path/to/python3" >&2; exit 1; \
	elif [ -z "$$python" ]; then \
		if [ -z "$$old" ]; then old="$${PYTHON:+$$PYTHON does not run}"; old="$${old:-found none}"; fi; \
		echo "newsroom needs Python 3.12 or newer; $$old. Install one, or name it: make $@ PYTHON=/path/to/python3" >&2; exit 1; \
	fi
endef

# $(call setup,FILES): a virtual environment that holds what the lock files FILES list. What was
# installed from each is kept beside it, so a later call compares files and needs no network.
define setup
	@umask 022; \
	if [ "$${PYTHON-}" != "$$(cat .venv/named-python 2>/dev/null)" ] && [ -n "$${PYTHON-}" ] \
		|| ! .venv/bin/python -c '$(IS_NEW_ENOUGH)' 2>/dev/null; then \
		$(find_python); \
		echo "Making .venv with Python $$version"; \
		rm -rf .venv && "$$python" -m venv .venv && printf %s "$${PYTHON-}" >.venv/named-python || exit 1; \
	fi; \
	changed=; for file in $(1); do cmp -s $$file .venv/installed-$$file || changed=yes; done; \
	if [ -n "$$changed" ]; then \
		echo "Installing $(1)"; \
		.venv/bin/python -m pip --version >/dev/null 2>&1 || .venv/bin/python -m ensurepip >/dev/null || exit 1; \
		.venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes \
			$(foreach file,$(1),-r $(file)) || exit 1; \
		for file in $(1); do cp $$file .venv/installed-$$file || exit 1; done; \
	fi
endef

RUNTIME := requirements.txt
EVERYTHING := requirements.txt requirements-dev.txt

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile
	@echo "  HOST, PORT, SITE_URL, DATA_DIR and the rest may follow: make run PORT=8001"

run: ## Install what is needed, make the site ready, and serve it
	$(call setup,$(RUNTIME))
	@.venv/bin/python manage.py prepare
	@exec .venv/bin/python manage.py serve $(ARGS)

test: ## Run the tests; ARGS="-k embargo" goes to pytest
	$(call setup,$(EVERYTHING))
	@.venv/bin/python -m pytest $(ARGS)

lint: ## Look for mistakes and for layout that `make format` would change
	$(call setup,$(EVERYTHING))
	@.venv/bin/python -m ruff check .
	@.venv/bin/python -m ruff format --check .

format: ## Settle layout, and mend what can be mended without thought
	$(call setup,$(EVERYTHING))
	@.venv/bin/python -m ruff check --fix-only --quiet .
	@.venv/bin/python -m ruff format .

# Without line numbers and dates, so that a catalogue changes only where words did. Words that are
# gone are gone; those that are new stand empty, and a test fails until they are translated.
LOCALE := articles/locale

messages: ## Gather the words that readers see into the catalogues of each language, and compile them
	$(call setup,$(EVERYTHING))
	@.venv/bin/pybabel -q extract -F pyproject.toml -k pgettext:1c,2 --add-location=file \
		--sort-by-file --omit-header -o $(LOCALE)/new.pot .
	@for file in $(LOCALE)/*/LC_MESSAGES/django.po; do \
		.venv/bin/pybabel -q update -i $(LOCALE)/new.pot -o $$file -l $$(basename $${file%/LC_MESSAGES*}) \
			--ignore-obsolete --no-fuzzy-matching --ignore-pot-creation-date || exit 1; \
	done
	@rm $(LOCALE)/new.pot
	@.venv/bin/pybabel -q compile -D django -d $(LOCALE)

# Pins stay as they are unless pyproject.toml asks for others: ARGS=--upgrade moves all of them.
LOCK = UV_CUSTOM_COMPILE_COMMAND="make lock" .venv/uv/bin/uv pip compile pyproject.toml --quiet \
	--universal --python-version 3.12 --generate-hashes --no-emit-index-url --no-emit-find-links

lock: ## Pin every dependency of pyproject.toml, with hashes, for all platforms
	$(call setup,$(RUNTIME))
	@[ -x .venv/uv/bin/uv ] || { .venv/bin/python -m venv .venv/uv && .venv/uv/bin/python -m pip install -qq --disable-pip-version-check uv; }
	@$(LOCK) $(ARGS) --output-file requirements.txt
	@$(subst pyproject.toml,--group dev,$(LOCK)) $(ARGS) --constraints requirements.txt --output-file requirements-dev.txt
	@echo "requirements.txt and requirements-dev.txt are up to date"

bench: ## Measure the speed of what readers and editors wait for
	$(call setup,$(RUNTIME))
	@.venv/bin/python manage.py bench $(ARGS)

audit: ## Have Lighthouse look at the site that `make run` is serving
	$(call setup,$(RUNTIME))
	@.venv/bin/python manage.py audit $(ARGS)

clean: ## Remove what can be made again; var/, where the newsroom's own data lies, stays
	@rm -rf .venv .pytest_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
