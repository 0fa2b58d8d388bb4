//! Reads study files.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml::de::{DeTable, DeValue};

use super::case_tables::read_case_tables;
use super::input_bytes::read_file_bytes;
use super::option_tables::{read_plan, read_program, reject_program_keys};
use super::recipe_table::read_recipe;
use super::study::{CellText, OpenedStudy, Study};
use super::study_error::{BadLine, StudyError};
use super::table_keys::{read_table_key, reject_misplaced_keys};
use super::text_encoding::{decode, encoding_of};
use super::toml_reader::{TomlReader, TomlValue, describe};
use crate::study::import::file_kind::binary_kind;
use crate::study::import::imported_cases::{ImportError, ImportedCases};
use crate::study::import::table_options::{TableChoice, TableOptions};
use crate::study::import::table_reader::read_cases;
use crate::study::{Program, StudyOption, WorkloadName, parse_choice};
use crate::text::{KnownSeparators, quoted};

/// The only version of study files.
pub const VERSION: &str = "1";

/// Value of `decimal` in a study whose texts have numbers with a point and with a comma: those with
/// two readings stay problems.
pub const BOTH_SIGNS: &str = "both";

/// Top-level keys of a study file.
const KEYS: [&str; 11] = [
    "version",
    "workload",
    "plan",
    "generate",
    "case",
    "cases",
    "separator",
    "decimal",
    "encoding",
    "no-header",
    "sheet",
];

/// Reads a study file, and the table of cases that it may name.
pub fn read_study(path: &Path) -> Result<OpenedStudy, StudyError> {
    read_study_with(path, read_cases)
}

/// Reads a study file; calls `read_cases` for the table of cases that it may name, with what the
/// study says about reading it.
pub fn read_study_with(
    path: &Path,
    read_cases: impl FnOnce(&Path, &TableOptions) -> Result<ImportedCases, ImportError>,
) -> Result<OpenedStudy, StudyError> {
    parse_study(&read_text(path)?, path, read_cases)
}

/// Reads a study file as a draft, whose cells of numbers may hold texts.
pub fn read_draft_with(
    path: &Path,
    read_cases: impl FnOnce(&Path, &TableOptions) -> Result<ImportedCases, ImportError>,
) -> Result<OpenedStudy, StudyError> {
    parse_draft(&read_text(path)?, path, read_cases)
}

fn read_text(path: &Path) -> Result<String, StudyError> {
    let bytes = read_file_bytes(path).map_err(StudyError::Unreadable)?;
    decode(&bytes, encoding_of(&bytes)).map(Cow::into_owned).map_err(|error| {
        if let Some(kind) = binary_kind(&bytes) {
            let table = |_| "a workbook; if it is a table of cases, use --cases";
            let kind = kind.map_or_else(|kind| kind, table);
            return StudyError::Unreadable(format!("expected a study file, found {kind}"));
        }
        let breaks = error.before.matches('\n').count();
        let line = u32::try_from(breaks + 1).unwrap_or(u32::MAX);
        let message = format!("{}; save the study file in UTF-8", error.message);
        StudyError::Lines(vec![BadLine { line, message }], 1)
    })
}

/// Parses the text of the study file at `path`. Relative paths start from its folder.
pub fn parse_study(
    text: &str,
    path: &Path,
    read_cases: impl FnOnce(&Path, &TableOptions) -> Result<ImportedCases, ImportError>,
) -> Result<OpenedStudy, StudyError> {
    parse(text, path, TomlReader::new(text), read_cases)
}

/// Parses the text of a study file as a draft.
pub fn parse_draft(
    text: &str,
    path: &Path,
    read_cases: impl FnOnce(&Path, &TableOptions) -> Result<ImportedCases, ImportError>,
) -> Result<OpenedStudy, StudyError> {
    parse(text, path, TomlReader::of_draft(text), read_cases)
}

/// Parses the text of a draft and leaves out what has errors, which come with it. Nothing is
/// left of a text that is no TOML, or of another version.
pub fn recover_draft(text: &str, path: &Path) -> (Option<OpenedStudy>, Option<StudyError>) {
    let mut reader = TomlReader::of_draft(text);
    let parts = read_parts(text, path, &mut reader);
    let (texts, error) = reader.into_parts();
    match parts.map(|parts| parts.into_study(path, texts, read_cases)).transpose() {
        Ok(opened) => (opened, error),
        Err(cases) => (None, Some(error.unwrap_or(cases))),
    }
}

