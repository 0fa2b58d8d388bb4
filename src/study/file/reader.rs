//! From the text of a study file to the study, or a list of the lines that are
//! wrong.

use std::borrow::Cow;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use strum::VariantArray;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::study::{OpenedStudy, Study};
use super::study_error::{BadLine, LineIndex, StudyError};
use crate::study::cases::import::{ImportError, ImportedCases, MAX_REPORTED};
use crate::study::plan::plan_value::{
    parse_batch, parse_licences, parse_retries, parse_seed, parse_stop_after, parse_time_scale,
    parse_workers,
};
use crate::study::plan::run_plan::{Plan, WorkloadName, parse_name};
use crate::study::program::external_program::{
    CommandLine, Program, parse_grace, parse_refused_exit, parse_refused_text, parse_regex,
    parse_timeout, parse_variable,
};
use crate::text::parse_size;
use crate::text::quoted;

/// The one version of the study file that there is.
pub const VERSION: &str = "1";

/// Reads the study in a text. `file` is where the text came from: the CSV file
/// that it may name is looked for beside it, and read by `read_cases`.
pub fn parse_study(
    text: &str,
    file: &Path,
    read_cases: impl FnOnce(&Path) -> Result<ImportedCases, ImportError>,
) -> Result<OpenedStudy, StudyError> {
    let folder = file.parent().unwrap_or(Path::new("")).to_owned();
    let mut reader = StudyReader { lines: LineIndex::of(text), bad: Vec::new(), folder };
    let root = match DeTable::parse(text) {
        Ok(root) => root.into_inner(),
        Err(error) => {
            let place = error.span().unwrap_or_default();
            let message = match text.get(place.clone()).map(str::trim) {
                None | Some("") => error.message().to_owned(),
                Some(found) => format!("{}, found {}", error.message(), quoted(found)),
            };
            reader.note(place, message);
            return Err(reader.error());
        }
    };
    if !reader.version_is_known(&root) {
        return Err(reader.error());
    }
    let (study, cases) = reader.read(&root);
    if !reader.bad.is_empty() {
        return Err(reader.error());
    }
    match cases {
        CaseSource::Demo => Ok(opened(study, ImportedCases::demo(), None)),
        CaseSource::Listed(imported) => Ok(opened(study, imported, Some(file))),
        CaseSource::In(name, line) => {
            let file = file.parent().unwrap_or(Path::new("")).join(name);
            match read_cases(&file) {
                Ok(imported) => Ok(opened(study, imported, Some(&file))),
                Err(error) => Err(StudyError::Cases { line, file, error }),
            }
        }
    }
}

fn opened(study: Study, imported: ImportedCases, file: Option<&Path>) -> OpenedStudy {
    let ImportedCases { cases, source } = imported;
    OpenedStudy { study: Study { cases, ..study }, source, cases_file: file.map(Path::to_owned) }
}

/// What the workload `command` has besides its name.
const PROGRAM: [&str; 12] = [
    "command",
    "timeout",
    "grace",
    "value-regex",
    "value-file",
    "stdin",
    "env",
    "work-folder",
    "keep-output",
    "output-limit",
    "refused-exit",
    "refused-text",
];

/// Where the cases of a study are.
enum CaseSource {
    Demo,
    Listed(ImportedCases),
    /// In the file of this name, which stands on this line.
    In(String, u32),
}

type Key<'a> = Spanned<DeString<'a>>;
type LineValue<'a> = Spanned<DeValue<'a>>;

/// Reads on after a bad line, to find them all.
pub struct StudyReader {
    lines: LineIndex,
    bad: Vec<BadLine>,
    /// The folder of the study file.
    folder: PathBuf,
}

impl StudyReader {
    /// Another version may mean anything: nothing else is said about it.
    fn version_is_known(&mut self, root: &DeTable<'_>) -> bool {
        let Some(version) = root.get("version") else {
            self.note(0..0, format!("expected version = {VERSION}, found no version"));
            return false;
        };
        let known = matches!(version.get_ref(), DeValue::Integer(number)
            if number.to_string() == VERSION);
        if !known {
            let found = shown(version.get_ref());
            self.note(version.span(), format!("expected version = {VERSION}, found {found}"));
        }
        known
    }

