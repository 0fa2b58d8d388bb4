#!/bin/sh
# Installs missing packages (on Debian), then checks format and lints and runs all
# tests. Fast checks come first; the first failure stops.
set -eu
cd "$(dirname "$0")/.."

. tests/need.sh
need cc 'gcc libc6-dev'
need script bsdutils
# For runs on a cluster.
need slurmctld slurmctld
need slurmd slurmd
need sbatch slurm-client
need munged munge
need sshd openssh-server
need ssh openssh-client
need kill procps
need desktop-file-validate desktop-file-utils
need appstreamcli appstream
need objdump binutils
need update-mime-database shared-mime-info
need makensis nsis
need zip zip
# For the window on a real desktop.
need Xvfb xvfb
need xdotool xdotool
need openbox openbox
need import imagemagick
need pcmanfm pcmanfm
need xclip xclip
need dbus-run-session dbus-daemon
# For workbooks.
need soffice libreoffice-calc-nogui
# For reports in a browser.
need chromium chromium
need chromedriver chromium-driver
need pdftotext poppler-utils
# Packages without a program: a screen reader's library, the libraries that the window
# loads, and a software graphics driver.
for package in at-spi2-core gir1.2-atspi-2.0 python3-gi libx11-6 libx11-xcb1 libxcb1 \
    libxcursor1 libxi6 libxkbcommon0 libxkbcommon-x11-0 libgl1 libegl1 libgl1-mesa-dri \
    mesa-vulkan-drivers libvulkan1; do
    need_package "$package"
done
install_missing
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
/usr/bin/python3 tests/office.py
/usr/bin/python3 tests/browser.py
dbus-run-session -- /usr/bin/python3 tests/desktop.py
