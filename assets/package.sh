#!/bin/sh
# Makes the packages that users install.
set -eu
umask 022

usage() {
    cat <<'END'
Makes the packages of CaseLanes in target/packages/.

Usage: sh assets/package.sh linux|windows|macos [--binary FILE]

  linux          a Debian package and a .tar.gz that runs where it is unpacked
  windows        an installer and a .zip that runs where it is unpacked
  macos          a .zip with the application
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
        linux | windows | macos) system=$1 ;;
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
[ -n "$system" ] || misused 'for which system? linux, windows or macos'

need() { # need PROGRAM PACKAGE
    command -v "$1" >/dev/null 2>&1 || fail "missing $1: install $2"
}

case $binary in
    '' | /*) ;;
    *) binary=$(pwd)/$binary ;;
esac
project=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$project"
packages=${CARGO_TARGET_DIR:-target}/packages
mkdir -p "$packages"
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
trap 'exit 130' HUP INT TERM

# The same time in every file: the same program gives the same packages.
: "${SOURCE_DATE_EPOCH:=$(git log -1 --format=%ct 2>/dev/null || date -r CHANGELOG.md +%s)}"
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
Recommends: desktop-file-utils, libgl1-mesa-dri, shared-mime-info, xdg-desktop-portal, xdg-utils
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

# In order of the names: the same program gives the same archive.
zipped() { # zipped FOLDER: of the stage
    (cd "$stage" && find "$1" -type f | LC_ALL=C sort | TZ=UTC zip -qX "$1.zip" -@)
    mv "$stage/$1.zip" "$packages"
}

# What is installed on Windows, without the uninstaller.
portable() { # portable FOLDER
    mkdir "$1"
    cp "$stage/caselanes.exe" assets/windows/study.ico CHANGELOG.md LICENSE "$1"
    documents "$1"
}

# Deletes exactly the files that were installed, and the folders that are empty then.
removal() { # removal FOLDER
    cd "$1"
    find . -type f -printf 'Delete "$INSTDIR\\%P"\n' | tr / '\\'
    find . -depth -mindepth 1 -type d -printf 'RMDir "$INSTDIR\\%P"\n' | tr / '\\'
    cd "$project"
}

windows() {
    name=caselanes-$version-windows-x86_64
    portable "$stage/$name"
    removal "$stage/$name" >"$stage/removal.nsh"
    settle "$stage/$name"
    zipped "$name"
    makensis -V2 -NOCD "-DVERSION=$version" "-DFILES=$stage/$name" \
        "-DREMOVAL=$stage/removal.nsh" "-DASSETS=assets/windows" \
        "-DOUTPUT=$packages/$name-setup.exe" assets/windows/installer.nsi
}

# Not signed: macOS asks before it opens the application for the first time.
macos() {
    name=caselanes-$version-macos-$(uname -m)
    contents=$stage/$name/CaseLanes.app/Contents
    mkdir -p "$contents/MacOS" "$contents/Resources"
    cp "$stage/caselanes" "$contents/MacOS"
    cp assets/macos/caselanes.icns "$contents/Resources"
    sed "s/@VERSION@/$version/" assets/macos/Info.plist >"$contents/Info.plist"
    cp CHANGELOG.md LICENSE "$stage/$name"
    documents "$stage/$name"
    zipped "$name"
}

# The program of this system, with the profile `dist` unless one is named.
built() {
    if [ -z "$binary" ]; then
        cargo build --locked --profile dist
        binary=${CARGO_TARGET_DIR:-target}/dist/caselanes
    fi
    [ -f "$binary" ] || fail "there is no program $binary"
    cp "$binary" "$stage/caselanes"
}

case $system in
    linux)
        need dpkg-deb dpkg
        need gzip gzip
        need strip binutils
        built
        strip "$stage/caselanes"
        debian
        archive
        ;;
    windows)
        need makensis nsis
        need zip zip
        if [ -z "$binary" ]; then
            sh assets/windows/cargo.sh build --profile dist --bins
            binary=${CARGO_TARGET_DIR:-target}/windows/x86_64-pc-windows-gnu/dist/caselanes.exe
        fi
        [ -f "$binary" ] || fail "there is no program $binary"
        cp "$binary" "$stage/caselanes.exe"
        windows
        ;;
    macos)
        need zip zip
        built
        macos
        ;;
esac
ls -l "$packages"
