#!/bin/sh
# Checks CaseLanes for Windows, on Debian; installs what is missing.
#
# sh tests/windows.sh check          type-checks for Windows and macOS
# sh tests/windows.sh packages [--binary FILE]
#                                    makes the packages; installs, uses and uninstalls them
# sh tests/windows.sh [ARGUMENTS…]   runs the tests under Wine, except those in tests/wine.txt;
#                                    the arguments go to cargo test
set -eu
cd "$(dirname "$0")/.."

. tests/need.sh
missing=$(sh assets/windows/cargo.sh --missing)
if [ "${1:-}" = check ]; then
    install_missing
    # Nothing is linked, but a build script wants a compiler for macOS.
    CC_aarch64_apple_darwin=/bin/true AR_aarch64_apple_darwin=/bin/true \
        exec sh assets/windows/cargo.sh check --target aarch64-apple-darwin --lib --bins --tests
fi

need wineboot wine
[ -e /usr/lib/wine/wine64 ] || missing="$missing wine64"
need Xvfb xvfb
need xdotool xdotool
for package in libgl1-mesa-dri mesa-vulkan-drivers libvulkan1; do
    need_package "$package"
done
if [ "${1:-}" = packages ]; then
    need makensis nsis
    need zip zip
fi
install_missing

target=${CARGO_TARGET_DIR:-target}
mkdir -p "$target"
target=$(cd "$target" && pwd)
CARGO_TARGET_DIR=$target
export CARGO_TARGET_DIR WINEPREFIX="$target/windows/wine" WINEDEBUG=-all LC_ALL=C.UTF-8
system32=$WINEPREFIX/drive_c/windows/system32
if [ ! -e "$system32/bcryptprimitives.dll" ]; then
    # Its desktop and documents lie in a home of their own.
    mkdir -p "$WINEPREFIX" "$target/windows/home"
    HOME=$target/windows/home WINEDLLOVERRIDES='mscoree=d;mshtml=d' wineboot --init
    # Wine 8 lacks this library, which Rust's standard library links.
    x86_64-w64-mingw32-gcc -O2 -shared -x c - -o "$system32/bcryptprimitives.dll" \
        -ladvapi32 <<'END'
#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);
BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T size) { return SystemFunction036(data, size); }
END
fi

# A display of its own, without a window manager.
exec 3>"$target/windows/display"
Xvfb -displayfd 3 -screen 0 1280x800x24 >/dev/null 2>&1 &
server=$!
trap 'kill "$server"; wineserver -k 2>/dev/null || true' EXIT
trap 'exit 130' HUP INT TERM
while [ ! -s "$target/windows/display" ]; do sleep 0.1; done
DISPLAY=:$(cat "$target/windows/display")
export DISPLAY

wine=/usr/lib/wine/wine64
if [ "${1:-}" != packages ]; then
    # Holds the desktop open: the program for which Wine opens it passes its pipes on to it.
    "$wine" notepad >/dev/null 2>&1 </dev/null &
    # Debian's Wine has no preloader to keep the heap away from an address that Wine needs:
    # with random addresses, one start in several thousand fails with error 1359.
    runner=$wine
    ! setarch -R true 2>/dev/null || runner="setarch -R $wine"
    export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER="$runner"
    case " $* " in
    *' -- '*) ;;
    *) set -- "$@" -- ;;
    esac
    for name in $(grep -v '^#' tests/wine.txt); do
        set -- "$@" --skip "$name"
    done
    # Arguments such as `--test programs` leave the examples out.
    sh assets/windows/cargo.sh build --example case-program
    sh assets/windows/cargo.sh test --no-fail-fast "$@"
    exit
fi

fail() {
    echo "windows.sh: $1" >&2
    exit 1
}
classes='.caselanes CaseLanes.Study'
# What is installed: files of programs, menu and desktop, and keys of the registry.
installed() {
    find -L "$WINEPREFIX/drive_c/users" -iname 'caselanes*.lnk' -o -path '*/Programs/CaseLanes'
    for key in 'Classes\.caselanes' 'Classes\CaseLanes.Study' \
        'Microsoft\Windows\CurrentVersion\Uninstall\CaseLanes'; do
        "$wine" reg query "HKCU\\Software\\$key" >/dev/null 2>&1 && printf '%s\n' "$key"
    done
    true
}

shift
sh assets/package.sh windows "$@"
"$wine" "$target"/packages/caselanes-*-windows-x86_64-setup.exe /S
program=$(find "$WINEPREFIX/drive_c/users" -path '*/Programs/CaseLanes' -type d)
[ -n "$program" ] || fail 'nothing was installed'
"$wine" "$program/caselanes.exe" run --time-scale 0.01 | grep -q '3 cases in' ||
    fail 'the installed program does not run the demo'
# Wine 8 looks for associations of all users only.
for class in $classes; do
    "$wine" reg copy "HKCU\\Software\\Classes\\$class" "HKLM\\Software\\Classes\\$class" /s /f >/dev/null
done
"$wine" start "$("$wine" winepath -w "$program/assets/samples/mesh.caselanes")" &
found=''
for _ in $(seq 60); do
    found=$(xdotool search --name '^mesh.caselanes' 2>/dev/null) && break
    sleep 1
done
[ -n "$found" ] || fail 'the study did not open in a window'
import -window root "$target/windows/study.png" 2>/dev/null || true
"$wine" taskkill /f /im caselanes.exe >/dev/null
for class in $classes; do
    "$wine" reg delete "HKLM\\Software\\Classes\\$class" /f >/dev/null
done
"$wine" "$program/uninstall.exe" /S
# The uninstaller goes on in a copy of itself.
for _ in $(seq 30); do
    [ -e "$program" ] || break
    sleep 1
done
rest=$(installed)
[ -z "$rest" ] || fail "the uninstaller left: $rest"
echo 'installed, opened a study, uninstalled'
