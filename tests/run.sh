#!/bin/sh
# The test command: installs what is missing (on Debian), then the format check,
# the lints, and all tests. Fast checks first; the first failure ends it.
set -eu
cd "$(dirname "$0")/.."

missing=''
need() { # need PROGRAM PACKAGE: the package is missing if the program is
    command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}
need cc 'gcc libc6-dev'
need script bsdutils
need kill procps
need desktop-file-validate desktop-file-utils
need update-mime-database shared-mime-info
if [ -n "$missing" ]; then
    if ! command -v apt-get >/dev/null 2>&1; then
        echo "tests/run.sh: missing$missing, and no apt-get to install them with" >&2
        exit 1
    fi
    as_root=''
    [ "$(id -u)" = 0 ] || as_root=sudo
    $as_root apt-get update -q
    # shellcheck disable=SC2086 # a list of packages
    $as_root apt-get install -y -q --no-install-recommends $missing
fi
if ! command -v cargo >/dev/null 2>&1; then
    echo 'tests/run.sh: no cargo; install Rust 1.95 or later, see https://rustup.rs' >&2
    exit 1
fi
cargo fmt --version >/dev/null 2>&1 || rustup component add rustfmt
cargo clippy --version >/dev/null 2>&1 || rustup component add clippy

cargo fmt --check
cargo clippy --locked --all-targets -- -D warnings
RUSTDOCFLAGS='-D warnings' cargo doc --locked --no-deps --quiet
cargo test --locked
