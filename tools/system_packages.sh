#!/bin/sh
# Install the system libraries that a Qt window needs on Debian and Ubuntu, where they are missing and that is allowed;
# elsewhere say which to install. Argument: the Python that will make the virtual environment.
python=$1
packages="xvfb xauth xdotool libegl1 libgl1 libfontconfig1 libglib2.0-0 libdbus-1-3 libxkbcommon-x11-0 libxcb-cursor0 \
libxcb-icccm4 libxcb-keysyms1 libxcb-shape0"

[ "$(uname)" = "Linux" ] || exit 0

is_installed() {  # newer releases rename some libraries to NAMEt64
    for name in "$1" "$1t64"; do
        dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q "ok installed" && return 0
    done
    return 1
}

has_venv() {
    "$python" -c 'import ensurepip, venv' 2>/dev/null
}

venv_package="$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"

if ! command -v dpkg-query >/dev/null 2>&1; then
    has_venv || echo "Python's venv module is missing; install it with your system's package manager."
    command -v xvfb-run >/dev/null 2>&1 || echo "For windows, install with your system's package manager what provides: xvfb-run," \
        "libEGL, libGL, fontconfig, D-Bus, libxkbcommon-x11 and the xcb libraries cursor, icccm, keysyms and shape."
    exit 0
fi

missing=""
for package in $packages; do
    is_installed "$package" || missing="$missing $package"
done
has_venv || missing="$missing $venv_package"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
    root=""
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    root="sudo -n"
else
    echo "Some system packages are missing, and installing them needs an administrator. Please run:"
    echo "  sudo apt-get install --no-install-recommends$missing"
    has_venv || exit 1
    exit 0
fi

echo "Installing system packages:$missing"
export DEBIAN_FRONTEND=noninteractive
if ! $root apt-get update -qq || ! $root apt-get install -y -qq --no-install-recommends $missing >/dev/null; then
    echo "They could not be installed. Please run: sudo apt-get install --no-install-recommends$missing"
    has_venv || exit 1
fi
