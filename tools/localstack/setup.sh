#!/bin/sh
# Makes .venv from requirements.lock, then installs the members named as arguments, editable.
set -eu

python=
for candidate in python3 python3.13 python3.12 python3.11; do
    if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "giftstream needs Python 3.11 or newer with venv: install the packages python3 and python3-venv." >&2
    exit 3
fi

.venv/bin/python -m pip --version >/dev/null 2>&1 || "$python" -m venv --clear .venv
venv_python=.venv/bin/python

# The pinned uv, with its hashes, out of the lock.
awk '/^uv==/ { found = 1 } found { print } found && !/\\$/ { exit }' requirements.lock > .venv/uv.txt
"$venv_python" -m pip install -q --disable-pip-version-check --require-hashes -r .venv/uv.txt

# pip's mirror and certificate hold for uv too.
index=$("$venv_python" -m pip config get global.index-url 2>/dev/null || true)
index=${UV_DEFAULT_INDEX:-${PIP_INDEX_URL:-$index}}
[ -z "$index" ] || export UV_DEFAULT_INDEX="$index"
certificate=$("$venv_python" -m pip config get global.cert 2>/dev/null || true)
certificate=${SSL_CERT_FILE:-${PIP_CERT:-$certificate}}
[ -z "$certificate" ] || export SSL_CERT_FILE="$certificate"

echo "installing the packages of requirements.lock"
# Compiled now: without bytecode each of the services takes seconds longer to start, every time.
.venv/bin/uv pip install -q --python "$venv_python" --compile-bytecode --require-hashes -r requirements.lock ||
    "$venv_python" -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock

"$venv_python" -m compileall -q "$@"
for member in "$@"; do
    set -- "$@" -e "./$member"
    shift
done
.venv/bin/uv pip install -q --python "$venv_python" --no-deps --no-build-isolation "$@"