fn parse(
    text: &str,
    path: &Path,
    mut reader: TomlReader,
    read_cases: impl FnOnce(&Path, &TableOptions) -> Result<ImportedCases, ImportError>,
) -> Result<OpenedStudy, StudyError> {
    let parts = read_parts(text, path, &mut reader);
    let (texts, error) = reader.into_parts();
    error.map_or(Ok(()), Err)?;
    parts.unwrap_or_default().into_study(path, texts, read_cases)
}

/// What the text of a study holds, before the table of cases is read that it may name.
#[derive(Default)]
struct StudyParts {
    study: Study,
    source: CaseSource,
    table_options: TableOptions,
    option_lines: BTreeMap<String, u32>,
}

/// Reads a text; `None` if it is no TOML, or of another version.
fn read_parts(text: &str, path: &Path, reader: &mut TomlReader) -> Option<StudyParts> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let root = parse_toml(reader, text)?;
    if !is_version_supported(reader, &root) {
        return None;
    }
    let mut parts = StudyParts::default();
    parts.source = read_root(reader, &root, folder, (&mut parts.study, &mut parts.table_options));
    reject_misplaced_keys(reader, &root);
    let tables = ["workload", "plan"].map(|table| root.get(table)?.get_ref().as_table());
    for (key, _) in tables.into_iter().flatten().flatten() {
        let name = key.get_ref().to_string();
        let option = StudyOption::of_file_key(&name);
        let name = option.map_or(name, |option| option.key().to_owned());
        parts.option_lines.insert(name, reader.line(key.span()));
    }
    Some(parts)
}

impl StudyParts {
    /// Returns the study of the file at `path`, with its cases.
    fn into_study(
        self,
        path: &Path,
        texts: Vec<CellText>,
        read_cases: impl FnOnce(&Path, &TableOptions) -> Result<ImportedCases, ImportError>,
    ) -> Result<OpenedStudy, StudyError> {
        let Self { mut study, source, table_options, option_lines } = self;
        let (imported, cases_file) = match source {
            CaseSource::Demo => (ImportedCases::demo(), None),
            CaseSource::Listed(mut imported) => {
                if let Some(sign) = table_options.decimal {
                    imported.cases.separators = sign.separators();
                }
                (imported, Some(path.to_owned()))
            }
            CaseSource::File { name, line } => {
                let file = path.parent().unwrap_or(Path::new("")).join(name);
                match read_cases(&file, &table_options) {
                    Ok(imported) => (imported, Some(file)),
                    Err(error) => return Err(StudyError::Cases { line, file, error }),
                }
            }
        };
        study.cases = imported.cases;
        Ok(OpenedStudy { study, texts, source: imported.source, cases_file, option_lines })
    }
}

/// Where the cases of a study come from.
#[derive(Default)]
enum CaseSource {
    #[default]
    Demo,
    Listed(ImportedCases),
    /// A file that is named on this line.
    File {
        name: PathBuf,
        line: u32,
    },
}

fn parse_toml<'a>(reader: &mut TomlReader, text: &'a str) -> Option<DeTable<'a>> {
    let error = match DeTable::parse(text) {
        Ok(root) => return Some(root.into_inner()),
        Err(error) => error,
    };
    let place = error.span().unwrap_or_default();
    let message = match text.get(place.clone()).map(str::trim) {
        None | Some("") => error.message().to_owned(),
        Some(found) => format!("{}, found {}", error.message(), quoted(found)),
    };
    reader.reject(place, message);
    None
}

/// Checks the version. Nothing else is reported of an unknown version, where every
/// key may mean something else.
fn is_version_supported(reader: &mut TomlReader, root: &DeTable<'_>) -> bool {
    let Some(version) = root.get("version") else {
        reader.reject(0..0, format!("missing key version; add version = {VERSION}"));
        return false;
    };
    let is_supported = matches!(version.get_ref(), DeValue::Integer(number)
        if number.to_string() == VERSION);
    if !is_supported {
        let found = describe(version.get_ref());
        let message = format!("unsupported version {found}; expected version = {VERSION}");
        reader.reject(version.span(), message);
    }
    is_supported
}

