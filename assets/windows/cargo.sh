#!/bin/sh
# Runs cargo with Windows as its target: with rustup's target x86_64-pc-windows-gnu where
# it is installed, else with Debian's compiler, which builds the standard library too.
#
# sh assets/windows/cargo.sh COMMAND ARGUMENTS…
# sh assets/windows/cargo.sh --missing    prints the Debian packages that are missing
set -eu

target=x86_64-pc-windows-gnu
library=$(rustc --print target-libdir --target "$target" 2>/dev/null) || library=''
missing=''
need() { # need FILE PACKAGE
    [ -e "$1" ] || missing="$missing $2"
}
need /usr/bin/x86_64-w64-mingw32-gcc gcc-mingw-w64-x86-64
if [ ! -d "$library" ]; then
    need /usr/bin/rustc rustc-web
    need /usr/bin/cargo cargo-web
    need /usr/lib/rustlib/src/rust/library rust-web-src
fi
if [ "$1" = --missing ]; then
    echo "$missing"
    exit
fi
if [ -n "$missing" ]; then
    echo "cargo.sh: install rustup's target $target and on Debian:$missing" >&2
    exit 1
fi

command=$1
shift
CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-target}/windows
export CARGO_TARGET_DIR
if [ -d "$library" ]; then
    exec cargo "$command" --locked --target "$target" "$@"
fi
# The compiler is no nightly one, which -Zbuild-std needs.
export RUSTC=/usr/bin/rustc RUSTDOC=/usr/bin/rustdoc RUSTC_BOOTSTRAP=1
exec /usr/bin/cargo "$command" --locked -Zbuild-std=std,panic_unwind,test --target "$target" "$@"
