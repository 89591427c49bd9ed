#!/bin/sh
# Installs PostgreSQL from Debian's packages, where it is not there yet.
set -eu
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null && exit 0
[ "$(id -u)" = 0 ] && sudo="" || sudo="sudo"
command -v apt-get >/dev/null || {
    echo "set-up: PostgreSQL is needed, and only Debian's packages are installed by this command; install it yourself." >&2
    exit 1
}
echo "set-up: installing postgresql from Debian's packages (once) ..." >&2
$sudo apt-get -qq update >/dev/null
DEBIAN_FRONTEND=noninteractive $sudo apt-get -qq install --no-install-recommends postgresql >/dev/null
