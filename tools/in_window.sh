#!/bin/sh
# Run a command where it can open windows: on the display there is, or else on a virtual one.
# With --demo first, the command gets --drive on a virtual display, since nobody is there to press a button.
drive=""
if [ "$1" = "--demo" ]; then
    drive="--drive"
    shift
fi
if [ "$(uname)" = "Darwin" ] || [ -n "$DISPLAY" ] || [ -n "$WAYLAND_DISPLAY" ]; then
    exec "$@"
fi
if ! command -v xvfb-run >/dev/null 2>&1; then
    echo "There is no display, and xvfb-run is missing. Install the packages that 'make setup' names, or run this on a desktop." >&2
    exit 1
fi
unset QT_QPA_PLATFORM
exec xvfb-run -a -s "-screen 0 1600x1200x24" "$@" $drive
