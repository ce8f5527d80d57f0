#!/bin/sh
# Makes .venv with the locked dependencies and an editable install of the project.
# Needs Python 3.11 to 3.13. System packages that are missing are named in one line before anything is
# changed; on Debian and its kin they are installed when this user may install packages.
set -eu
cd "$(dirname "$0")/.."

fail() { printf 'setup: %s\n' "$1" >&2; exit 1; }

# Installs the Debian packages "$@", or names them and stops.
need() {
    command -v apt-get >/dev/null 2>&1 ||
        fail "system packages are missing; install what your system calls these Debian packages: $*"
    if [ "$(id -u)" = 0 ]; then run=""
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then run="sudo -n"
    else fail "system packages are missing; install them with: sudo apt-get install $*"; fi
    printf 'setup: installing the system packages that are missing: %s\n' "$*"
    log=$(mktemp)
    # An update may fail for a source that is not needed; whether all is there, the installation tells.
    $run apt-get update >"$log" 2>&1 || true
    if ! $run env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >>"$log" 2>&1; then
        tail -n 5 "$log" >&2
        rm -f "$log"
        fail "could not install: $*"
    fi
    rm -f "$log"
}

fits='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))'
python=""
for candidate in "${PYTHON:-}" python3 python3.13 python3.12 python3.11; do
    if [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1 && "$candidate" -c "$fits" 2>/dev/null; then
        python=$candidate
        break
    fi
done
[ -n "$python" ] || fail "needs Python 3.11, 3.12 or 3.13; none was found on PATH."

stamp=.venv/.setup-done
wanted="$PWD $("$python" -c 'import sys; print(sys.version)') $(cksum requirements.lock pyproject.toml)"
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then exit 0; fi

# A .venv that was moved, broken or made by another Python is made anew.
is_usable() {
    .venv/bin/python -c "$fits" && .venv/bin/python -m pip --version && grep -qF "$PWD/.venv/bin/" .venv/bin/pip
}
missing=""
if ! is_usable >/dev/null 2>&1; then
    "$python" -c 'import ensurepip, venv' 2>/dev/null || missing="${python##*/}-venv"
fi
if [ "$(uname -s)" = Linux ]; then
    missing="$missing $("$python" tools/missing_libraries.py)"
fi
# shellcheck disable=SC2086
set -- $missing
[ $# = 0 ] || need "$@"

if ! is_usable >/dev/null 2>&1; then
    rm -rf .venv
    "$python" -m venv .venv
fi
echo "setup: installing the locked dependencies into .venv"
pip=".venv/bin/python -m pip --disable-pip-version-check --quiet"
$pip install --require-hashes -r requirements.lock
$pip install --no-deps --no-build-isolation -e .
printf '%s\n' "$wanted" > "$stamp"
