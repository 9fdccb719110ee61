#!/usr/bin/env bash
# Resolves pyproject.toml into the hashed locks. No registry address is written into them.
set -euo pipefail
cd "$(dirname "$0")/.."

resolve() {
  .venv/bin/uv pip compile -q --python-version 3.11 --generate-hashes --no-header "$@" \
    --no-emit-index-url
}

resolve --extra build pyproject.toml -o requirements.lock
resolve --extra build --extra test -c requirements.lock pyproject.toml -o requirements-test.lock
sed -n 's/^\(uv==[^ ]*\).*/\1/p' requirements-test.lock | resolve - -o requirements-setup.lock