/// Reads everything but the cases in another file into `study`.
fn read_root(
    reader: &mut TomlReader,
    root: &DeTable<'_>,
    folder: &Path,
    (study, table_options): (&mut Study, &mut TableOptions),
) -> CaseSource {
    let mut source = CaseSource::Demo;
    for (key, value) in root {
        match key.get_ref().as_ref() {
            "version" => {}
            "workload" => (study.workload, study.program) = read_workload(reader, value, folder),
            "plan" => study.plan = read_plan(reader, value),
            "generate" => study.recipe = read_recipe(reader, value).map(Arc::new),
            "case" => source = CaseSource::Listed(read_case_tables(reader, value)),
            "cases" => {
                let name = reader.text("cases", value).unwrap_or_default();
                let name = PathBuf::from(name.into_owned());
                source = CaseSource::File { name, line: reader.line(value.span()) };
            }
            "decimal" if has_both_signs(root) => {}
            name => match TableChoice::of_key(name) {
                Some(choice) => read_table_key(reader, choice, value, table_options),
                None => reader.reject_key(key, &KEYS),
            },
        }
    }
    if let CaseSource::Listed(imported) = &mut source
        && has_both_signs(root)
    {
        imported.cases.separators = KnownSeparators::both();
    }
    if let (Some(case), Some(cases)) = (root.get("case"), root.get("cases")) {
        let later = if case.span().start > cases.span().start { case } else { cases };
        reader.reject(later.span(), "found both [[case]] and cases; remove one".to_owned());
    }
    source
}

/// Whether numbers in the texts of `[[case]]` tables have either decimal sign.
fn has_both_signs(root: &DeTable<'_>) -> bool {
    let decimal = root.get("decimal").and_then(|value| value.get_ref().as_str());
    root.contains_key("case") && decimal == Some(BOTH_SIGNS)
}

