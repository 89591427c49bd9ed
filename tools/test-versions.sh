#!/bin/sh
# Runs the fast tests with other versions of our packages than those that are locked, in an environment of its own:
# `tools/test-versions.sh lowest` takes the lowest that pyproject.toml allows, `newest` the newest there are.
# Python is `python3`, or what the variable PYTHON names; uv comes from PATH or .venv.
set -eu
cd "$(dirname "$0")/.."

case "${1:-}" in
lowest) resolution=lowest-direct ;;
newest) resolution=highest ;;
*)
    echo "test-versions: expected lowest or newest; got '${1:-}'" >&2
    exit 2
    ;;
esac
PATH="$(pwd)/.venv/bin:$PATH"
environment=.venv-$1
export UV_SYSTEM_CERTS=true

uv venv --quiet --clear --python "${PYTHON:-python3}" "$environment"
install() {
    uv pip install --quiet --python "$environment" "$@"
}
install --resolution "$resolution" -r pyproject.toml --extra server
install -r pyproject.toml --extra browser --extra guide --extra load --extra postgresql --group dev
install --no-deps -e .
"$environment/bin/python" --version
exec "$environment/bin/python" -m pytest -p no:cacheprovider --numprocesses auto tests -m "not slow"
