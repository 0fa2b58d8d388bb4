//! What comes with the binary: icons, desktop entry, file type, installer, fonts.

// The scripts install into the folders of a Linux desktop.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test ends where something goes wrong")]

use std::collections::BTreeSet;
use std::fs;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::tempdir;

const VERSION: &str = env!("CARGO_PKG_VERSION");
const SIZES: [u32; 7] = [16, 32, 48, 64, 128, 256, 512];

fn asset(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets").join(name)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_owned()).unwrap()
}

fn assert_valid_entry(path: &Path) {
    let output = Command::new("desktop-file-validate").arg(path).output().unwrap();
    let said = text(&output.stdout) + &text(&output.stderr);
    assert!(output.status.success() && said.is_empty(), "{said}");
}

/// Runs the installer with a prefix that has a space in its name.
fn install(prefix: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new("sh");
    command.arg(asset("install.sh")).arg("--prefix").arg(prefix).args(arguments);
    command.output().unwrap()
}

/// The paths of all files below a folder, relative to it.
fn files(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    found
}

/// A small program that answers as ours does, with a text of its own.
fn dummy(folder: &Path, text: &str) -> PathBuf {
    let program = folder.join("dummy");
    let source = format!(
        "#include <stdio.h>\n#include <string.h>\nint main(int n, char **a) {{\n\
         puts(n > 1 && !strcmp(a[1], \"--version\") ? \"caselanes 1.2.3\" : \"{text}\");\n}}\n"
    );
    let file = folder.join("dummy.c");
    fs::write(&file, source).unwrap();
    let built = Command::new("cc").arg("-o").arg(&program).arg(&file).status().unwrap();
    assert!(built.success());
    program
}

/// Every file that is to be installed, and the asset it is a copy of, if it is one.
fn expected() -> Vec<(String, Option<PathBuf>)> {
    let theme = "share/icons/hicolor";
    let copies = [
        ("share/mime/packages/caselanes-mime.xml".to_owned(), "caselanes-mime.xml"),
        (format!("{theme}/scalable/apps/caselanes.svg"), "icon.svg"),
        (format!("{theme}/scalable/mimetypes/application-x-caselanes-study.svg"), "study.svg"),
    ];
    let mut all: Vec<_> =
        copies.into_iter().map(|(place, from)| (place, Some(asset(from)))).collect();
    for size in SIZES {
        let from = asset(&format!("icons/caselanes-{size}.png"));
        all.push((format!("{theme}/{size}x{size}/apps/caselanes.png"), Some(from)));
    }
    let metainfo = "share/metainfo/org.caselanes.caselanes.metainfo.xml";
    all.push((metainfo.to_owned(), Some(asset("caselanes.metainfo.xml"))));
    for place in [
        "bin/caselanes",
        "share/applications/caselanes.desktop",
        "share/man/man1/caselanes.1",
        "share/bash-completion/completions/caselanes",
        "share/zsh/site-functions/_caselanes",
        "share/fish/vendor_completions.d/caselanes.fish",
    ] {
        all.push((place.to_owned(), None));
    }
    all
}

#[test]
fn the_desktop_entry_is_valid_and_names_the_type_that_the_mime_file_defines() {
    assert_valid_entry(&asset("caselanes.desktop"));
    let entry = fs::read_to_string(asset("caselanes.desktop")).unwrap();
    for line in ["Exec=caselanes %f", "Icon=caselanes", "StartupWMClass=caselanes"] {
        assert!(entry.lines().any(|found| found == line), "{line} is not in {entry}");
    }
    assert!(entry.contains("\nMimeType=application/x-caselanes-study;\n"), "{entry}");

    // It refuses a file that is not well-formed.
    let folder = tempdir().unwrap();
    let packages = folder.path().join("packages");
    fs::create_dir(&packages).unwrap();
    fs::copy(asset("caselanes-mime.xml"), packages.join("caselanes-mime.xml")).unwrap();
    let output = Command::new("update-mime-database").arg(folder.path()).output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let globs = fs::read_to_string(folder.path().join("globs2")).unwrap();
    assert!(globs.contains(":application/x-caselanes-study:*.caselanes\n"), "{globs}");
    let parents = fs::read_to_string(folder.path().join("subclasses")).unwrap();
    assert_eq!(parents.trim(), "application/x-caselanes-study application/toml");
}

