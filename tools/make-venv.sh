#!/usr/bin/env bash
# make-venv.sh VENV [PYTHON]: create a virtual environment with a pip that knows dependency groups.
# An environment that is already there is kept.
set -euo pipefail
venv=$1
wanted=${2:-}

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
    local candidate
    for candidate in ${wanted:-python3.11 python3 python3.12 python3.13}; do
        if new_enough "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    echo "error: no Python 3.11 or newer found (tried: ${wanted:-python3.11 python3 python3.12 python3.13})." >&2
    echo "Install it (Debian: apt-get install -y python3.11 python3.11-venv), or name it: make PYTHON=/path/to/python3" >&2
    exit 1
}

# Debian ships Python without ensurepip; its venv module then cannot make an environment.
need_venv_module() {
    "$python" -c 'import venv, ensurepip' 2>/dev/null && return
    local version package
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    package=python$version-venv
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "installing $package"
        apt-get update -qq && apt-get install -y -qq "$package"
    else
        echo "error: $python cannot create virtual environments. Run: sudo apt-get install -y $package" >&2
        exit 1
    fi
}

if ! [ -x "$venv/bin/python" ]; then
    python=$(find_python)
    need_venv_module
    echo "creating $venv with $("$python" --version)"
    "$python" -m venv "$venv"
fi
# Dependency groups (pip install --group) came with 25.1.
"$venv/bin/python" -m pip --disable-pip-version-check install --quiet --upgrade 'pip>=25.1'
