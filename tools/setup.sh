#!/bin/sh
# Makes .venv what it has to be: `tools/setup.sh run` for starting the mock, `tools/setup.sh dev` for all checks.
# Does nothing where that has been done, mends what was broken off, and writes nowhere else but into the
# package tools' caches. Python is `python3`, or what the variable PYTHON names.
set -eu
cd "$(dirname "$0")/.."

kind=$1
python=${PYTHON:-python3}
done_mark=.venv/set-up # holds what was set up; missing while that goes on

fail() {
    echo "set-up: $1" >&2
    exit 1
}

# What a finished set-up of kind $1 writes into its mark: another folder or another lock file gives another one.
mark_of() {
    echo "$1 $(cat "requirements/$1.txt" pyproject.toml | cksum) $(pwd)"
}

is_whole() {
    [ -f "$done_mark" ] && .venv/bin/python -c "" 2>/dev/null
}

is_done() {
    is_whole || return 1
    for enough in "$kind" dev; do
        [ "$(cat "$done_mark")" != "$(mark_of "$enough")" ] || return 0
    done
    return 1
}

check_python() {
    command -v "$python" >/dev/null ||
        fail "Python 3.11 or newer is needed, but there is no command $python; install it (Debian: apt-get install python3 python3-venv)."
    "$python" -c "import sys; sys.exit(sys.version_info < (3, 11))" ||
        fail "Python 3.11 or newer is needed, but $python is $("$python" -V 2>&1); name a newer one, such as: make PYTHON=python3.12 run"
    "$python" -c "import ensurepip, venv" 2>/dev/null ||
        fail "Python's venv module is needed, but $python has none; install it (Debian: apt-get install python3-venv)."
}

make_venv() {
    check_python
    rm -rf .venv 2>/dev/null || true
    reason=$("$python" -m venv --without-pip .venv 2>&1) ||
        fail "the folder .venv must be made in $(pwd), but this did not work ($reason); check that you may write there."
}

with_uv() {
    uv pip install --python .venv "$@"
}

with_pip() {
    [ -e .venv/bin/pip3 ] || .venv/bin/python -m ensurepip
    .venv/bin/python -m pip install --disable-pip-version-check "$@"
}

# By uv, from PATH or put into .venv: it is quick. Where it cannot be had or finds no way out, pip does the same.
install() {
    if uv --version || with_pip --require-hashes -r requirements/uv.txt; then
        with_uv "$@" && return
    fi
    with_pip "$@"
}

fail_with_log() {
    tail -n 5 "$log" >&2
    fail "$1"
}

exec 9<tools/setup.sh
flock 9 2>/dev/null || true # two at once, in two terminals: the second waits
is_done && exit 0

echo "set-up: preparing .venv (once, and again when requirements change) ..." >&2
is_whole || make_venv
[ -w .venv ] || fail "the folder .venv must be writable, but $(pwd)/.venv is not; make the checkout your own."
rm -f "$done_mark"
log=.venv/set-up.log
PATH="$(pwd)/.venv/bin:$PATH"
export UV_SYSTEM_CERTS=true # as pip does: trust what the system trusts
[ -z "${PYTHONDONTWRITEBYTECODE:-}" ] || export UV_COMPILE_BYTECODE=true # nobody would write it later
install --require-hashes -r "requirements/$kind.txt" >"$log" 2>&1 ||
    fail_with_log "the packages of requirements/$kind.txt could not be installed; check the network, then repeat the command."
install --no-deps --no-build-isolation -e . >"$log" 2>&1 ||
    fail_with_log "eulogin-harness could not be put into .venv; the lines above say why."
.venv/bin/python -m compileall -q mock_world mock_idp mock_phone mock_cpms eulogin_harness
mark_of "$kind" >"$done_mark.new"
mv "$done_mark.new" "$done_mark"
