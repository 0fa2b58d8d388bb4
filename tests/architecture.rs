//! Checks the structure of the source tree: dependencies between folders,
//! circles between files, sizes of folders, and what may stand where.

// The source tree is the same on every system, and Wine parses it for minutes.
#![cfg(not(windows))]
#![expect(clippy::unwrap_used, reason = "a test fails at the first error")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};
use syn::{Attribute, Item, UseTree};

/// Each top-level folder with the folders that it may use.
const ALLOWED: [(&str, &[&str]); 13] = [
    ("text", &[]),
    ("system", &[]),
    ("study", &["text", "system"]),
    ("workload", &["text", "study"]),
    ("schedule", &["text", "study"]),
    ("run", &["text", "study", "schedule"]),
    ("engine", &["text", "system", "study", "workload", "schedule", "run"]),
    ("report", &["text", "study", "schedule", "run"]),
    ("experiment", &["text", "study", "workload", "schedule", "run", "report"]),
    ("history", &["text", "study", "workload", "schedule", "run", "report", "experiment"]),
    (
        "app",
        &[
            "text",
            "system",
            "study",
            "workload",
            "schedule",
            "run",
            "engine",
            "report",
            "experiment",
            "history",
        ],
    ),
    (
        "cli",
        &["text", "system", "study", "workload", "schedule", "run", "report", "experiment", "app"],
    ),
    (
        "window",
        &[
            "text",
            "system",
            "study",
            "workload",
            "schedule",
            "run",
            "report",
            "experiment",
            "history",
            "app",
        ],
    ),
];

/// Names in `src/system/` of the parts for one system, which have the same interface.
const SYSTEMS: [&str; 4] = ["unix", "linux", "windows", "other"];

/// Most files in one folder, besides `mod.rs`.
const MAX_FILES: usize = 14;

/// The source files, by path relative to `src/`.
struct Sources {
    files: BTreeMap<String, Source>,
    /// What a `mod.rs` re-exports: module and name to the full path.
    exports: BTreeMap<(Vec<String>, String), Vec<String>>,
}

struct Source {
    text: String,
    syntax: syn::File,
    module: Vec<String>,
}

impl Sources {
    fn read() -> Self {
        let mut files = BTreeMap::new();
        let root = root().join("src");
        for path in rust_files(&root) {
            let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
            let text = fs::read_to_string(&path).unwrap();
            let syntax = syn::parse_file(&text).unwrap();
            let module = module_of(&name);
            files.insert(name, Source { text, syntax, module });
        }
        let mut exports = BTreeMap::new();
        for (name, source) in &files {
            if name.ends_with("mod.rs") {
                for (path, exported) in public_uses(&source.syntax) {
                    let path = match path[0].as_str() {
                        "crate" | "super" | "self" => absolute(&path, &source.module),
                        _ => [source.module.clone(), path].concat(),
                    };
                    exports.insert((source.module.clone(), exported), path);
                }
            }
        }
        Self { files, exports }
    }

    /// Returns the file that defines the item at an absolute path, following re-exports.
    fn file_of(&self, path: &[String]) -> Option<&str> {
        let (module, rest) = self.split(path)?;
        let key = rest.first().map(|name| (module.clone(), name.clone()));
        match key.and_then(|key| self.exports.get(&key)) {
            // A folder that re-exports an item of another folder stands for it.
            Some(target) if target[0] == module[0] => {
                self.file_of(&[target.as_slice(), &rest[1..]].concat())
            }
            _ => self
                .files
                .iter()
                .find(|(_, source)| source.module == module)
                .map(|(name, _)| name.as_str()),
        }
    }

    /// Splits a path into its longest module prefix and the rest.
    fn split<'p>(&self, path: &'p [String]) -> Option<(Vec<String>, &'p [String])> {
        (1..=path.len()).rev().find_map(|length| {
            let module = &path[..length];
            let exists = self.files.values().any(|source| source.module == module);
            exists.then(|| (module.to_vec(), &path[length..]))
        })
    }

    /// Returns the files that each file uses, test modules left out.
    fn dependencies(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let uses = |(name, source): (&'_ String, &'_ Source)| {
            let mut collector = PathCollector::default();
            collector.visit_file(&source.syntax);
            collector
                .paths
                .iter()
                .map(|path| absolute(path, &source.module))
                .filter_map(|path| self.file_of(&path))
                .filter(|used| used != name)
                .collect::<BTreeSet<_>>()
        };
        self.files
            .iter()
            .filter(|(name, _)| !name.ends_with("mod.rs") && *name != "lib.rs")
            .map(|(name, source)| (name.as_str(), uses((name, source))))
            .collect()
    }
}

