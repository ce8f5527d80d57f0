#!/bin/sh
# Makes .venv with the locked dependencies and an editable install of the project.
# Needs Python 3.11 to 3.13. On Debian and its kin, system packages that are missing are
# named in one line and installed when this user may install packages.
set -eu
cd "$(dirname "$0")/.."

fail() { printf 'setup: %s\n' "$1" >&2; exit 1; }

# Installs the Debian packages "$@", or says in one line what is missing and stops.
need() {
    if command -v apt-get >/dev/null 2>&1; then
        if [ "$(id -u)" = 0 ]; then run=""
        elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then run="sudo"
        else fail "missing system packages: $*. Install them with: sudo apt-get install $*"; fi
        printf 'setup: missing system packages, installing: %s\n' "$*"
        log=$(mktemp)
        if ! { $run apt-get update && DEBIAN_FRONTEND=noninteractive $run apt-get install -y --no-install-recommends "$@"; } >"$log" 2>&1; then
            tail -n 5 "$log" >&2
            fail "could not install: $*"
        fi
        rm -f "$log"
    else
        fail "missing system packages (Debian names): $*. Install their like and try again."
    fi
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
wanted="$("$python" -c 'import sys; print(sys.version)') $(cksum requirements.lock pyproject.toml)"
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then exit 0; fi

if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c "$fits" 2>/dev/null || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    "$python" -c 'import ensurepip, venv' 2>/dev/null || need python3-venv
    rm -rf .venv
    "$python" -m venv .venv
fi
echo "setup: installing the locked dependencies into .venv"
pip=".venv/bin/python -m pip --disable-pip-version-check --quiet"
$pip install --require-hashes -r requirements.lock
$pip install --no-deps --no-build-isolation -e .

if [ "$(uname -s)" = Linux ]; then
    missing=$(.venv/bin/python tools/missing_libraries.py)
    # shellcheck disable=SC2086
    [ -z "$missing" ] || need $missing
fi
printf '%s\n' "$wanted" > "$stamp"
