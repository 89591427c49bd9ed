#!/bin/sh
# Installs PostgreSQL and nginx from Debian's packages, where they are not there yet.
set -eu
have_postgresql() { ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null; }
have_nginx() { command -v nginx >/dev/null || [ -x /usr/sbin/nginx ]; }
have_postgresql && have_nginx && exit 0
[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || {
    echo "set-up: PostgreSQL and nginx are needed; as root: apt-get install postgresql nginx-light" >&2
    exit 1
}
echo "set-up: installing postgresql and nginx-light from Debian's packages (once) ..." >&2
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update >/dev/null
apt-get -qq install --no-install-recommends postgresql nginx-light >/dev/null
