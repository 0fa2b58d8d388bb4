//! Holds the house together: which room may use which, and what may stand
//! where.

#![expect(clippy::unwrap_used, reason = "a test ends where something goes wrong")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Each room with the rooms that it may use.
const ARROWS: [(&str, &[&str]); 11] = [
    ("text", &[]),
    ("study", &["text"]),
    ("workload", &["text", "study"]),
    ("schedule", &["text", "study"]),
    ("run", &["text", "study", "schedule"]),
    ("engine", &["text", "study", "schedule", "run", "workload"]),
    ("report", &["text", "study", "schedule", "run"]),
    ("experiment", &["text", "study", "schedule", "run", "workload", "report"]),
    ("history", &["text", "study", "schedule", "run", "report", "experiment", "window"]),
    ("cli", &["text", "study", "schedule", "run", "workload", "engine", "report", "experiment"]),
    (
        "window",
        &[
            "text",
            "study",
            "schedule",
            "run",
            "workload",
            "engine",
            "report",
            "experiment",
            "history",
        ],
    ),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All Rust files below a folder, by their path from it, with their text.
fn sources(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                found.insert(name, fs::read_to_string(path).unwrap());
            }
        }
    }
    found
}

/// The first names behind every `crate::` of a text, those in braces too.
fn rooms_used(text: &str) -> Vec<&str> {
    let name = |text: &str| text.find(|c: char| !c.is_alphanumeric() && c != '_');
    let mut used = Vec::new();
    for rest in text.split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            None => used.push(&rest[..name(rest).unwrap_or(rest.len())]),
            Some(list) => {
                let mut depth = 0;
                let mut start = 0;
                for (at, c) in list.char_indices() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth > 0 => depth -= 1,
                        ',' | '}' if depth == 0 => {
                            let item = list[start..at].trim();
                            used.push(&item[..name(item).unwrap_or(item.len())]);
                            start = at + 1;
                            if c == '}' {
                                break;
                            }
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    used
}

#[test]
fn dependencies_point_in_one_direction() {
    let arrows = BTreeMap::from(ARROWS);
    let mut wrong = Vec::new();
    for (file, text) in sources(&root().join("src")) {
        let Some((room, _)) = file.split_once('/') else { continue };
        let allowed = arrows.get(room).unwrap_or_else(|| panic!("a room without arrows: {file}"));
        for used in rooms_used(&text) {
            if used != room && !allowed.contains(&used) {
                wrong.push(format!("{file} uses {used}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_reader_of_arrows_sees_all_forms() {
    let text = "use crate::study::Case; crate::run::f(); use crate::{engine::{a, b}, report}; x";
    assert_eq!(rooms_used(text), ["study", "run", "engine", "report"]);
}

#[test]
fn every_room_stands_in_the_arrows_and_has_no_logic_in_its_mod() {
    for (file, text) in sources(&root().join("src")) {
        if file.ends_with("mod.rs") {
            assert!(!text.contains("fn "), "logic in {file}");
        }
    }
}

#[test]
fn only_the_window_names_egui_and_only_main_ends_the_process() {
    for (file, text) in sources(&root().join("src")) {
        if !file.starts_with("window/") {
            assert!(!text.contains("egui"), "{file} names egui");
        }
        if file != "main.rs" {
            assert!(!text.contains("process::exit"), "{file} ends the process");
        }
    }
}

#[test]
fn views_start_no_threads_and_read_no_clock() {
    for (file, text) in sources(&root().join("src")) {
        if file.starts_with("window/") && !file.starts_with("window/shell/") {
            for banned in ["std::thread", "Instant", "SystemTime", "std::fs", "std::process"] {
                assert!(!text.contains(banned), "{file} uses {banned}");
            }
        }
    }
}

#[test]
fn a_panic_fails_its_case_and_there_is_at_most_one_egui() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    assert!(!manifest.contains("\"abort\""), "panic = abort would end the program");
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    assert!(lock.lines().filter(|line| *line == "name = \"egui\"").count() <= 1);
}
