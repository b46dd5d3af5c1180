#!/bin/sh
# Runs tests with Kafka and MongoDB in containers (`make test-docker`). A Docker engine that answers is
# used as it is, with the upstream images. Where none answers, root on Debian gets a private engine and
# stand-in images, made of Debian packages and Kafka's Maven artifacts, for as long as the tests run.
#
# tools/localstack/docker/test.sh [pytest arguments]; without any it runs $TESTS below.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
python=$root/.venv/bin/python
cache=${XDG_CACHE_HOME:-$HOME/.cache}/giftstream/docker

# What needs servers and handles to stop, kill and pause them; nothing that is only for processes.
TESTS="tools/localstack/tests/test_servers.py
tests/integration/delivery tests/integration/intake tests/integration/store_sync tests/integration/stories"

. "$here/engine.sh"
. "$here/images.sh"

say() { echo "docker rung: $*" >&2; }

cd "$root"
export GIFTSTREAM_SERVERS=docker TESTCONTAINERS_RYUK_DISABLED=true
if "$python" -m localstack.servers.docker; then
    say "an engine answers; using it"
else
    engine_installed
    mkdir -p "$cache"
    exec 9>"$cache/lock"
    flock -n 9 || { say "waiting for another run to end"; flock 9; }
    trap engine_stop EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    engine_start
    images_made
fi

if [ $# -eq 0 ]; then
    # shellcheck disable=SC2086 # a list
    set -- -m "not long" $TESTS
    say "running the whole stack, twice on the same data"
    data=$(mktemp -d)
    for _ in first second; do
        "$python" -m localstack run --exit --data "$data" 9>&-
    done
    rm -rf "$data"
fi
say "running the tests"
"$python" -m pytest "$@" 9>&-