/// Collects every path that begins with `crate`, `super` or `self`.
#[derive(Default)]
struct PathCollector {
    paths: Vec<Vec<String>>,
}

impl<'ast> Visit<'ast> for PathCollector {
    fn visit_item(&mut self, item: &'ast Item) {
        let attributes = match item {
            Item::Mod(item) => &item.attrs,
            Item::Fn(item) => &item.attrs,
            Item::Impl(item) => &item.attrs,
            Item::Use(item) => &item.attrs,
            _ => return visit::visit_item(self, item),
        };
        if !is_test_only(attributes) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let leaves = leaves(&item.tree, &[]).into_iter().map(|(path, _)| path);
        self.paths.extend(leaves.filter(|path| is_internal(&path[0])));
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Vec<_> = path.segments.iter().map(|part| part.ident.to_string()).collect();
        if names.len() > 1 && is_internal(&names[0]) {
            self.paths.push(names);
        }
        visit::visit_path(self, path);
    }
}

fn is_internal(name: &str) -> bool {
    matches!(name, "crate" | "super" | "self")
}

fn is_test_only(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.parse_args::<syn::Ident>().is_ok_and(|option| option == "test")
    })
}

/// Returns the path and the visible name of every leaf of a `use` tree.
fn leaves(tree: &UseTree, prefix: &[String]) -> Vec<(Vec<String>, String)> {
    let extended = |name: &syn::Ident| {
        let mut path = prefix.to_vec();
        if name != "self" || prefix.is_empty() {
            path.push(name.to_string());
        }
        path
    };
    match tree {
        UseTree::Path(tree) => leaves(&tree.tree, &extended(&tree.ident)),
        UseTree::Name(tree) => vec![(extended(&tree.ident), tree.ident.to_string())],
        UseTree::Rename(tree) => vec![(extended(&tree.ident), tree.rename.to_string())],
        UseTree::Glob(_) => vec![(prefix.to_vec(), "*".to_owned())],
        UseTree::Group(group) => group.items.iter().flat_map(|item| leaves(item, prefix)).collect(),
    }
}

fn public_uses(file: &syn::File) -> Vec<(Vec<String>, String)> {
    file.items
        .iter()
        .filter_map(|item| match item {
            Item::Use(item) if !matches!(item.vis, syn::Visibility::Inherited) => Some(&item.tree),
            _ => None,
        })
        .flat_map(|tree| leaves(tree, &[]))
        .collect()
}

/// Returns the module path of a file, without `crate`.
fn module_of(name: &str) -> Vec<String> {
    let mut parts: Vec<_> = name.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    if parts.last().is_some_and(|last| last == "mod") {
        parts.pop();
    }
    parts
}

/// Turns a path relative to a module into one from the crate's root.
fn absolute(path: &[String], module: &[String]) -> Vec<String> {
    let supers = path.iter().take_while(|name| *name == "super").count();
    match path[0].as_str() {
        "crate" => path[1..].to_vec(),
        "self" => [module, &path[1..]].concat(),
        _ => [&module[..module.len() - supers], &path[supers..]].concat(),
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

/// Returns a path from `from` back to itself, if there is one.
fn circle<'s>(graph: &BTreeMap<&'s str, BTreeSet<&'s str>>, from: &'s str) -> Option<Vec<&'s str>> {
    let mut reached_from = BTreeMap::new();
    let mut open = vec![from];
    while let Some(file) = open.pop() {
        for &next in graph.get(file).into_iter().flatten() {
            if next == from {
                let mut path = vec![from, file];
                while let Some(&before) = reached_from.get(path.last().unwrap()) {
                    path.push(before);
                }
                path.reverse();
                return Some(path);
            }
            if !reached_from.contains_key(next) {
                reached_from.insert(next, file);
                open.push(next);
            }
        }
    }
    None
}

