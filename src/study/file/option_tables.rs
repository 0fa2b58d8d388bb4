//! The options in the `[workload]` and `[plan]` tables of a study file.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::ops::Range;
use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::toml_reader::{TomlKey, TomlReader, TomlValue, decimal_text, type_name};
use crate::study::program::program_output::ProgramOutput;
use crate::study::{CommandLine, Plan, Program, StudyOption, ValueKind};

pub fn read_plan(reader: &mut TomlReader, value: &TomlValue<'_>) -> Plan {
    let mut plan = Plan::default();
    let known: Vec<_> = StudyOption::of_plan().map(StudyOption::file_key).collect();
    for (key, value) in reader.table("plan", value).into_iter().flatten() {
        match option_of(&known, key) {
            None => reader.reject_key(key, &known),
            Some(option) => {
                set_option(reader, option, value, |text| option.set_in_plan(&mut plan, Some(text)));
            }
        }
    }
    plan
}

/// Reads the program from the `[workload]` table at `place`. Its relative paths start from
/// `folder`. A draft may lack it.
pub fn read_program(
    reader: &mut TomlReader,
    table: &DeTable<'_>,
    place: Range<usize>,
    folder: &Path,
) -> Option<Program> {
    let Some(command) = table.get("command") else {
        if reader.is_draft() && table.keys().all(|key| key.get_ref() == "name") {
            return None;
        }
        let message = "missing key command; add command = [\"program\", \"argument\"]";
        reader.reject(place, message.to_owned());
        return None;
    };
    let mut program = Program::new(read_command(reader, command)?);
    folder.clone_into(&mut program.base);
    let known = program_keys();
    for (key, value) in table {
        match option_of(&known, key) {
            None if matches!(key.get_ref().as_ref(), "name" | "command") => {}
            None => reader.reject_key(key, &[&["name"], &known[..]].concat()),
            Some(option) => set_option(reader, option, value, |text| {
                option.set_in_program(&mut program, Some(text))
            }),
        }
    }
    Some(program)
}

/// Rejects the keys of a program in a table without one.
pub fn reject_program_keys(reader: &mut TomlReader, table: &DeTable<'_>) {
    for (key, _) in table {
        match key.get_ref().as_ref() {
            "name" => {}
            name if program_keys().contains(&name) => {
                reader.reject(key.span(), format!("{name}: requires name = \"command\""));
            }
            _ => reader.reject_key(key, &["name"]),
        }
    }
}

/// Returns the keys of the workload `command` besides its name.
fn program_keys() -> Vec<&'static str> {
    std::iter::once("command").chain(StudyOption::of_program().map(StudyOption::file_key)).collect()
}

/// Returns the option with this key if it is among the known keys.
fn option_of(known: &[&str], key: &TomlKey<'_>) -> Option<StudyOption> {
    let key = key.get_ref().as_ref();
    StudyOption::of_file_key(key).filter(|_| known.contains(&key))
}

fn read_command(reader: &mut TomlReader, value: &TomlValue<'_>) -> Option<CommandLine> {
    let words = strings(reader, "command", value)?.iter();
    let words: Vec<_> = words.filter_map(|word| word.get_ref().as_str()).collect();
    CommandLine::parse(&words)
        .map_err(|message| reader.reject(value.span(), format!("command: {message}")))
        .ok()
}

/// Passes a value of the option's type to `set` as text.
fn set_option(
    reader: &mut TomlReader,
    option: StudyOption,
    value: &TomlValue<'_>,
    mut set: impl FnMut(&OsStr) -> Result<(), String>,
) {
    let key = option.file_key();
    let text = match (option.spec().kind, value.get_ref()) {
        (ValueKind::Variables, _) => return set_variables(reader, key, value, set),
        (ValueKind::Outputs, _) => return set_outputs(reader, key, value, set),
        (ValueKind::Templates | ValueKind::Texts, _) => return set_list(reader, key, value, set),
        (ValueKind::Flag, DeValue::Boolean(is_on)) => is_on.to_string().into(),
        (ValueKind::Size | ValueKind::Demand, DeValue::String(text)) => Cow::Borrowed(&**text),
        // Other types are read as an empty text, which the parser rejects.
        (ValueKind::Number | ValueKind::Size | ValueKind::Demand | ValueKind::Flag, found) => {
            decimal_text(found).unwrap_or_default()
        }
        _ => match reader.string(key, value) {
            Some(text) => Cow::Borrowed(text),
            None => return,
        },
    };
    if let Err(expected) = set(OsStr::new(&*text)) {
        reader.reject_value(key, value, &expected);
    }
}

