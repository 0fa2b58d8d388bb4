#!/bin/sh
# Installs CaseLanes for a desktop that follows freedesktop.org, or removes it.
set -eu
umask 022

usage() {
    cat <<'END'
Installs CaseLanes: the program, its entry in the menu, its icons, the file type
of its studies (*.caselanes), its manual page and the completions of shells.

Usage: sh install.sh [--prefix DIR] [--root DIR] [--binary FILE] [--remove]

  --prefix DIR   where to (default: ~/.local, or /usr/local for root)
  --root DIR     puts the prefix below this folder, for a package
  --binary FILE  the program (default: caselanes beside this script, else
                 target/release/caselanes)
  --remove       removes what was installed there; folders and your studies stay
  --help         prints this
END
}

fail() {
    echo "install.sh: $1" >&2
    exit 1
}

misused() {
    echo "install.sh: $1" >&2
    usage >&2
    exit 2
}

# The files, each with its place below the prefix and its mode.
each() { # each ACTION
    "$1" "$binary" bin/caselanes 755
    "$1" "$assets/caselanes.desktop" share/applications/caselanes.desktop 644
    "$1" "$assets/caselanes-mime.xml" share/mime/packages/caselanes-mime.xml 644
    "$1" "$assets/icon.svg" "$theme/scalable/apps/caselanes.svg" 644
    "$1" "$assets/study.svg" "$theme/scalable/mimetypes/application-x-caselanes-study.svg" 644
    for size in 16 32 48 64 128 256 512; do
        "$1" "$assets/icons/caselanes-$size.png" "$theme/${size}x$size/apps/caselanes.png" 644
    done
    "$1" "$assets/caselanes.metainfo.xml" share/metainfo/org.caselanes.caselanes.metainfo.xml 644
    "$1" "$generated/man" share/man/man1/caselanes.1 644
    "$1" "$generated/bash" share/bash-completion/completions/caselanes 644
    "$1" "$generated/zsh" share/zsh/site-functions/_caselanes 644
    "$1" "$generated/fish" share/fish/vendor_completions.d/caselanes.fish 644
}

# The program itself writes its manual page and completions.
generate() {
    generated=$(mktemp -d)
    for kind in man bash zsh fish; do
        "$binary" --generate "$kind" >"$generated/$kind" ||
            fail "$binary does not run, or is not CaseLanes"
    done
}

check() { # check SOURCE PLACE: nothing is installed if something is missing
    if [ ! -f "$1" ] || [ ! -r "$1" ]; then fail "cannot read the file $1"; fi
    [ ! -d "$root$prefix/$2" ] || fail "$root$prefix/$2 is a folder: expected a file"
}

put() { # put SOURCE PLACE MODE: written beside its place and moved there
    to=$root$prefix/$2
    mkdir -p "${to%/*}"
    new=$to.new$$
    case $2 in
        *.desktop) entry ;;
        *) cat ;;
    esac <"$1" >"$new"
    chmod "$3" "$new"
    mv -f "$new" "$to"
    new=''
}

# Desktops do not look into every PREFIX/bin, so the entry has the whole path:
# quoted, which takes one backslash, and each of those is two in the file.
entry() {
    path=$(printf '%s\n' "$prefix/bin/caselanes" |
        sed -e 's/\\/\\\\\\\\/g' -e 's/["`$]/\\\\&/g')
    while IFS= read -r line; do
        case $line in
            'Exec=caselanes '*) printf 'Exec="%s" %s\n' "$path" "${line#Exec=caselanes }" ;;
            *) printf '%s\n' "$line" ;;
        esac
    done
}

take_away() { # take_away SOURCE PLACE
    if [ -f "$prefix/$2" ] || [ -L "$prefix/$2" ]; then
        rm -f "$prefix/$2"
        found=yes
    fi
}

run_if_there() { # run_if_there PROGRAM ARGUMENT...: its caches are no reason to fail
    if command -v "$1" >/dev/null 2>&1; then
        "$@" >/dev/null 2>&1 || echo "install.sh: $1 failed; icons or file types may show late" >&2
    fi
}