    fn read(&mut self, root: &DeTable<'_>) -> (Study, CaseSource) {
        let mut study = Study::default();
        let mut cases = CaseSource::Demo;
        for (key, value) in root {
            match key.get_ref().as_ref() {
                "version" => {}
                "workload" => (study.workload, study.program) = self.workload(value),
                "plan" => study.plan = self.plan(value),
                "case" => cases = CaseSource::Listed(self.cases(value)),
                "cases" => {
                    let name = self.text("cases", value).unwrap_or_default();
                    cases = CaseSource::In(name.into_owned(), self.line(value.span()));
                }
                _ => self.unknown(key, "version, workload, plan, case, cases"),
            }
        }
        if let (Some(case), Some(cases)) = (root.get("case"), root.get("cases")) {
            let later = if case.span().start > cases.span().start { case } else { cases };
            self.note(later.span(), "expected either [[case]] or cases, found both".to_owned());
        }
        (study, cases)
    }

    fn workload(&mut self, value: &LineValue<'_>) -> (WorkloadName, Option<Arc<Program>>) {
        let mut workload = WorkloadName::default();
        let Some(table) = self.table("[workload]", value) else { return (workload, None) };
        if let Some(name) = table.get("name") {
            self.choice("workload", name, &mut workload);
        }
        if workload == WorkloadName::Command {
            return (workload, self.program(table, value.span()).map(Arc::new));
        }
        for (key, _) in table {
            match key.get_ref().as_ref() {
                "name" => {}
                name if PROGRAM.contains(&name) => {
                    let message = format!("{name} is for the workload command alone");
                    self.note(key.span(), message);
                }
                _ => self.unknown(key, "name"),
            }
        }
        (workload, None)
    }