/// Passes the outputs of a table to `set`, each as `NAME=REGEX` or `NAME@FILE=REGEX`.
fn set_outputs(
    reader: &mut TomlReader,
    key: &str,
    value: &TomlValue<'_>,
    mut set: impl FnMut(&OsStr) -> Result<(), String>,
) {
    for (name, value) in reader.table(key, value).into_iter().flatten() {
        let Some((file, regex)) = read_output(reader, name, value) else { continue };
        let output = ProgramOutput::new(name.get_ref(), file, regex);
        if let Err(error) = output.and_then(|output| set(OsStr::new(&output.text()))) {
            reader.reject(value.span(), format!("{key}: {error}"));
        }
    }
}

/// Returns file and regular expression of an output: a string, or a table of both.
fn read_output<'v>(
    reader: &mut TomlReader,
    name: &TomlKey<'_>,
    value: &'v TomlValue<'_>,
) -> Option<(Option<&'v str>, &'v str)> {
    let name_text = name.get_ref().as_ref();
    let Some(table) = value.get_ref().as_table() else {
        if value.get_ref().as_str().is_none() {
            reader.reject_value(name_text, value, "expected a string or { file = …, regex = … }");
        }
        return Some((None, value.get_ref().as_str()?));
    };
    let (mut file, mut regex) = (None, None);
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "file" => file = Some(reader.string("file", value)?),
            "regex" => regex = Some(reader.string("regex", value)?),
            _ => reader.reject_key(key, &["file", "regex"]),
        }
    }
    if regex.is_none() {
        reader.reject(value.span(), format!("{name_text}: missing key regex"));
    }
    Some((file, regex?))
}

/// Passes the texts of a list to `set`.
fn set_list(
    reader: &mut TomlReader,
    key: &str,
    value: &TomlValue<'_>,
    mut set: impl FnMut(&OsStr) -> Result<(), String>,
) {
    for item in strings(reader, key, value).into_iter().flatten() {
        if let Err(expected) = set(OsStr::new(item.get_ref().as_str().unwrap_or_default())) {
            reader.reject_value(key, item, &expected);
        }
    }
}

/// Returns the items of a list of strings.
fn strings<'v, 'a>(
    reader: &mut TomlReader,
    key: &str,
    value: &'v TomlValue<'a>,
) -> Option<&'v [TomlValue<'a>]> {
    let Some(items) = value.get_ref().as_array() else {
        reader.reject_value(key, value, "expected a list of strings");
        return None;
    };
    for (number, item) in (1..).zip(items.iter()) {
        if item.get_ref().as_str().is_none() {
            let found = type_name(item.get_ref());
            reader.reject(item.span(), format!("{key}: item {number} is {found}, not a string"));
            return None;
        }
    }
    Some(items)
}

/// Passes the variables of a table to `set`, each as `NAME=VALUE`.
fn set_variables(
    reader: &mut TomlReader,
    key: &str,
    value: &TomlValue<'_>,
    mut set: impl FnMut(&OsStr) -> Result<(), String>,
) {
    for (name, value) in reader.table(key, value).into_iter().flatten() {
        let name_text = name.get_ref().as_ref();
        let Some(text) = reader.string(name_text, value) else { continue };
        if name_text.contains('=') {
            reader.reject(name.span(), format!("{key}: {name_text:?} must not contain ="));
        } else if let Err(expected) = set(OsStr::new(&format!("{name_text}={text}"))) {
            reader.reject(name.span(), format!("{key}: {expected}"));
        }
    }
}
