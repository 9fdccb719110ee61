#!/usr/bin/env bash
# Resolves pyproject.toml into the hashed locks. No registry address is written into them.
set -euo pipefail
cd "$(dirname "$0")/.."
uv() { .venv/bin/uv pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url --no-header "$@"; }
uv --extra build pyproject.toml -o requirements.lock
uv --extra build --extra test -c requirements.lock pyproject.toml -o requirements-test.lock
grep '^uv==' requirements-test.lock | sed 's/ .*//' | uv - -o requirements-setup.lock