refresh() {
    if [ -d "$prefix/share/applications" ]; then
        run_if_there update-desktop-database -q "$prefix/share/applications"
    fi
    if [ -d "$prefix/share/mime/packages" ]; then
        run_if_there update-mime-database "$prefix/share/mime"
    fi
    if [ -d "$prefix/$theme" ]; then
        # A new time makes desktops look again. A new cache would hide what others
        # install without renewing it: only one that is kept already is renewed.
        touch "$prefix/$theme"
        if [ -f "$prefix/$theme/icon-theme.cache" ] || [ -f "$prefix/$theme/index.theme" ]; then
            run_if_there gtk-update-icon-cache -q -t -f "$prefix/$theme"
        fi
    fi
}

nothing_in() { # nothing_in FOLDER BUT: no file but those of that name
    [ -d "$1" ] && [ -z "$(find "$1" ! -type d ! -name "$2" | head -n 1)" ]
}

# Caches of nothing are left by us alone.
remove_empty_caches() {
    if nothing_in "$prefix/share/applications" mimeinfo.cache; then
        rm -f "$prefix/share/applications/mimeinfo.cache"
    fi
    if nothing_in "$prefix/$theme" icon-theme.cache; then
        rm -f "$prefix/$theme/icon-theme.cache"
    fi
    if nothing_in "$prefix/share/mime/packages" ''; then
        for cache in XMLnamespaces aliases generic-icons globs globs2 icons magic mime.cache \
            subclasses treemagic types version; do
            rm -f "$prefix/share/mime/$cache"
        done
    fi
}

assets=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
theme=share/icons/hicolor
prefix=''
root=''
binary=''
remove=''
generated=''
while [ $# -gt 0 ]; do
    case $1 in
        --prefix=*) prefix=${1#*=} ;;
        --root=*) root=${1#*=} ;;
        --binary=*) binary=${1#*=} ;;
        --prefix | --root | --binary)
            [ $# -gt 1 ] || misused "$1 needs a value"
            case $1 in
                --prefix) prefix=$2 ;;
                --root) root=$2 ;;
                --binary) binary=$2 ;;
            esac
            shift
            ;;
        --remove) remove=yes ;;
        --help | -h)
            usage
            exit 0
            ;;
        *) misused "there is no option $1" ;;
    esac
    shift
done

if [ -z "$prefix" ]; then
    if [ "$(id -u)" = 0 ]; then
        prefix=/usr/local
    else
        prefix=${HOME:?is not set: say where to with --prefix}/.local
    fi
fi

if [ -n "$remove" ]; then
    found=''
    if [ -d "$prefix" ]; then
        prefix=$(CDPATH='' cd -- "$prefix" && pwd)
        each take_away
    fi
    if [ -z "$found" ]; then
        echo "Nothing of CaseLanes is in $prefix."
        exit 0
    fi
    refresh
    remove_empty_caches
    echo "CaseLanes is removed from $prefix."
    exit 0
fi

if [ -z "$binary" ] && [ -f "$assets/caselanes" ]; then
    binary=$assets/caselanes
elif [ -z "$binary" ]; then
    binary=$(dirname -- "$assets")/target/release/caselanes
    [ -f "$binary" ] || fail "there is no $binary yet. Build it with

    cargo build --release --locked

or name a program of your own with --binary FILE."
fi
case $prefix in
    /*) ;;
    *) prefix=$(pwd)/$prefix ;;
esac
case $prefix in
    *[=%]* | *'
'*) fail 'desktops start no program whose path has %, = or a line break: choose another --prefix' ;;
esac
case $binary in
    /*) ;;
    *) binary=$(pwd)/$binary ;;
esac
mkdir -p -- "$root$prefix"
[ -n "$root" ] || prefix=$(CDPATH='' cd -- "$prefix" && pwd)

new=''
trap '[ -z "$new" ] || rm -f "$new"; [ -z "$generated" ] || rm -rf "$generated"' EXIT
trap 'exit 130' HUP INT TERM
generate
each check
each put
[ -z "$root" ] || exit 0
refresh

echo "CaseLanes is installed in $prefix; --remove uninstalls it."
case :${XDG_DATA_HOME:-${HOME:-}/.local/share}:${XDG_DATA_DIRS:-/usr/local/share:/usr/share}: in
    *":$prefix/share:"* | *":$prefix/share/:"*) ;;
    *) echo "To have it in the menu, add $prefix/share to XDG_DATA_DIRS." ;;
esac
case :${PATH:-}: in
    *":$prefix/bin:"*) ;;
    *) echo "To run it as caselanes in a terminal, add $prefix/bin to PATH." ;;
esac