    /// Reads the program of the workload `command`.
    fn program(&mut self, table: &DeTable<'_>, place: Range<usize>) -> Option<Program> {
        let Some(command) = table.get("command") else {
            let message = "expected command = [\"program\", \"argument\"], found none";
            self.note(place, message.to_owned());
            return None;
        };
        let mut program = Program::new(self.command(command)?);
        program.base.clone_from(&self.folder);
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            match name {
                "name" | "command" => {}
                "timeout" => program.timeout_s = self.number(name, value, parse_timeout),
                "grace" => {
                    let grace_s = self.number(name, value, parse_grace);
                    program.grace_s = grace_s.unwrap_or(program.grace_s);
                }
                "value-regex" => program.value_regex = self.parsed(name, value, parse_regex),
                "value-file" => program.value_file = self.path(name, value),
                "stdin" => program.stdin = self.path(name, value),
                "env" => program.environment = self.environment(value),
                "work-folder" => program.work_folder = self.path(name, value),
                "keep-output" => self.choice("output to be kept", value, &mut program.keep_output),
                "output-limit" => program.output_limit_bytes = self.size(name, value),
                "refused-exit" => {
                    program.refused_exit = self.number(name, value, parse_refused_exit);
                }
                "refused-text" => {
                    program.refused_text = self.parsed(name, value, parse_refused_text);
                }
                _ => self.unknown(key, &format!("name, {}", PROGRAM.join(", "))),
            }
        }
        Some(program)
    }

    fn command(&mut self, value: &LineValue<'_>) -> Option<CommandLine> {
        let texts = value.get_ref().as_array().and_then(|list| {
            list.iter().map(|text| text.get_ref().as_str()).collect::<Option<Vec<_>>>()
        });
        let Some(texts) = texts else {
            let expected = "expected a list of texts for command";
            let found = shown(value.get_ref());
            self.note(value.span(), format!("{expected}, found {found}"));
            return None;
        };
        CommandLine::parse(&texts).map_err(|message| self.note(value.span(), message)).ok()
    }

    fn environment(&mut self, value: &LineValue<'_>) -> Vec<(String, String)> {
        let mut environment = Vec::new();
        for (key, value) in self.table("env", value).into_iter().flatten() {
            let name = key.get_ref().as_ref();
            let Some(text) = self.plain(name, value) else { continue };
            match parse_variable(&format!("{name}={text}")) {
                Ok((as_read, _)) if as_read != name => {
                    self.note(key.span(), format!("expected a name without =, found {name:?}"));
                }
                Ok(variable) => environment.push(variable),
                Err(message) => self.note(key.span(), message),
            }
        }
        environment
    }

    fn path(&mut self, what: &str, value: &LineValue<'_>) -> Option<PathBuf> {
        self.plain(what, value).map(PathBuf::from)
    }

    /// The text of a value that has to be one.
    fn plain(&mut self, what: &str, value: &LineValue<'_>) -> Option<String> {
        let text = value.get_ref().as_str().map(str::to_owned);
        if text.is_none() {
            let found = shown(value.get_ref());
            self.note(value.span(), format!("expected a text for {what}, found {found}"));
        }
        text
    }

    /// A text that is read further.
    fn parsed<T>(
        &mut self,
        what: &str,
        value: &LineValue<'_>,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let text = self.plain(what, value)?;
        parse(&text).map_err(|message| self.note(value.span(), format!("{what}: {message}"))).ok()
    }

    fn plan(&mut self, value: &LineValue<'_>) -> Plan {
        let mut plan = Plan::default();
        for (key, value) in self.table("[plan]", value).into_iter().flatten() {
            let name = key.get_ref().as_ref();
            match name {
                "strategy" => self.choice(name, value, &mut plan.strategy),
                "workers" => plan.workers = self.number(name, value, parse_workers),
                "batch" => plan.batch = self.number(name, value, parse_batch),
                "order" => self.choice(name, value, &mut plan.order),
                "seed" => plan.seed = self.number(name, value, parse_seed),
                "time-scale" => {
                    let scale = self.number(name, value, parse_time_scale);
                    plan.time_scale = scale.unwrap_or(plan.time_scale);
                }
                "series" => self.choice(name, value, &mut plan.series),
                "clock" => self.choice(name, value, &mut plan.clock),
                "licences" => plan.limits.licences = self.number(name, value, parse_licences),
                "retries" => {
                    let retries = self.number(name, value, parse_retries);
                    plan.limits.retries = retries.unwrap_or(plan.limits.retries);
                }
                "stop-after" => {
                    plan.limits.stop_after = self.number(name, value, parse_stop_after);
                }
                "memory-floor" => plan.limits.memory_floor_bytes = self.size(name, value),
                _ => {
                    let known = "strategy, workers, batch, order, seed, time-scale, series, \
                                 clock, licences, retries, stop-after, memory-floor";
                    self.unknown(key, known);
                }
            }
        }
        plan
    }

    /// Puts the choice of this name into its place.
    fn choice<T>(&mut self, what: &str, value: &LineValue<'_>, place: &mut T)
    where
        T: VariantArray + Copy + Into<&'static str> + std::str::FromStr,
    {
        let Some(name) = self.text(what, value) else { return };
        match parse_name(what, &name) {
            Ok(choice) => *place = choice,
            Err(message) => self.note(value.span(), message),
        }
    }

    fn number<T>(
        &mut self,
        what: &str,
        value: &LineValue<'_>,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        // What is no number is read as nothing, to be told what was expected.
        let text = number_text(value.get_ref()).unwrap_or_default();
        parse(&text)
            .map_err(|expected| {
                let found = shown(value.get_ref());
                self.note(value.span(), format!("{expected} for {what}, found {found}"));
            })
            .ok()
    }

    /// A size: a text such as "2G", or a number of bytes.
    fn size(&mut self, what: &str, value: &LineValue<'_>) -> Option<u64> {
        match value.get_ref() {
            DeValue::String(text) => parse_size(text)
                .map_err(|expected| {
                    let found = shown(value.get_ref());
                    self.note(value.span(), format!("{expected} for {what}, found {found}"));
                })
                .ok(),
            _ => self.number(what, value, parse_size),
        }
    }

    /// The text of a plain value, as it was written.
    pub fn text<'v>(&mut self, what: &str, value: &'v LineValue<'_>) -> Option<Cow<'v, str>> {
        match value.get_ref() {
            DeValue::String(text) => Some(Cow::Borrowed(text)),
            DeValue::Array(_) | DeValue::Table(_) => {
                let found = shown(value.get_ref());
                self.note(value.span(), format!("expected a text for {what}, found {found}"));
                None
            }
            plain => Some(Cow::Owned(shown(plain))),
        }
    }

    /// The keys and values of a table.
    pub fn table<'v, 'a>(
        &mut self,
        what: &str,
        value: &'v LineValue<'a>,
    ) -> Option<&'v DeTable<'a>> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            let found = shown(value.get_ref());
            self.note(value.span(), format!("expected the table {what}, found {found}"));
        }
        table
    }

    fn unknown(&mut self, key: &Key<'_>, known: &str) {
        let key_text = quoted(key.get_ref());
        self.note(key.span(), format!("unknown key {key_text}; known are {known}"));
    }

    /// The line that a place in the text starts on.
    pub fn line(&self, place: Range<usize>) -> u32 {
        self.lines.line(place.start)
    }

    /// Notes what is wrong with a place in the text.
    pub fn note(&mut self, place: Range<usize>, message: String) {
        let line = self.line(place);
        self.bad.push(BadLine { line, message });
    }

    fn error(mut self) -> StudyError {
        let count = self.bad.len();
        self.bad.sort_by_key(|bad| bad.line);
        self.bad.truncate(MAX_REPORTED);
        StudyError::Lines(self.bad, count)
    }
}

