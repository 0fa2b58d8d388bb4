//! Identity of a case across the sessions of a run: a hash of its content.

use std::collections::BTreeMap;
use std::path::Path;

use serde::de::{Error, Unexpected};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::study::{CaseFolders, CaseTable, InputFiles, Program};
use crate::system::executable::has_folder;

/// 128-bit hash of the content of a case, the same on every platform and in every version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct CaseKey(u128);

/// Identity of a case; cases with the same content are numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct CaseId {
    pub(crate) key: CaseKey,
    /// Number among the cases with this key, from 0.
    pub(crate) nth: u32,
}

impl CaseKey {
    pub(crate) fn of_all(
        cases: &CaseTable,
        program: Option<&Program>,
        input_files: &InputFiles,
    ) -> Vec<Self> {
        let mut shared = Fnv::default();
        if let Some(program) = program {
            shared.write_program(program);
        }
        shared.write_input_files(input_files);
        let mut extra_columns: Vec<_> = cases.extra_columns().iter().collect();
        extra_columns.sort_by_key(|(heading, _)| heading);
        // The executable is usually the same for all cases.
        let mut latest = (String::new(), String::new());
        let mut executable_path = |program, path: &str| {
            if latest.0 != path {
                latest = (path.to_owned(), absolute_path(program, Path::new(path)));
            }
            latest.1.clone()
        };
        let key = |row| {
            let (mut key, case) = (shared, cases.case(row));
            key.write_text(if is_default_name(case.name) { "" } else { case.name });
            key.write_bytes(&case.x.to_bits().to_le_bytes());
            key.write_bytes(&case.y.to_bits().to_le_bytes());
            for (heading, column) in &extra_columns {
                key.write_text(heading);
                key.write_text(column.get(row));
            }
            if let Some(program) = program {
                let folders = CaseFolders { run: "{run}", case: "{case}" };
                let arguments = program.command.fill(cases, row, folders);
                for (at, argument) in arguments.iter().enumerate() {
                    match at {
                        // A path of an executable is relative to the study file.
                        0 if has_folder(argument) => {
                            key.write_text(&executable_path(program, argument));
                        }
                        _ => key.write_text(argument),
                    }
                }
            }
            Self(key.0)
        };
        (0..cases.len()).map(key).collect()
    }
}

/// Whether a name is the default one, which changes when rows are inserted above.
fn is_default_name(name: &str) -> bool {
    let number = name.strip_prefix("Case ").unwrap_or_default();
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

fn absolute_path(program: &Program, path: &Path) -> String {
    program.resolve_absolute(path).to_string_lossy().into_owned()
}

#[derive(Clone, Copy)]
struct Fnv(u128);

impl Default for Fnv {
    fn default() -> Self {
        Self(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d)
    }
}

impl Fnv {
    fn write_bytes(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u128::from(byte)).wrapping_mul((1 << 88) + 0x13b);
        }
    }

    /// Hashes the length too, to distinguish `("ab", "c")` from `("a", "bc")`.
    fn write_text(&mut self, text: &str) {
        self.write_bytes(&(text.len() as u64).to_le_bytes());
        self.write_bytes(text.as_bytes());
    }

    fn write_optional(&mut self, text: Option<&str>) {
        self.write_bytes(&[u8::from(text.is_some())]);
        self.write_text(text.unwrap_or_default());
    }

    fn write_optional_path(&mut self, program: &Program, path: Option<&Path>) {
        self.write_bytes(&[u8::from(path.is_some())]);
        if let Some(path) = path {
            self.write_text(&absolute_path(program, path));
        }
    }

    /// Hashes names and content of the templates, if there are any.
    fn write_input_files(&mut self, input_files: &InputFiles) {
        for (name, content) in input_files.contents() {
            self.write_text(name);
            self.write_bytes(&(content.len() as u64).to_le_bytes());
            self.write_bytes(content);
        }
    }

    /// Hashes the properties of a program that are the same for all cases and may change
    /// their results. A property that is added here must be hashed only when it is set, or
    /// every case of an earlier run counts as changed.
    fn write_program(&mut self, program: &Program) {
        let environment: BTreeMap<_, _> = program.environment.iter().cloned().collect();
        for (name, value) in &environment {
            self.write_text(name);
            self.write_text(value);
        }
        self.write_optional_path(program, program.stdin.as_deref());
        self.write_optional_path(program, program.work_folder.as_deref());
        self.write_optional(program.value_regex.as_deref());
        let file = program.value_file.as_deref().map(Path::to_string_lossy);
        self.write_optional(file.as_deref());
        for output in &program.named_outputs {
            self.write_text(&output.text());
        }
    }
}

/// Hash of the templates, if there are any.
pub(crate) fn templates_key(input_files: &InputFiles) -> Option<CaseKey> {
    let mut key = Fnv::default();
    key.write_input_files(input_files);
    (key.0 != Fnv::default().0).then_some(CaseKey(key.0))
}

impl Serialize for CaseKey {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&format_args!("{:032x}", self.0))
    }
}

