#!/usr/bin/env bash
# system-libraries.sh PYTHON MODULE...: make sure that the modules' shared libraries are on this machine.
# `xcb` stands for what Qt opens windows of an X server with: Qt loads it late, and aborts where it cannot.
# What is missing is installed where that is permitted (root, apt); otherwise the exact command is named.
set -euo pipefail
python=$1
shift

package_of() {
    case $1 in
        libstdc++.so.6) echo libstdc++6 ;;
        libgcc_s.so.1) echo libgcc-s1 ;;
        libgomp.so.1) echo libgomp1 ;;
        libz.so.1) echo zlib1g ;;
        libGL.so.1) echo libgl1 ;;
        libEGL.so.1) echo libegl1 ;;
        libxkbcommon.so.0) echo libxkbcommon0 ;;
        libglib-2.0.so.0 | libgthread-2.0.so.0) echo libglib2.0-0 ;;
        libfontconfig.so.1) echo libfontconfig1 ;;
        libfreetype.so.6) echo libfreetype6 ;;
        libdbus-1.so.3) echo libdbus-1-3 ;;
        libxkbcommon-x11.so.0) echo libxkbcommon-x11-0 ;;
        libxcb-cursor.so.0) echo libxcb-cursor0 ;;
        libxcb-icccm.so.4) echo libxcb-icccm4 ;;
        libxcb-keysyms.so.1) echo libxcb-keysyms1 ;;
        libxcb-shape.so.0) echo libxcb-shape0 ;;
        libxcb-image.so.0) echo libxcb-image0 ;;
        libxcb-render-util.so.0) echo libxcb-render-util0 ;;
        libX11-xcb.so.1) echo libx11-xcb1 ;;
        *) return 1 ;;
    esac
}

try() {
    case $1 in
        xcb) echo "import ctypes, PySide6; ctypes.CDLL(PySide6.__path__[0] + '/Qt/plugins/platforms/libqxcb.so')" ;;
        *) echo "import $1" ;;
    esac
}

for module in "$@"; do
    # One library is named per attempt; none of these needs more than a handful.
    for _ in {1..10}; do
        failure=$("$python" -c "$(try "$module")" 2>&1) && continue 2
        library=$(grep -o 'lib[^ :]*\.so[.0-9]*' <<<"$failure" | head -n 1 || true)
        if ! package=$(package_of "$library"); then
            tail -n 1 <<<"$failure" >&2
            echo "error: '$python -c \"$(try "$module")\"' fails; see the line above" >&2
            exit 1
        fi
        if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
            echo "error: $module needs $library. Run: sudo apt-get install -y $package" >&2
            exit 1
        fi
        echo "installing $package ($module needs $library)"
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq -o Dpkg::Use-Pty=0 "$package" >/dev/null
    done
    echo "error: $module still cannot be loaded: $failure" >&2
    exit 1
done