/// A value for an error message, or as the text of a further column.
pub fn shown(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => quoted(text),
        DeValue::Integer(number) => number.to_string(),
        DeValue::Float(number) => number.to_string(),
        DeValue::Boolean(value) => value.to_string(),
        DeValue::Datetime(time) => time.to_string(),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
    }
}

/// The decimal text of a number, so that numbers are read from texts as
/// everywhere, and whole ones of any size.
pub fn number_text<'v>(value: &'v DeValue<'_>) -> Option<Cow<'v, str>> {
    match value {
        DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str().into()),
        DeValue::Integer(number) => {
            let decimal = u64::from_str_radix(number.as_str(), number.radix());
            Some(decimal.map_or_else(|_| number.to_string(), |n| n.to_string()).into())
        }
        DeValue::Float(number) => Some(number.as_str().into()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::study::cases::case_table::{CaseTable, Column};
    use crate::study::plan::limits::Limits;
    use crate::study::plan::run_plan::{ClockChoice, Order, SeriesChoice, Strategy};
    use crate::study::program::external_program::KeepOutput;

    fn parse(text: &str) -> Result<OpenedStudy, StudyError> {
        parse_study(text, Path::new("studies/a.caselanes"), |_| Ok(ImportedCases::demo()))
    }

    fn study(text: &str) -> Study {
        parse(&format!("version = 1\n{text}")).unwrap().study
    }

    /// The errors of a text whose first line is the version.
    fn error(text: &str) -> String {
        parse(&format!("version = 1\n{text}")).unwrap_err().to_string()
    }

    #[test]
    fn what_is_not_said_is_as_in_the_demo() {
        let opened = parse("version = 1").unwrap();
        assert_eq!((opened.study, opened.cases_file), (Study::default(), None));
        assert_eq!(study("[plan]\n[workload]\n"), Study::default());
    }

    #[test]
    fn all_of_workload_and_plan_is_read() {
        let text = "[workload]\nname = 'wait'\n[plan]\nstrategy = 'series'\nworkers = 0x10\nbatch = 4\n\
                    order = 'longest'\nseed = 18446744073709551615\ntime-scale = 1_000\n\
                    series = 'measure'\nclock = 'virtual'\nlicences = 3\nretries = 2\n\
                    stop-after = 5\nmemory-floor = '1.5GiB'\n";
        let expected = Plan {
            limits: Limits {
                licences: Some(3),
                retries: 2,
                stop_after: Some(5),
                memory_floor_bytes: Some(3 << 29),
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
    fn cases_are_read_with_their_further_columns_and_lines() {
        let text = "version = 1\n\n[[case]]\nx = 1\ny = -0.5\nmesh = 7\n\n[[case]]\n\
                    name = 'b'\ny = 2e3\n\"a note\" = true\nx = 0x10\nday = 2024-02-29\n";
        let opened = parse(text).unwrap();
        let cases = &opened.study.cases;
        let rows: Vec<_> = cases.iter().map(|case| (case.name, case.x, case.y)).collect();
        assert_eq!(rows, [("Case 1", 1.0, -0.5), ("b", 16.0, 2000.0)]);
        let further: Vec<_> =
            cases.extra_columns().iter().map(|(h, c)| (h.as_str(), c.get(0), c.get(1))).collect();
        let expected = [("mesh", "7", ""), ("a note", "", "true"), ("day", "", "2024-02-29")];
        assert_eq!(further, expected);
        assert_eq!(opened.source.place(1, Column::X).unwrap().to_string(), "line 8");
        assert_eq!(opened.cases_file.unwrap(), Path::new("studies/a.caselanes"));
    }

    #[test]
    fn cases_may_stand_in_one_list_or_there_may_be_none() {
        assert_eq!(study("case = [{x = 1, y = 2}, {x = 3, y = 4}]").cases.len(), 2);
        assert_eq!(study("case = []").cases, CaseTable::default());
    }

    #[test]
    fn a_file_of_cases_is_read_beside_the_study() {
        let file = Path::new("studies/a.caselanes");
        let text = "version = 1\ncases = \"b.csv\"\n";
        let opened = parse_study(text, file, |path| {
            assert_eq!(path, Path::new("studies/b.csv"));
            Ok(ImportedCases::demo())
        });
        assert_eq!(opened.unwrap().cases_file.unwrap(), Path::new("studies/b.csv"));
    }

    #[test]
    fn only_this_version_is_read() {
        let error = |text| parse(text).unwrap_err().to_string();
        assert_eq!(error(""), "line 1: expected version = 1, found no version");
        assert_eq!(error("\nversion = 2\nnew = 1"), "line 2: expected version = 1, found 2");
        assert_eq!(error("version = '1'"), "line 1: expected version = 1, found \"1\"");
    }

    #[test]
    fn a_program_is_read_with_all_that_belongs_to_it() {
        let study = study(
            "[workload]\nname = 'command'\ncommand = ['solve', '--x={x}']\ntimeout = 60\n\
             grace = 2\nvalue-regex = 'end (.*)'\nvalue-file = 'out.txt'\nstdin = 'in.txt'\n\
             env = { THREADS = '1' }\nwork-folder = '.'\nkeep-output = 'failed'\n\
             output-limit = 1000\nrefused-exit = 7\nrefused-text = 'no licence'\n",
        );
        let expected = Program {
            timeout_s: Some(60.0),
            grace_s: 2.0,
            value_regex: Some("end (.*)".to_owned()),
            value_file: Some("out.txt".into()),
            stdin: Some("in.txt".into()),
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
        assert_eq!(expected.path(Path::new("in.txt")), Path::new("studies/in.txt"));
    }

    #[test]
    fn what_is_wrong_with_a_program_is_named_with_its_line() {
        let command = |rest: &str| error(&format!("[workload]\nname = 'command'\n{rest}"));
        assert!(
            command("").ends_with("expected command = [\"program\", \"argument\"], found none")
        );
        assert_eq!(
            command("command = 'solve'"),
            "line 4: expected a list of texts for command, found \"solve\""
        );
        assert!(
            command("command = ['a', '{']").starts_with("line 4: argument 1 \"{\", character 1: ")
        );
        assert_eq!(
            command("command = ['a']\ntimeout = 0\nretries = 2\nkeep-output = 'some'"),
            "line 5: expected seconds, above 0 and at most 1000000000 for timeout, found 0\n\
             line 6: unknown key \"retries\"; known are name, command, timeout, grace, \
             value-regex, value-file, stdin, env, work-folder, keep-output, output-limit, \
             refused-exit, refused-text\n\
             line 7: unknown output to be kept \"some\"; known are all, failed, none"
        );
        assert_eq!(
            command("command = ['a']\nrefused-exit = 256\nrefused-text = ''\noutput-limit = '2X'"),
            "line 5: expected an exit status from 0 to 255 for refused-exit, found 256\n\
             line 6: refused-text: expected a text, found nothing\n\
             line 7: expected a size such as 500M, 2G or 1.5GiB for output-limit, found \"2X\""
        );
        assert_eq!(
            error("[workload]\nname = 'wait'\ncommand = ['a']"),
            "line 4: command is for the workload command alone"
        );
    }

    #[test]
    fn unknown_keys_are_named_with_their_line() {
        assert_eq!(
            error("[plan]\nworker = 3\n[workload]\nnam = 1\n[limits]\n"),
            "line 3: unknown key \"worker\"; known are strategy, workers, batch, order, \
             seed, time-scale, series, clock, licences, retries, stop-after, memory-floor\n\
             line 5: unknown key \"nam\"; known are name\n\
             line 6: unknown key \"limits\"; known are version, workload, plan, case, cases"
        );
    }

    #[test]
    fn bad_values_say_what_was_expected_and_found() {
        for (text, said) in [
            ("workers = 0", "expected a whole number from 1 to 256 for workers, found 0"),
            ("workers = 2.5", "expected a whole number from 1 to 256 for workers, found 2.5"),
            ("workers = '3'", "expected a whole number from 1 to 256 for workers, found \"3\""),
            ("workers = []", "expected a whole number from 1 to 256 for workers, found a list"),
            (
                "time-scale = 0",
                "expected a number above 0 and at most 1000 for time-scale, found 0",
            ),
            (
                "time-scale = nan",
                "expected a number above 0 and at most 1000 for time-scale, found nan",
            ),
            (
                "seed = -1",
                "expected a whole number from 0 to 18446744073709551615 for seed, found -1",
            ),
            ("order = 'up'", "unknown order \"up\"; known are listed, longest, shortest, shuffled"),
            ("clock = 3", "unknown clock \"3\"; known are real, virtual"),
            ("licences = 0", "expected a whole number from 1 to 4294967295 for licences, found 0"),
            ("retries = -1", "expected a whole number from 0 to 1000 for retries, found -1"),
            (
                "memory-floor = 1.5",
                "expected a size such as 500M, 2G or 1.5GiB for memory-floor, found 1.5",
            ),
            ("series = {}", "expected a text for series, found a table"),
        ] {
            assert_eq!(error(&format!("[plan]\n{text}\n")), format!("line 3: {said}"));
        }
        assert_eq!(
            error("workload = 'wait'"),
            "line 2: expected the table [workload], found \"wait\""
        );
        assert_eq!(
            error("[workload]\nname = 'fast'"),
            "line 3: unknown workload \"fast\"; known are demo, wait, crunch, \
             factorials, crash-test, power, random, command"
        );
    }

    #[test]
    fn bad_cases_are_named_with_their_line() {
        assert_eq!(
            error("[[case]]\nx = 1\n[[case]]\nx = 'a'\ny = inf\nX = 2\nname = [1]\n"),
            "line 2: expected x and y in each case, missing is y\n\
             line 5: expected a number for x, found \"a\"\n\
             line 6: expected a finite number for y, found \"inf\"\n\
             line 7: expected the keys name, x and y, found \"X\"\n\
             line 8: expected a text for name, found a list"
        );
        assert_eq!(
            error("[case]\nx = 1"),
            "line 2: expected [[case]] above each case, found a table"
        );
        assert_eq!(error("case = [1]"), "line 2: expected the table of a case, found 1");
        assert!(
            error("cases = 'a.csv'\n[[case]]\nx = 1\ny = 1\n")
                .starts_with("line 3: expected either [[case]] or cases, found both")
        );
        let many = error(&"[[case]]\nx = 1\n".repeat(25));
        assert!(many.lines().count() == 21 && many.ends_with("and 5 more"), "{many}");
    }

    #[test]
    fn what_is_no_toml_is_refused_where_it_breaks() {
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
        fn any_text_gives_a_study_or_an_error_and_never_a_panic(
            text in "(version = 1\n)?(\\[\\[case\\]\\]|\\[plan\\]|x|y|case|cases| = |[\"'\n.01\\[\\]{},a]){0,40}",
            any: String,
        ) {
            parse(&text).ok();
            parse(&any).ok();
        }
    }
}
