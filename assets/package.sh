#!/bin/sh
# Makes the packages that users install.
set -eu
umask 022

usage() {
    cat <<'END'
Makes the packages of CaseLanes in target/packages/.

Usage: sh assets/package.sh linux [--binary FILE]

  linux          a Debian package and a .tar.gz that runs where it is unpacked
  --binary FILE  the program (default: built with the profile dist)
  --help         prints this
END
}

fail() {
    echo "package.sh: $1" >&2
    exit 1
}

misused() {
    echo "package.sh: $1" >&2
    usage >&2
    exit 2
}

system=''
binary=''
while [ $# -gt 0 ]; do
    case $1 in
        linux) system=$1 ;;
        --binary=*) binary=${1#*=} ;;
        --binary)
            [ $# -gt 1 ] || misused "$1 needs a value"
            binary=$2
            shift
            ;;
        --help | -h)
            usage
            exit 0
            ;;
        *) misused "there is no system or option $1" ;;
    esac
    shift
done
[ -n "$system" ] || misused 'for which system? linux'
for program in dpkg-deb gzip objdump strip; do
    command -v "$program" >/dev/null 2>&1 || fail "missing $program: install dpkg, gzip and binutils"
done

case $binary in
    '' | /*) ;;
    *) binary=$(pwd)/$binary ;;
esac
project=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$project"
if [ -z "$binary" ]; then
    cargo build --locked --profile dist
    binary=${CARGO_TARGET_DIR:-target}/dist/caselanes
fi
[ -f "$binary" ] || fail "there is no program $binary"
version=$("$binary" --version | sed 's/^caselanes //') || fail "$binary does not run"
packages=${CARGO_TARGET_DIR:-target}/packages
mkdir -p "$packages"
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
trap 'exit 130' HUP INT TERM
strip -o "$stage/caselanes" "$binary"

# The same time in every file: the same program gives the same packages.
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || date +%s)
export SOURCE_DATE_EPOCH
settle() { # settle FOLDER
    find "$1" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
}

documents() { # documents FOLDER: what a user may read, with its pictures
    mkdir -p "$1/screenshots" "$1/assets"
    cp -r README.md docs "$1"
    cp -r assets/samples "$1/assets"
    grep -rhoE 'screenshots/[a-z0-9_-]+\.png' README.md docs | sort -u |
        while IFS= read -r picture; do cp "$picture" "$1/screenshots"; done
}

# What the window loads at run time is no dependency that dpkg-shlibdeps could find.
debian() {
    root=$stage/debian
    doc=$root/usr/share/doc/caselanes
    sh assets/install.sh --root "$root" --prefix /usr --binary "$stage/caselanes"
    gzip -9n "$root/usr/share/man/man1/caselanes.1"
    mkdir -p "$root/DEBIAN"
    documents "$doc"
    cp LICENSE "$doc/copyright"
    gzip -9nc CHANGELOG.md >"$doc/changelog.gz"
    find "$doc" -type f -exec chmod 644 {} +
    architecture=$(dpkg --print-architecture)
    glibc=$(objdump -T "$stage/caselanes" | grep -o 'GLIBC_[0-9.]*' | sort -Vu | tail -n 1)
    cat >"$root/DEBIAN/control" <<END
Package: caselanes
Version: $version
Architecture: $architecture
Section: science
Priority: optional
Maintainer: CaseLanes <caselanes@localhost>
Installed-Size: $(du -sk "$root/usr" | cut -f1)
Depends: libc6 (>= ${glibc#GLIBC_}), libgcc-s1, libegl1, libgl1, libwayland-client0, libwayland-egl1, libx11-6, libx11-xcb1, libxcb1, libxcursor1, libxi6, libxkbcommon0, libxkbcommon-x11-0, libxrender1
Recommends: libgl1-mesa-dri, xdg-desktop-portal, xdg-utils
Description: run cases in parallel and see how many workers are worth having
 CaseLanes runs a table of cases in parallel, shows where the time went, and
 says how many workers are worth having: in a window and on the command line.
END
    (cd "$root" && find usr -type f -exec md5sum {} +) >"$stage/md5sums"
    LC_ALL=C sort -k 2 "$stage/md5sums" >"$root/DEBIAN/md5sums"
    settle "$root"
    dpkg-deb --root-owner-group -Zxz --build "$root" \
        "$packages/caselanes_${version}_$architecture.deb"
}

# Runs where it is unpacked; its install.sh puts it into the menu.
archive() {
    name=caselanes-$version-linux-$(uname -m)
    folder=$stage/$name
    mkdir "$folder"
    cp "$stage/caselanes" CHANGELOG.md LICENSE "$folder"
    documents "$folder"
    cd assets
    cp -r install.sh caselanes.desktop caselanes-mime.xml caselanes.metainfo.xml icon.svg \
        study.svg icons "$folder"
    cd ..
    settle "$folder"
    tar -C "$stage" --sort=name --owner=0 --group=0 --numeric-owner -cf "$stage/$name.tar" "$name"
    gzip -9nc "$stage/$name.tar" >"$packages/$name.tar.gz"
}

debian
archive
ls -l "$packages"
