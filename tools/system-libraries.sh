#!/usr/bin/env bash
# system-libraries.sh PYTHON MODULE...: make sure that the modules' shared libraries are on this machine.
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
        *) return 1 ;;
    esac
}

for module in "$@"; do
    # One library is named per attempt; none of these modules needs more than a handful.
    for _ in 1 2 3 4 5 6 7 8; do
        failure=$("$python" -c "import $module" 2>&1) && continue 2
        library=$(grep -o 'lib[^ :]*\.so[.0-9]*' <<<"$failure" | head -n 1 || true)
        if ! package=$(package_of "$library"); then
            tail -n 1 <<<"$failure" >&2
            echo "error: '$python -c \"import $module\"' fails; see the line above" >&2
            exit 1
        fi
        if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
            echo "error: $module needs $library. Run: sudo apt-get install -y $package" >&2
            exit 1
        fi
        echo "installing $package ($module needs $library)"
        apt-get update -qq && apt-get install -y -qq "$package"
    done
    echo "error: $module still cannot be imported: $failure" >&2
    exit 1
done