#[test]
fn icons_have_the_size_in_their_name() {
    for size in SIZES {
        let bytes = fs::read(asset(&format!("icons/caselanes-{size}.png"))).unwrap();
        assert_eq!(&bytes[..8], b"\x89PNG\r\n\x1a\n");
        assert_eq!(&bytes[12..16], b"IHDR");
        let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
        assert_eq!((number(16), number(20)), (size, size));
    }
}

#[test]
fn it_installs_twice_and_is_removed_without_a_trace() {
    let folder = tempdir().unwrap();
    let prefix = folder.path().join("a prefix");
    for content in ["first", "second"] {
        let binary = dummy(folder.path(), content);
        let output = install(&prefix, &["--binary", binary.to_str().unwrap()]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        assert_eq!(text(&output.stderr), "");
        for (place, from) in expected() {
            let path = prefix.join(&place);
            let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, if place == "bin/caselanes" { 0o755 } else { 0o644 }, "{place}");
            if let Some(from) = from {
                assert_eq!(fs::read(path).unwrap(), fs::read(from).unwrap(), "{place}");
            }
        }
        assert_eq!(fs::read(prefix.join("bin/caselanes")).unwrap(), fs::read(binary).unwrap());
        let page = fs::read_to_string(prefix.join("share/man/man1/caselanes.1")).unwrap();
        assert_eq!(page.trim(), content, "the program writes it");
    }

    let entry = prefix.join("share/applications/caselanes.desktop");
    assert_valid_entry(&entry);
    let exec = format!("Exec=\"{}/bin/caselanes\" %f", prefix.display());
    let entry = fs::read_to_string(entry).unwrap();
    assert!(entry.lines().any(|line| line == exec), "{exec} is not in {entry}");
    // What else is there are the caches of the desktop.
    let expected: BTreeSet<_> = expected().into_iter().map(|(place, _)| place).collect();
    for place in files(&prefix).difference(&expected) {
        let is_cache = place == "share/applications/mimeinfo.cache"
            || place.starts_with("share/mime/") && !place.starts_with("share/mime/packages/");
        assert!(is_cache, "{place}");
    }

    assert!(install(&prefix, &["--remove"]).status.success());
    assert_eq!(files(&prefix), BTreeSet::new());
    let again = install(&prefix, &["--remove"]);
    assert!(again.status.success() && text(&again.stdout).starts_with("Nothing"));
}

#[test]
fn removing_leaves_what_others_installed() {
    let folder = tempdir().unwrap();
    let binary = dummy(folder.path(), "");
    let others = [
        "bin/other",
        "share/applications/other.desktop",
        "share/icons/hicolor/16x16/apps/other.png",
        "share/mime/packages/other.xml",
    ];
    for other in others {
        let path = folder.path().join(other);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let mime = "<mime-info xmlns='http://www.freedesktop.org/standards/shared-mime-info'/>";
        fs::write(path, mime).unwrap();
    }
    assert!(install(folder.path(), &["--binary", binary.to_str().unwrap()]).status.success());
    assert!(install(folder.path(), &["--remove"]).status.success());
    let left = files(folder.path());
    for other in others {
        assert!(left.contains(other), "{other} is gone");
    }
    let ours: Vec<_> = left.iter().filter(|place| place.contains("caselanes")).collect();
    assert!(ours.is_empty(), "{ours:?}");
}