#[test]
fn dependencies_between_folders_point_one_way() {
    let sources = Sources::read();
    let allowed = BTreeMap::from(ALLOWED);
    let mut wrong = Vec::new();
    for (file, used) in sources.dependencies() {
        let Some((folder, _)) = file.split_once('/') else { continue };
        let allowed = allowed.get(folder).unwrap_or_else(|| panic!("unknown folder of {file}"));
        for used in used {
            let other = used.split('/').next().unwrap();
            if other != folder && !allowed.contains(&other) {
                wrong.push(format!("{file} uses {used}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_files_depend_on_each_other_in_a_circle() {
    let sources = Sources::read();
    let graph = sources.dependencies();
    let circles: Vec<_> = graph.keys().filter_map(|file| circle(&graph, file)).collect();
    assert!(circles.is_empty(), "{circles:#?}");
}

#[test]
fn a_circle_is_found_and_a_shared_dependency_is_not_one() {
    let graph = |edges: &[(&'static str, &'static str)]| {
        let mut graph = BTreeMap::<_, BTreeSet<_>>::new();
        edges.iter().for_each(|(from, to)| {
            graph.entry(*from).or_default().insert(*to);
        });
        graph
    };
    let diamond = graph(&[("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")]);
    assert_eq!(circle(&diamond, "a"), None);
    let ring = graph(&[("a", "b"), ("b", "c"), ("c", "a"), ("d", "a")]);
    assert_eq!(circle(&ring, "a"), Some(vec!["a", "b", "c", "a"]));
    assert_eq!(circle(&ring, "d"), None);
}

#[test]
fn imports_are_read_in_all_their_forms() {
    let file = syn::parse_file(
        "use crate::study::Case;
         use super::{a::{B, self}, c as d};
         fn f() -> crate::run::State { self::g(std::mem::take) }
         #[cfg(test)] mod tests { use crate::engine::start; }",
    );
    let mut collector = PathCollector::default();
    collector.visit_file(&file.unwrap());
    let paths: Vec<_> = collector.paths.iter().map(|path| path.join("::")).collect();
    assert_eq!(
        paths,
        [
            "crate::study::Case",
            "super::a::B",
            "super::a",
            "super::c",
            "crate::run::State",
            "self::g"
        ]
    );
    let module = module_of("window/bars/layout.rs");
    assert_eq!(absolute(&["super".into(), "labels".into()], &module), ["window", "bars", "labels"]);
}

#[test]
fn re_exports_lead_to_the_file_that_defines_the_item() {
    let sources = Sources::read();
    let path = |text: &str| text.split("::").map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(sources.file_of(&path("study::CaseTable")), Some("study/cases/case_table.rs"));
    assert_eq!(sources.file_of(&path("engine::RunHandle")), Some("engine/pool/run_handle.rs"));
    assert_eq!(sources.file_of(&path("app::RunHandle")), Some("app/mod.rs"));
}

#[test]
fn mod_files_hold_no_logic() {
    for (name, source) in Sources::read().files {
        if name.ends_with("mod.rs") {
            let plain = |item: &Item| match item {
                Item::Use(_) => true,
                Item::Mod(item) => item.content.is_none(),
                _ => false,
            };
            assert!(source.syntax.items.iter().all(plain), "logic in {name}");
        }
    }
}

#[test]
fn no_folder_holds_too_many_files() {
    let mut counts = BTreeMap::<String, usize>::new();
    for name in Sources::read().files.into_keys().filter(|name| !name.ends_with("mod.rs")) {
        let folder = Path::new(&name).parent().unwrap().display().to_string();
        *counts.entry(folder).or_default() += 1;
    }
    counts.retain(|_, count| *count > MAX_FILES);
    assert!(counts.is_empty(), "{counts:?}");
}

#[test]
fn a_type_name_exists_once() {
    let mut places = BTreeMap::<String, BTreeSet<String>>::new();
    for (file, source) in Sources::read().files {
        for item in &source.syntax.items {
            let name = match item {
                Item::Struct(item) => &item.ident,
                Item::Enum(item) => &item.ident,
                Item::Trait(item) => &item.ident,
                Item::Type(item) => &item.ident,
                _ => continue,
            };
            places.entry(name.to_string()).or_default().insert(without_system(&file));
        }
    }
    places.retain(|_, files| files.len() > 1);
    assert!(places.is_empty(), "{places:#?}");
}

/// Returns one name for the files of all systems that stand for each other.
fn without_system(file: &str) -> String {
    let parts = file.trim_end_matches(".rs").split('/');
    let parts: Vec<_> = parts.filter(|part| !SYSTEMS.contains(part)).collect();
    parts.join("/")
}

#[test]
fn only_the_system_folder_asks_which_system_it_is() {
    for (name, source) in Sources::read().files {
        // The window chooses a renderer, and leaves the console on Windows.
        if !name.starts_with("system/")
            && !["window/renderer/mod.rs", "window/shell/launch/open_window.rs"]
                .contains(&name.as_str())
        {
            // Tests may need what only one system has.
            let text = source.text.split("#[cfg(test)]\nmod").next().unwrap();
            let text = text.replace("cfg(any(test, fuzzing))", "");
            for banned in ["cfg(unix", "cfg(windows", "cfg(not(", "cfg(any(", "target_os", "cfg!("]
            {
                assert!(!text.contains(banned), "{name} uses {banned}");
            }
            for banned in ["std::os::", "rustix", "signal_hook", "winsafe"] {
                assert!(!text.contains(banned), "{name} uses {banned}");
            }
        }
    }
}

#[test]
fn only_the_window_names_egui_and_only_main_ends_the_process() {
    for (name, source) in Sources::read().files {
        if !name.starts_with("window/") {
            assert!(!source.text.contains("egui"), "{name} names egui");
        }
        if name != "main.rs" {
            assert!(!source.text.contains("process::exit"), "{name} ends the process");
        }
    }
}

#[test]
fn the_window_starts_threads_and_touches_files_in_its_shell_only() {
    for (name, source) in Sources::read().files {
        if name.starts_with("window/") && !name.starts_with("window/shell/") {
            // Tests may measure what they like.
            let text = source.text.split("#[cfg(test)]\nmod").next().unwrap();
            for banned in ["std::thread", "Instant::now", "SystemTime", "std::fs", "std::process"] {
                assert!(!text.contains(banned), "{name} uses {banned}");
            }
        }
    }
}

#[test]
fn frames_ask_nothing_of_the_disk() {
    // The rest of the shell works on threads, or before the first frame.
    let frame = |name: &str| {
        let name = name.strip_prefix("window/");
        let shell = name.and_then(|name| name.strip_prefix("shell/"));
        name.is_some() && shell.is_none_or(|name| ["app.rs", "runner.rs"].contains(&name))
    };
    for (name, source) in Sources::read().files {
        let text = source.text.split("#[cfg(test)]\nmod").next().unwrap();
        for banned in [".exists()", ".is_file()", ".is_dir()", ".metadata()"] {
            assert!(!frame(&name) || !text.contains(banned), "{name} uses {banned}");
        }
    }
}

#[test]
fn a_panic_unwinds_and_there_is_one_egui() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    assert!(!manifest.contains("\"abort\""), "a panic must fail its case, not the program");
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    assert_eq!(lock.lines().filter(|line| *line == "name = \"egui\"").count(), 1);
}

#[test]
fn tests_that_a_system_leaves_out_name_their_reason() {
    let mut unexplained = Vec::new();
    for path in rust_files(&root().join("tests")) {
        let text = fs::read_to_string(&path).unwrap();
        for item in text.split("\n\n") {
            let is_head = |line: &&str| line.starts_with('#') || line.starts_with("//");
            let head: Vec<_> = item.lines().map(str::trim).take_while(is_head).collect();
            let has = |start: &str| head.iter().any(|line| line.starts_with(start));
            let is_left_out = has("#![cfg(") || has("#[cfg(") && has("#[test]");
            if is_left_out && !has("// ") {
                unexplained.push((path.clone(), item.to_owned()));
            }
        }
    }
    assert!(unexplained.is_empty(), "{unexplained:#?}");
}

#[test]
fn each_test_that_wine_leaves_out_is_the_only_one_with_its_name() {
    let list = fs::read_to_string(root().join("tests/wine.txt")).unwrap();
    let folders = ["src", "tests"].map(|folder| rust_files(&root().join(folder)));
    let texts = folders.concat().into_iter().map(|path| fs::read_to_string(path).unwrap());
    let texts: String = texts.collect();
    let named = |name: &str| texts.lines().filter(|line| line.contains(name)).count();
    for name in list.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        assert!(texts.contains(&format!("fn {name}()")), "no test {name}");
        // Tests are left out whose names contain this one.
        assert_eq!(named(name), 1, "{name}");
    }
}