impl<'de> Deserialize<'de> for CaseKey {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = <&str>::deserialize(from)?;
        let key = Some(text).filter(|text| text.len() == 32);
        let key = key.and_then(|text| u128::from_str_radix(text, 16).ok());
        key.map(Self)
            .ok_or_else(|| D::Error::invalid_value(Unexpected::Str(text), &"32 hexadecimal digits"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::{CommandLine, ProgramOutput, TemplateSource};

    fn program(texts: &[&str]) -> Program {
        Program::new(CommandLine::parse(texts).unwrap())
    }

    fn key_of(name: &str, x: f64, extra: &[(&str, &str)], program: &Program) -> CaseKey {
        let headings = extra.iter().map(|(heading, _)| (*heading).to_owned()).collect();
        let mut cases = CaseTable::with_extra_columns(headings);
        cases.push(name, x, 1.0, &extra.iter().map(|(_, cell)| *cell).collect::<Vec<_>>());
        CaseKey::of_all(&cases, Some(program), &InputFiles::default())[0]
    }

    #[test]
    fn the_hash_matches_a_published_value() {
        let mut hash = Fnv::default();
        hash.write_bytes(b"a");
        assert_eq!(hash.0, 0xd228_cb69_6f1a_8caf_7891_2b70_4e4a_8964);
    }

    #[test]
    fn keys_are_those_of_earlier_versions() {
        let key = |program: &Program| {
            serde_json::to_string(&key_of("a", 1.0, &[("mesh", "fine")], program)).unwrap()
        };
        let basic = program(&["solve", "{x}"]);
        assert_eq!(key(&basic), "\"f3a6c17a4480429fb019acb6bdfd8dc6\"");
        let variable = vec![("A".to_owned(), "B".to_owned())];
        let full = Program { environment: variable, value_regex: Some("a".into()), ..basic };
        assert_eq!(key(&full), "\"647501eb40d616ae0ac4f73ec0fd6184\"");
    }

    #[test]
    fn the_key_depends_on_the_content_but_not_on_the_order_of_columns() {
        let run = program(&["solve", "{x}", "{case}/out"]);
        let key = key_of("a", 1.0, &[("mesh", "fine"), ("load", "2")], &run);
        assert_eq!(key, key_of("a", 1.0, &[("load", "2"), ("mesh", "fine")], &run));
        for other in [
            key_of("b", 1.0, &[("mesh", "fine"), ("load", "2")], &run),
            key_of("a", 2.0, &[("mesh", "fine"), ("load", "2")], &run),
            key_of("a", 1.0, &[("mesh", "fine"), ("load", "3")], &run),
            key_of("a", 1.0, &[("mesh", "fin"), ("load", "e2")], &run),
            key_of("a", 1.0, &[("mesh", "fine")], &run),
            key_of("a", 1.0, &[("mesh", "fine"), ("load", "2")], &program(&["solve", "{x}"])),
        ] {
            assert_ne!(key, other);
        }
        let zero = |x: f64| key_of("a", x, &[], &program(&["solve"]));
        assert_ne!(zero(0.0), zero(-0.0));
    }

    #[test]
    fn the_key_depends_on_the_program_but_not_on_limits() {
        let basic = program(&["solve"]);
        let key = |program: &Program| key_of("a", 1.0, &[], program);
        let more_time = Program { timeout_s: Some(9.0), grace_s: 1.0, ..basic.clone() };
        assert_eq!(key(&basic), key(&more_time));
        let variable = vec![("A".to_owned(), "B".to_owned())];
        for other in [
            Program { environment: variable, ..basic.clone() },
            Program { stdin: Some("a".into()), ..basic.clone() },
            Program { work_folder: Some("a".into()), ..basic.clone() },
            Program { value_regex: Some("a".into()), ..basic.clone() },
            Program { value_file: Some("a".into()), ..basic.clone() },
            Program { named_outputs: vec![ProgramOutput::parse("a=b").unwrap()], ..basic.clone() },
        ] {
            assert_ne!(key(&basic), key(&other));
        }
    }

    #[test]
    fn the_key_depends_on_the_content_of_templates() {
        let folder = tempfile::tempdir().unwrap();
        let mut solve = program(&["solve"]);
        let mut key = |source: &str, content: &str| {
            std::fs::write(folder.path().join("deck.tpl"), content).unwrap();
            let template = TemplateSource::parse(source).unwrap().resolved(folder.path());
            solve.templates = vec![template];
            let cases = CaseTable::demo();
            let files = InputFiles::read(&solve, &cases).unwrap();
            CaseKey::of_all(&cases, Some(&solve), &files)[0]
        };
        let first = key("deck.tpl", "x = {{ x }}");
        assert_eq!(first, key("deck.tpl", "x = {{ x }}"));
        assert_ne!(first, key("deck.tpl", "x = {{ x }}\n"));
        assert_ne!(first, key("deck.tpl:deck.inp", "x = {{ x }}"));
    }

    #[test]
    fn equivalent_paths_give_the_same_key() {
        let relative = |base: &str, texts: &[&str], stdin: &str| Program {
            base: base.into(),
            stdin: Some(stdin.into()),
            ..program(texts)
        };
        let key = |program: Program| key_of("a", 1.0, &[], &program);
        let one = key(relative("/study", &["./solve"], "in.txt"));
        assert_eq!(one, key(relative("/else", &["/study/solve"], "/study/in.txt")));
        assert_eq!(one, key(relative("/else/../study/.", &["./a/../solve"], "./in.txt")));
        assert_ne!(one, key(relative("/else", &["./solve"], "in.txt")));
        assert_eq!(
            key(relative("/study", &["solve"], "/in.txt")),
            key(relative("/else", &["solve"], "/in.txt")),
            "an executable without a path is searched in PATH"
        );
    }

    #[test]
    fn default_names_do_not_change_the_key() {
        let mut cases = CaseTable::default();
        for name in ["", "Case 7", "Case", "Case 7b", ""] {
            cases.push(name, 1.0, 1.0, &[]);
        }
        let keys = CaseKey::of_all(&cases, Some(&program(&["solve"])), &InputFiles::default());
        assert_eq!((keys[0], keys[0]), (keys[1], keys[4]));
        assert!(keys[0] != keys[2] && keys[0] != keys[3] && keys[2] != keys[3]);
        let keys =
            CaseKey::of_all(&cases, Some(&program(&["solve", "{name}"])), &InputFiles::default());
        assert_ne!(keys[0], keys[1], "unless the command contains the name");
    }
}
