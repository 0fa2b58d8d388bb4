# Sourced by scripts that need Debian packages: need PROGRAM PACKAGE, need_package PACKAGE,
# then install_missing.

missing=''

need() {
    command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}

# For packages without a program.
need_package() {
    command -v dpkg-query >/dev/null 2>&1 || return 0
    dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q 'ok installed' ||
        missing="$missing $1"
}

install_missing() {
    [ -n "$missing" ] || return 0
    if ! command -v apt-get >/dev/null 2>&1; then
        echo "$0: missing$missing, and no apt-get to install them with" >&2
        return 1
    fi
    as_root=''
    [ "$(id -u)" = 0 ] || as_root=sudo
    $as_root apt-get update -q
    # With RUNLEVEL=1 no package starts a daemon.
    # shellcheck disable=SC2086 # a list of packages
    $as_root env RUNLEVEL=1 apt-get install -y -q --no-install-recommends $missing
}