#[test]
fn an_odd_path_is_quoted_or_refused() {
    let folder = tempdir().unwrap();
    let binary = dummy(folder.path(), "");
    let arguments = ["--binary", binary.to_str().unwrap()];
    let prefix = folder.path().join("\"$a\" `b\\c");
    assert!(install(&prefix, &arguments).status.success());
    let entry = prefix.join("share/applications/caselanes.desktop");
    assert_valid_entry(&entry);
    let quoted = r#"/\\"\\$a\\" \\`b\\\\c/bin/caselanes" %f"#;
    assert!(fs::read_to_string(entry).unwrap().contains(quoted));

    for refused in ["a=b", "100%", "two\nlines"] {
        let output = install(&folder.path().join(refused), &arguments);
        assert_eq!(output.status.code(), Some(1), "{refused}");
        assert!(text(&output.stderr).contains("another --prefix"), "{}", text(&output.stderr));
        assert!(!folder.path().join(refused).exists(), "{refused}");
    }
}

#[test]
fn a_missing_binary_or_a_wrong_option_installs_nothing() {
    let folder = tempdir().unwrap();
    let missing = install(folder.path(), &["--binary", "nowhere/caselanes"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(text(&missing.stderr).contains("nowhere/caselanes"), "{}", text(&missing.stderr));
    let other = install(folder.path(), &["--binary", "/bin/false"]);
    assert_eq!(other.status.code(), Some(1));
    assert!(text(&other.stderr).contains("is not CaseLanes"), "{}", text(&other.stderr));
    let wrong = install(folder.path(), &["--destroy"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(text(&wrong.stderr).contains("--destroy"), "{}", text(&wrong.stderr));
    assert_eq!(files(folder.path()), BTreeSet::new());
    let help = install(folder.path(), &["--help"]);
    assert!(help.status.success() && text(&help.stdout).contains("--binary FILE"));
}

#[test]
fn the_metadata_for_software_centres_is_valid() {
    let mut command = Command::new("appstreamcli");
    let output = command.args(["validate", "--no-net"]).arg(asset("caselanes.metainfo.xml"));
    let output = output.output().unwrap();
    let said = text(&output.stdout);
    // The project has no homepage, of which AppStream 1.0 warns.
    let is_problem =
        |line: &&str| line.starts_with(['E', 'W']) && !line.ends_with("url-homepage-missing");
    assert_eq!(said.lines().find(is_problem), None);
    assert!(output.status.success() || said.contains("url-homepage-missing"), "{said}");
}

/// Makes the packages of a program, and returns those with these suffixes.
fn package<const N: usize>(
    system: &str,
    folder: &Path,
    binary: &Path,
    suffixes: [&str; N],
) -> [PathBuf; N] {
    let mut command = Command::new("sh");
    command.arg(asset("package.sh")).args([system, "--binary"]).arg(binary);
    let output = command.env("CARGO_TARGET_DIR", folder).output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    suffixes.map(|suffix| {
        let all = fs::read_dir(folder.join("packages")).unwrap().map(|entry| entry.unwrap().path());
        all.into_iter().find(|path| path.extension().is_some_and(|it| it == suffix)).unwrap()
    })
}

#[test]
fn packages_hold_what_is_installed_and_are_the_same_for_the_same_program() {
    let folder = tempdir().unwrap();
    let binary = dummy(folder.path(), "text");
    let [first, again] = ["first", "again"]
        .map(|name| package("linux", &folder.path().join(name), &binary, ["deb", "gz"]));
    for (first, again) in first.iter().zip(&again) {
        assert_eq!(fs::read(first).unwrap(), fs::read(again).unwrap(), "{}", first.display());
    }
    let [debian, archive] = first;
    assert!(
        debian.to_str().unwrap().contains(&format!("/caselanes_{VERSION}_")),
        "{}",
        debian.display()
    );
    let root = folder.path().join("root");
    let status = Command::new("dpkg-deb").arg("-x").arg(&debian).arg(&root).status().unwrap();
    assert!(status.success());
    for (place, _) in expected() {
        let packed = if place.ends_with(".1") { format!("{place}.gz") } else { place };
        assert!(root.join("usr").join(&packed).is_file(), "{packed}");
    }
    let entry = fs::read_to_string(root.join("usr/share/applications/caselanes.desktop")).unwrap();
    assert!(entry.contains("\nExec=\"/usr/bin/caselanes\" %f\n"), "{entry}");
    let fields = Command::new("dpkg-deb").arg("-f").arg(&debian).output().unwrap();
    assert!(text(&fields.stdout).contains("\nDepends: libc6 (>= "), "{}", text(&fields.stdout));

    let unpacked = folder.path().join("unpacked");
    fs::create_dir(&unpacked).unwrap();
    let mut tar = Command::new("tar");
    let status = tar.arg("-xzf").arg(archive).arg("-C").arg(&unpacked).status().unwrap();
    assert!(status.success());
    let program = fs::read_dir(&unpacked).unwrap().next().unwrap().unwrap().path();
    let prefix = folder.path().join("prefix");
    let mut command = Command::new("sh");
    command.arg(program.join("install.sh")).arg("--prefix").arg(&prefix);
    assert!(command.output().unwrap().status.success());
    assert_eq!(
        fs::read(prefix.join("bin/caselanes")).unwrap(),
        fs::read(program.join("caselanes")).unwrap()
    );
}

#[test]
fn packages_for_windows_hold_the_program_and_its_documents_and_are_reproducible() {
    let folder = tempdir().unwrap();
    let binary = folder.path().join("program.exe");
    fs::write(&binary, "MZ").unwrap();
    let [first, again] = ["first", "again"]
        .map(|name| package("windows", &folder.path().join(name), &binary, ["zip", "exe"]));
    for (first, again) in first.iter().zip(&again) {
        assert_eq!(fs::read(first).unwrap(), fs::read(again).unwrap(), "{}", first.display());
    }
    let [portable, installer] = first;
    assert!(fs::read(&installer).unwrap().starts_with(b"MZ"));
    let mut portable = zip::ZipArchive::new(fs::File::open(portable).unwrap()).unwrap();
    let root = format!("caselanes-{VERSION}-windows-x86_64");
    for file in ["caselanes.exe", "study.ico", "README.md", "docs/files.md", "LICENSE"] {
        portable.by_name(&format!("{root}/{file}")).unwrap();
    }
}

#[test]
fn the_application_for_macos_names_its_version_program_and_icon() {
    let folder = tempdir().unwrap();
    let binary = dummy(folder.path(), "text");
    let [zip] = package("macos", folder.path(), &binary, ["zip"]);
    let mut zip = zip::ZipArchive::new(fs::File::open(zip).unwrap()).unwrap();
    let names: Vec<String> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
    let contents = |end: &str| {
        let end = format!("/CaseLanes.app/Contents/{end}");
        names.iter().find(|name| name.ends_with(&end)).unwrap()
    };
    contents("Resources/caselanes.icns");
    let program = zip.by_name(contents("MacOS/caselanes")).unwrap().unix_mode().unwrap();
    assert_eq!(program & 0o111, 0o111);
    let mut plist = String::new();
    zip.by_name(contents("Info.plist")).unwrap().read_to_string(&mut plist).unwrap();
    let version = format!("<key>CFBundleVersion</key><string>{VERSION}</string>");
    assert!(plist.contains(&version), "{plist}");
}

#[test]
fn fonts_are_small_and_come_with_their_licences() {
    for font in ["Roboto-Regular.ttf", "Roboto-Bold.ttf", "symbols.ttf"] {
        let bytes = fs::read(asset("fonts").join(font)).unwrap();
        assert_eq!(bytes[..4], [0, 1, 0, 0], "{font}");
        assert!(bytes.len() < 150_000, "{font}");
    }
    let roboto = fs::read_to_string(asset("fonts/LICENSE-Roboto.txt")).unwrap();
    assert!(roboto.contains("Apache License"));
    let dejavu = fs::read_to_string(asset("fonts/LICENSE-DejaVu.txt")).unwrap();
    assert!(dejavu.contains("Bitstream Vera") && dejavu.contains("Arev"));
}