fn read_workload(
    reader: &mut TomlReader,
    value: &TomlValue<'_>,
    folder: &Path,
) -> (WorkloadName, Option<Arc<Program>>) {
    let mut workload = WorkloadName::default();
    let Some(table) = reader.table("workload", value) else { return (workload, None) };
    if let Some(name) = table.get("name")
        && let Some(text) = reader.string("name", name)
    {
        match parse_choice(text) {
            Ok(choice) => workload = choice,
            Err(expected) => reader.reject_value("name", name, &expected),
        }
    }
    // The window keeps the program of a study while another workload is chosen. A table without
    // a name is more likely to lack it by mistake.
    let keeps_program = table.contains_key("name") && table.contains_key("command");
    if workload == WorkloadName::Command || keeps_program {
        let program = read_program(reader, table, value.span(), folder);
        return (workload, program.map(Arc::new));
    }
    reject_program_keys(reader, table);
    (workload, None)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use proptest::prelude::*;
    use tempfile::tempdir;

    use super::*;
    use crate::study::CaseDemand;
    use crate::study::cases::case_table::{CaseTable, Column};
    use crate::study::input_files::template_source::TemplateSource;
    use crate::study::plan::run_plan::Limits;
    use crate::study::plan::run_plan::{ClockChoice, Order, Plan, SeriesChoice, Strategy};
    use crate::study::program::external_program::{CommandLine, KeepOutput};
    use crate::study::program::program_output::ProgramOutput;
    use crate::study::{Method, RecipeText};

    fn parse(text: &str) -> Result<OpenedStudy, StudyError> {
        parse_study(text, Path::new("studies/a.caselanes"), |_, _| Ok(ImportedCases::demo()))
    }

    fn study(text: &str) -> Study {
        parse(&format!("version = 1\n{text}")).unwrap().study
    }

    /// Returns the errors of a text; line 1 is the version.
    fn error(text: &str) -> String {
        parse(&format!("version = 1\n{text}")).unwrap_err().to_string()
    }

    #[test]
    fn missing_parts_are_those_of_the_demo() {
        let opened = parse("version = 1").unwrap();
        assert_eq!((opened.study, opened.cases_file), (Study::default(), None));
        assert_eq!(study("[plan]\n[workload]\n"), Study::default());
    }

    #[test]
    fn every_option_of_the_plan_is_read() {
        let text = "[workload]\nname = 'wait'\n[plan]\nstrategy = 'series'\nworkers = 0x10\nbatch = 4\n\
                    order = 'longest'\nseed = 18446744073709551615\ntime-scale = 1_000\n\
                    series = 'measure'\nclock = 'virtual'\nlicences = 3\nretries = 2\n\
                    stop-after = 5\nmemory-floor = '1.5GiB'\nstart-every = 2\n\
                    cores-per-case = 4\noversubscribe = true\nmemory-per-case = 'peak'\n\
                    memory = '12G'\ntokens-per-case = 'tokens'\ntokens = 500\n";
        let column = |heading: &str| Some(CaseDemand::Column(heading.to_owned()));
        let expected = Plan {
            limits: Limits {
                licences: Some(3),
                retries: 2,
                stop_after: Some(5),
                memory_floor_bytes: Some(3 << 29),
                start_every_s: Some(2.0),
                cores_per_case: Some(CaseDemand::Amount(4)),
                oversubscribe: true,
                memory_per_case: column("peak"),
                memory_bytes: Some(12_000_000_000),
                tokens: Some(500),
                tokens_per_case: column("tokens"),
            },
            strategy: Strategy::Series,
            workers: Some(16),
            batch: Some(4),
            order: Order::Longest,
            seed: Some(u64::MAX),
            time_scale: 1000.0,
            series: SeriesChoice::Measure,
            clock: ClockChoice::Virtual,
        };
        let study = study(text);
        assert_eq!((study.workload, study.plan), (WorkloadName::Wait, expected));
    }

    #[test]
    fn cases_are_read_with_their_extra_columns_and_lines() {
        let text = "version = 1\n\n[[case]]\nx = 1\ny = -0.5\nmesh = 7\n\n[[case]]\n\
                    name = 'b'\ny = 2e3\n\"a note\" = true\nx = 0x10\nday = 2024-02-29\n";
        let opened = parse(text).unwrap();
        let cases = &opened.study.cases;
        let rows: Vec<_> = cases.iter().map(|case| (case.name, case.x, case.y)).collect();
        assert_eq!(rows, [("Case 1", 1.0, -0.5), ("b", 16.0, 2000.0)]);
        let extra: Vec<_> =
            cases.extra_columns().iter().map(|(h, c)| (h.as_str(), c.get(0), c.get(1))).collect();
        let expected = [("mesh", "7", ""), ("a note", "", "true"), ("day", "", "2024-02-29")];
        assert_eq!(extra, expected);
        assert_eq!(opened.source.place(1, Column::X).unwrap().to_string(), "line 8");
        assert_eq!(opened.cases_file.unwrap(), Path::new("studies/a.caselanes"));
    }

    #[test]
    fn a_list_of_cases_may_be_inline_or_empty() {
        assert_eq!(study("case = [{x = 1, y = 2}, {x = 3, y = 4}]").cases.len(), 2);
        assert_eq!(study("case = []").cases, CaseTable::default());
    }

    #[test]
    fn a_file_of_cases_below_a_case_is_an_error() {
        let text = |cases: &str| format!("[[case]]\nx = 1\ny = 2\n{cases}[[case]]\nx = 3\ny = 4\n");
        let found = error(&(text("") + "cases = 'b.csv'\n"));
        assert!(found.starts_with("line 8: cases: found it below [[case]], "), "{found}");
        let column = text("cases = 'a.csv'\n") + "cases = 'b.csv'\n";
        assert_eq!(study(&column).cases.extra_columns()[0].0, "cases", "a column of all cases");
        assert_eq!(study(&text("cases = 3\n")).cases.extra_columns()[0].0, "cases");
    }

    #[test]
    fn a_file_of_cases_is_read_from_the_folder_of_the_study() {
        let file = Path::new("studies/a.caselanes");
        let text = "version = 1\ncases = \"b.csv\"\n";
        let opened = parse_study(text, file, |path, _| {
            assert_eq!(path, Path::new("studies/b.csv"));
            Ok(ImportedCases::demo())
        });
        assert_eq!(opened.unwrap().cases_file.unwrap(), Path::new("studies/b.csv"));
    }

    #[test]
    fn keys_beside_a_file_of_cases_say_how_to_read_it() {
        let text = "version = 1\ncases = 'b.csv'\nsheet = 'Lift'\ndecimal = 'comma'\n\
                    no-header = true\nseparator = 'tab'\nencoding = 'latin1'\n";
        let opened = parse_study(text, Path::new("a.caselanes"), |_, options| {
            let mut expected = TableOptions { no_header: true, ..TableOptions::default() };
            for (choice, text) in [
                (TableChoice::Sheet, "Lift"),
                (TableChoice::Decimal, "comma"),
                (TableChoice::Separator, "tab"),
                (TableChoice::Encoding, "windows-1252"),
            ] {
                expected.set(choice, text).unwrap();
            }
            assert_eq!(*options, expected);
            Ok(ImportedCases::demo())
        });
        opened.unwrap();
        assert_eq!(
            error("cases = 'b.csv'\ndecimal = 'dot'\nno-header = 1\nsheet = 2\n"),
            "line 3: decimal: expected point or comma, found \"dot\"\n\
             line 4: no-header: expected true or false, found 1\n\
             line 5: sheet: expected a string, found 2"
        );
        assert_eq!(
            error("sheet = 'A'\n[[case]]\nx = 1\ny = 1\n"),
            "line 2: sheet: requires cases = \"FILE\""
        );
    }

    #[test]
    fn other_versions_are_rejected() {
        let error = |text| parse(text).unwrap_err().to_string();
        assert_eq!(error(""), "line 1: missing key version; add version = 1");
        assert_eq!(
            error("\nversion = 2\nnew = 1"),
            "line 2: unsupported version 2; expected version = 1"
        );
        assert_eq!(
            error("version = '1'"),
            "line 1: unsupported version \"1\"; expected version = 1"
        );
    }

    #[test]
    fn every_option_of_a_program_is_read() {
        let study = study(
            "[workload]\nname = 'command'\ncommand = ['solve', '--x={x}']\ntimeout = 60\n\
             grace = 2\nvalue-regex = 'end (.*)'\nvalue-file = 'out.txt'\n\
             values.lift = 'l=(.*)'\nvalues.drag = { file = 'd.txt', regex = 'd' }\nstdin = 'in.txt'\n\
             templates = ['deck.tpl', 'b:in/b']\n\
             env = { THREADS = '1' }\nwork-folder = '.'\nkeep-output = 'failed'\n\
             output-limit = 1000\nrefused-exit = 7\nrefused-text = 'no licence'\n",
        );
        let expected = Program {
            timeout_s: Some(60.0),
            grace_s: 2.0,
            value_regex: Some("end (.*)".to_owned()),
            value_file: Some("out.txt".into()),
            named_outputs: vec![
                ProgramOutput::new("lift", None, "l=(.*)").unwrap(),
                ProgramOutput::new("drag", Some("d.txt"), "d").unwrap(),
            ],
            stdin: Some("in.txt".into()),
            templates: ["deck.tpl", "b:in/b"]
                .map(|text| TemplateSource::parse(text).unwrap())
                .to_vec(),
            environment: vec![("THREADS".to_owned(), "1".to_owned())],
            work_folder: Some(".".into()),
            keep_output: KeepOutput::Failed,
            output_limit_bytes: Some(1000),
            refused_exit: Some(7),
            refused_text: Some("no licence".to_owned()),
            base: "studies".into(),
            ..Program::new(CommandLine::parse(&["solve", "--x={x}"]).unwrap())
        };
        assert_eq!(study.workload, WorkloadName::Command);
        assert_eq!(study.program.as_deref(), Some(&expected));
        assert_eq!(expected.resolve(Path::new("in.txt")), Path::new("studies/in.txt"));
    }

    #[test]
    fn bad_options_of_a_program_are_reported_with_their_line() {
        let command = |rest: &str| error(&format!("[workload]\nname = 'command'\n{rest}"));
        assert_eq!(
            command(""),
            "line 2: missing key command; add command = [\"program\", \"argument\"]"
        );
        assert_eq!(
            command("command = 'solve'"),
            "line 4: command: expected a list of strings, found \"solve\""
        );
        assert_eq!(
            command("command = ['solve', 3]"),
            "line 4: command: item 2 is a number, not a string"
        );
        assert!(
            command("command = ['a', '{']")
                .starts_with("line 4: command: argument 1 \"{\", character 1: ")
        );
        assert_eq!(
            command("command = ['a']\ntimeout = 0\nretries = 2\nkeep-output = 'some'"),
            "line 5: timeout: expected seconds above 0 and at most 1000000000, found 0\n\
             line 6: unknown key \"retries\"; expected one of name, command, timeout, grace, \
             value-regex, value-file, values, stdin, templates, env, work-folder, keep-output, \
             output-limit, \
             refused-exit, refused-text, on, slurm-partition, slurm-account, slurm-time, \
             slurm, slurm-licence\n\
             line 7: keep-output: expected one of all, failed, none, found \"some\""
        );
        assert_eq!(
            command("command = ['a']\nrefused-exit = 256\nrefused-text = ''\noutput-limit = '2X'"),
            "line 5: refused-exit: expected an exit status from 0 to 255, found 256\n\
             line 6: refused-text: expected a non-empty text, found \"\"\n\
             line 7: output-limit: expected a size above 0 such as 500M, 2G or 1.5GiB, found \"2X\""
        );
    }

    #[test]
    fn a_program_beside_another_workload_is_kept() {
        let text = "[workload]\nname = 'wait'\ncommand = ['a']\ntimeout = 3\n";
        let found = study(text);
        let timeout_s = Some(3.0);
        let program = Program { timeout_s, ..Program::new(CommandLine::parse(&["a"]).unwrap()) };
        let program = Program { base: "studies".into(), ..program };
        assert_eq!(
            (found.workload, found.program.as_deref()),
            (WorkloadName::Wait, Some(&program))
        );
        assert!(error(&text.replace('3', "0")).starts_with("line 5: timeout: expected seconds"));
        for (text, message) in [
            ("command = ['a']", "line 3: command: requires name = \"command\""),
            ("timeout = 3\nname = 'wait'", "line 3: timeout: requires name = \"command\""),
        ] {
            assert_eq!(error(&format!("[workload]\n{text}\n")), message);
        }
    }

    #[test]
    fn a_draft_may_lack_its_program() {
        let text = "version = 1\n[workload]\nname = 'command'\n";
        let draft = |text: &str| parse_draft(text, Path::new("a"), |_, _| unreachable!());
        let study = draft(text).unwrap().study;
        assert_eq!((study.workload, study.program), (WorkloadName::Command, None));
        assert!(draft(&format!("{text}timeout = 3\n")).is_err(), "it would be lost");
        assert!(parse(text).is_err());
    }

    #[test]
    fn what_has_no_errors_is_recovered() {
        let text = "version = 1\n[workload]\nname = 'wait'\ntimeout = 3\n[plan]\nworkers = 0\n\
                    seed = 5\n[[case]]\nx = 7\ny = 'q'\n";
        let (opened, error) = recover_draft(text, Path::new("a"));
        let opened = opened.unwrap();
        assert_eq!((opened.study.workload, opened.study.plan.seed), (WorkloadName::Wait, Some(5)));
        assert_eq!((opened.study.cases.case(0).x, opened.texts.len()), (7.0, 1));
        let error = error.unwrap().to_string();
        assert!(error.starts_with("line 4: timeout: ") && error.lines().count() == 2, "{error}");
        for text in ["version = 2\n", "version = "] {
            let (opened, error) = recover_draft(text, Path::new("a"));
            assert!(opened.is_none() && error.is_some(), "{text}");
        }
    }

    #[test]
    fn outputs_are_read_in_the_order_of_the_file() {
        let study = study(
            "[workload]\nname = 'command'\ncommand = ['a']\n[workload.values]\nz = 'z'\n\
             b = { regex = 'b', file = 'out/b.txt' }\na = 'a=b'\n",
        );
        let texts: Vec<_> =
            study.program.unwrap().outputs().iter().map(ProgramOutput::text).collect();
        assert_eq!(texts, ["z=z", "b@out/b.txt=b", "a=a=b"]);
    }

    #[test]
    fn bad_outputs_are_reported_with_their_line() {
        let values = |rest: &str| {
            error(&format!(
                "[workload]\nname = 'command'\ncommand = ['a']\n[workload.values]\n{rest}"
            ))
        };
        assert_eq!(
            values(
                "a = '('\nb = 3\nc = { regexp = 'c' }\nd = { file = '../d', regex = 'd' }\nx = 'x'"
            ),
            "line 6: values: output a: expected a regular expression (unclosed group), found \"(\"\n\
             line 7: b: expected a string or { file = …, regex = … }, found 3\n\
             line 8: unknown key \"regexp\"; expected one of file, regex\n\
             line 8: c: missing key regex\n\
             line 9: values: expected a file in the folder of the case, as a relative path without \
             .. and =, found \"../d\"\n\
             line 10: values: output x: case tables have a column of this name; choose another"
        );
        assert!(values("'a b' = 'x'").starts_with("line 6: values: expected a name of letters"));
        assert!(
            error("[workload]\nname = 'wait'\nvalues.a = 'x'")
                .starts_with("line 4: values: requires")
        );
    }

    #[test]
    fn unknown_keys_are_reported_with_their_line() {
        assert_eq!(
            error("[plan]\nworker = 3\n[workload]\nnam = 1\n[limits]\n"),
            "line 3: unknown key \"worker\"; expected one of strategy, workers, batch, order, \
             seed, time-scale, series, clock, licences, retries, stop-after, memory-floor, \
             start-every, cores-per-case, oversubscribe, memory-per-case, memory, \
             tokens-per-case, tokens\n\
             line 5: unknown key \"nam\"; expected name\n\
             line 6: unknown key \"limits\"; expected one of version, workload, plan, generate, case, \
             cases, separator, decimal, encoding, no-header, sheet"
        );
    }

    #[test]
    fn a_recipe_is_read_and_its_errors_have_their_line() {
        let text = "[generate]\nmethod = 'sobol'\nrows = 64\nseed = 0x10\nname = '{b c}'\n\
                    [generate.columns]\nx = '0..1'\n'b c' = '=x*2'\n";
        let expected = RecipeText {
            method: Method::Sobol,
            rows: 64,
            seed: 16,
            columns: vec![("x".into(), "0..1".into()), ("b c".into(), "=x*2".into())],
            name: "{b c}".to_owned(),
        };
        assert_eq!(study(text).recipe.as_deref(), Some(&expected));
        assert_eq!(
            error("[generate]\nmetod = 'grid'\nmethod = 'cube'\nrows = -1\ncolumns = { x = 1 }\n"),
            "line 3: unknown key \"metod\"; expected one of method, rows, seed, name, columns\n\
             line 4: method: expected one of grid, zip, random, latin-hypercube, sobol, found \
             \"cube\"\n\
             line 5: rows: expected a whole number from 0 on, found -1\n\
             line 6: columns: expected a string, found 1"
        );
        assert_eq!(
            error("[generate.columns]\nx = '1..3'\ny = '3..1'\n"),
            "line 4: generate: \"y=3..1\": expected the lower end first; write 1..3"
        );
        assert!(
            error("[generate]\n").starts_with("line 2: generate: expected at least one column")
        );
    }

    #[test]
    fn errors_name_the_key_the_expected_and_the_found_value() {
        for (text, message) in [
            ("workers = 0", "workers: expected a whole number from 1 to 256, found 0"),
            ("workers = 2.5", "workers: expected a whole number from 1 to 256, found 2.5"),
            ("workers = '3'", "workers: expected a whole number from 1 to 256, found \"3\""),
            ("workers = []", "workers: expected a whole number from 1 to 256, found a list"),
            ("time-scale = 0", "time-scale: expected a number above 0 and at most 1000, found 0"),
            (
                "time-scale = nan",
                "time-scale: expected a number above 0 and at most 1000, found nan",
            ),
            ("seed = -1", "seed: expected a whole number from 0 to 18446744073709551615, found -1"),
            (
                "order = 'up'",
                "order: expected one of listed, longest, shortest, shuffled, found \"up\"",
            ),
            ("clock = 3", "clock: expected a string, found 3"),
            ("licences = 0", "licences: expected a whole number from 1 to 4294967295, found 0"),
            ("retries = -1", "retries: expected a whole number from 0 to 1000, found -1"),
            (
                "memory-floor = 1.5",
                "memory-floor: expected a size above 0 such as 500M, 2G or 1.5GiB, found 1.5",
            ),
            ("series = {}", "series: expected a string, found a table"),
        ] {
            assert_eq!(error(&format!("[plan]\n{text}\n")), format!("line 3: {message}"));
        }
        assert_eq!(
            error("workload = 'wait'"),
            "line 2: workload: expected a table, found \"wait\""
        );
        assert_eq!(
            error("[workload]\nname = 'fast'"),
            "line 3: name: expected one of demo, wait, crunch, factorials, crash-test, power, \
             random, command, found \"fast\""
        );
    }

    #[test]
    fn bad_cases_are_reported_with_their_line() {
        assert_eq!(
            error("[[case]]\nx = 1\n[[case]]\nx = 'a'\ny = inf\nX = 2\nname = [1]\n"),
            "line 2: the case lacks y; add y = NUMBER\n\
             line 5: expected a number for x, found \"a\"\n\
             line 6: expected a finite number for y, found \"inf\"\n\
             line 7: expected the key name, x or y, found \"X\"\n\
             line 8: name: expected a string, found a list"
        );
        assert_eq!(
            error("[case]\nx = 1"),
            "line 2: case: expected [[case]] above each case, found a table"
        );
        assert_eq!(error("case = [1]"), "line 2: case: expected a table, found 1");
        assert!(
            error("cases = 'a.csv'\n[[case]]\nx = 1\ny = 1\n")
                .starts_with("line 3: found both [[case]] and cases; remove one")
        );
        let many = error(&"[[case]]\nx = 1\n".repeat(25));
        assert!(many.lines().count() == 21 && many.ends_with("and 5 more"), "{many}");
    }

    #[test]
    fn toml_syntax_errors_are_reported_with_their_line() {
        for (text, line) in [
            ("[plan\n", "line 2: "),
            ("a = 1\n[plan]\nworkers = \n", "line 4: "),
            ("[plan]\nseed = 1\nseed = 2\n", "line 4: duplicate key, found \"seed\""),
            ("[plan]\n[workload]\n[plan]\n", "line 4: duplicate key"),
            ("name,x,y\r\n", "line 2: "),
        ] {
            assert!(error(text).starts_with(line), "{text:?}: {}", error(text));
        }
    }

    proptest! {
        #[test]
        fn no_text_causes_a_panic(
            text in "(version = 1\n)?(\\[\\[case\\]\\]|\\[plan\\]|x|y|case|cases| = |[\"'\n.01\\[\\]{},a]){0,40}",
            any: String,
        ) {
            parse(&text).ok();
            parse(&any).ok();
        }

        #[test]
        fn no_bytes_and_no_damaged_study_cause_a_panic(
            any: Vec<u8>,
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        ) {
            let folder = tempdir().unwrap();
            let file = folder.path().join("a.caselanes");
            let mut damaged = include_bytes!("../../../assets/samples/mesh.caselanes").to_vec();
            for (at, byte) in changes {
                let at = at.index(damaged.len());
                damaged[at] = byte;
            }
            for bytes in [any, damaged] {
                fs::write(&file, bytes).unwrap();
                read_study(&file).ok();
            }
        }
    }

    #[test]
    fn an_unreadable_file_of_cases_is_reported_with_the_line_that_names_it() {
        let folder = tempdir().unwrap();
        let (file, cases) = (folder.path().join("a.caselanes"), folder.path().join("a.csv"));
        fs::write(&file, "version = 1\ncases = \"a.csv\"\n").unwrap();
        let missing = read_study(&file).unwrap_err();
        let message = format!("{}, line 2: no such file: {}", file.display(), cases.display());
        assert_eq!(missing.describe(&file), message);
        fs::write(&cases, "name,x,y\na,2,b\n").unwrap();
        let bad = read_study(&file).unwrap_err().describe(&file);
        assert!(bad.starts_with(&format!("{}, line 2, column 3: ", cases.display())), "{bad}");
        fs::write(&cases, "name,x,y\na,2,3\n").unwrap();
        let opened = read_study(&file).unwrap();
        assert_eq!((opened.study.cases.len(), opened.cases_file), (1, Some(cases)));
    }

    #[test]
    fn unreadable_study_files_are_reported() {
        let folder = tempdir().unwrap();
        let file = folder.path().join("a.caselanes");
        let error = |path: &Path| read_study(path).unwrap_err().describe(path);
        assert_eq!(error(&file), format!("no such file: {}", file.display()));
        let message = format!("expected a file, found a folder: {}", folder.path().display());
        assert_eq!(error(folder.path()), message);
        let error = |path: &Path| read_study(path).unwrap_err().to_string();
        fs::write(&file, b"version = 1\n# caf\xe9").unwrap();
        assert!(error(&file).starts_with("line 2: expected UTF-8 text, found the byte 0xE9"));
        fs::write(&file, b"\x7fELF\x02\0").unwrap();
        assert!(error(&file).starts_with("line 1: expected text, found a zero byte"));
        fs::write(&file, b"%PDF-1.7\n\xFF").unwrap();
        assert_eq!(error(&file), "expected a study file, found a PDF document");
        fs::write(&file, b"\xEF\xBB\xBFversion = 1\r\n").unwrap();
        assert_eq!(read_study(&file).unwrap().study, Study::default());
    }
}
