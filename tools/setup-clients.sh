#!/bin/sh
# Brings the clients of other languages that `make test-clients` is about: Apache with two modules, phpCAS, JUnit and
# Jackson from the system's packages (Debian and its kin, as root), Node's packages by npm into the folders that hold a
# package-lock.json, Robot Framework into .robot.
# Does nothing where all is there.
set -eu
cd "$(dirname "$0")/.."

packages="apache2 libapache2-mod-auth-cas libapache2-mod-auth-openidc php-cli php-cas php-curl php-xml junit5 libjackson2-databind-java"
node_least=20

fail() {
    echo "set-up of clients: $1" >&2
    exit 1
}

missing=""
for package in $packages; do
    dpkg-query -W -f '${Status}\n' "$package" 2>/dev/null | grep -q "ok installed" || missing="$missing $package"
done
if [ -n "$missing" ]; then
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || fail "as root: apt-get install$missing"
    # shellcheck disable=SC2086 # names of packages, one a word
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing >&2 ||
        fail "apt-get install$missing did not work; apt-get update first?"
fi

command -v node >/dev/null && command -v npm >/dev/null || fail "Node $node_least or newer with npm is needed; install it"
node -e "process.exit(Number(process.versions.node.split('.')[0]) < $node_least ? 1 : 0)" ||
    fail "Node $node_least or newer is needed, but node is $(node --version)"
command -v javac >/dev/null || fail "a JDK of Java 17 or newer is needed; install it (Debian: apt-get install default-jdk-headless)"
for folder in clients/typescript tests_clients/node examples/node-oidc; do # the last one takes what the first one builds
    made_of=$(cat "$folder/package-lock.json" clients/typescript/package.json clients/typescript/src/*.ts | cksum)
    if [ "$made_of" != "$(cat "$folder/node_modules/.set-up" 2>/dev/null)" ]; then
        npm ci --prefix "$folder" --no-fund --no-audit >&2
        [ "$folder" != clients/typescript ] || npm run build --prefix "$folder" >&2
        echo "$made_of" >"$folder/node_modules/.set-up"
    fi
done

# Robot Framework in an environment of its own; its browser is the one that the other tests use.
robot=.robot
if ! cmp -s examples/robot/requirements.txt "$robot/.set-up"; then
    .venv/bin/uv venv --quiet --clear --python .venv/bin/python "$robot"
    .venv/bin/uv pip install --quiet --python "$robot/bin/python" -r examples/robot/requirements.txt
    PATH="$PWD/$robot/bin:$PATH" "$robot/bin/rfbrowser" init --skip-browsers >&2
    cp examples/robot/requirements.txt "$robot/.set-up"
fi
