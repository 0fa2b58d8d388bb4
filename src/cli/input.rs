//! Reads the study and the cases that the arguments name, and remembers where they
//! came from for messages.

use std::collections::BTreeMap;
use std::io::stdin;
use std::path::{Path, PathBuf};

use crate::study::{
    ImportError, ImportedCases, OpenedStudy, Program, RemedyPlace, Source, Study, StudyOption,
    TableOptions, WorkloadName, list_problems_in, read_cases, read_cases_from, read_study_with,
};
use crate::workload::{FreezeError, Refusal};

use super::console::print_note;
use crate::cli::arguments::source_options::SourceOptions;

/// Number of rejected cases that a message lists.
const LISTED_REFUSALS: usize = 20;

/// File extensions of tables of cases.
const TABLE_EXTENSIONS: [&str; 7] = ["csv", "tsv", "txt", "xlsx", "xlsb", "xls", "ods"];

/// Where a study was read from.
pub(super) struct StudyOrigin {
    /// The files it was read from.
    files: Vec<PathBuf>,
    source: Source,
    /// Name of the source of the cases.
    place: String,
    /// Name of the study file, and the lines of the options in it.
    study: String,
    option_lines: BTreeMap<String, u32>,
    /// Whether the study has a program, which its workload does not run.
    has_unused_program: bool,
}

/// Reads the study and the cases that the options name. Without a study file, takes
/// the study of the resumed run and its folder, else the demo.
pub(super) fn read(
    arguments: &SourceOptions,
    resumed: Option<(Study, &Path)>,
) -> Result<(Study, StudyOrigin), String> {
    let reading = arguments.reading.table_options();
    let mut reads_table = arguments.cases.is_some();
    let in_study = match (&arguments.study, resumed) {
        (Some(path), _) => read_study_file(path, arguments, &reading, &mut reads_table)?,
        (None, None) => opened(ImportedCases::demo(), Study::default(), None),
        (None, Some((study, folder))) => OpenedStudy {
            study,
            ..opened(ImportedCases::default(), Study::default(), Some(folder))
        },
    };
    if let Some(choice) = reading.made().next().filter(|_| !reads_table) {
        let key = choice.key();
        return Err(format!("--{key} is for a table of cases, found none; add --cases FILE"));
    }
    let option_lines = in_study.option_lines.clone();
    let OpenedStudy { study, source, cases_file, .. } = match &arguments.cases {
        None => in_study,
        Some(path) => opened(read_table(path, &reading)?, in_study.study, Some(path)),
    };
    let place = cases_file.as_deref().map_or_else(|| "the demo".to_owned(), source_name);
    let files = arguments.study.iter().cloned().chain(cases_file).collect();
    let file = arguments.study.as_deref().map(source_name).unwrap_or_default();
    let has_unused_program = study.program.is_some() && study.workload != WorkloadName::Command;
    Ok((study, StudyOrigin { files, source, place, study: file, option_lines, has_unused_program }))
}

impl StudyOrigin {
    /// Prints notes about what was read, for the study with everything on the command line.
    pub(super) fn print_notes(&self, options: &SourceOptions, study: &Study, is_quiet: bool) {
        if options.cases.is_some()
            && options.study.is_none()
            && options.workload.is_none()
            && study.workload == WorkloadName::Demo
        {
            let text =
                "--workload is not set: each case waits as in the demo, whatever its x and y";
            print_note(text, is_quiet);
        }
        if self.has_unused_program && options.workload.is_none() && study.program.is_none() {
            let name: &str = study.workload.into();
            let why = format!("workload \"{name}\" runs no program");
            let remedy = "add --workload command to run it";
            print_note(&format!("ignoring command: {why}; {remedy}"), is_quiet);
        }
        if study.cases.is_empty() {
            print_note("the table has no rows: there is nothing to run", is_quiet);
        }
    }

    /// Returns the files that a run of the study reads, which must not be overwritten.
    pub(super) fn inputs(&self, program: Option<&Program>) -> Vec<PathBuf> {
        let of_program = program.into_iter().flat_map(Program::inputs);
        self.files.iter().cloned().chain(of_program).collect()
    }

    /// Describes why the study cannot run. Rejected cases are named by their place in
    /// their file, or else by row and column; options by their line in the study file,
    /// unless the command line `overrides` them.
    pub(super) fn describe(&self, error: &FreezeError, overrides: impl Fn(&str) -> bool) -> String {
        let cases = match error {
            FreezeError::Cases(cases) => cases,
            FreezeError::Option("command", problem) if overrides("command") => {
                return problem.clone();
            }
            FreezeError::Option(key, _) if overrides(key) => return format!("--{error}"),
            FreezeError::Option(key, problem) => {
                let name = key.parse().map_or(*key, StudyOption::file_key);
                return match self.option_lines.get(*key) {
                    Some(line) => format!("{}, line {line}: {name}: {problem}", self.study),
                    None => error.to_string(),
                };
            }
            _ => return error.to_string(),
        };
        let line = |(index, refusal): &(usize, Refusal)| {
            let Refusal { column, message } = refusal;
            match self.source.place(*index, *column) {
                Some(place) => format!("{place}: {message}"),
                None => format!("row {}, column {column}: {message}", index + 1),
            }
        };
        let lines: Vec<String> = cases.iter().take(LISTED_REFUSALS).map(line).collect();
        list_problems_in(&self.place, &lines, cases.len())
    }
}

fn opened(imported: ImportedCases, study: Study, file: Option<&Path>) -> OpenedStudy {
    let ImportedCases { cases, source, .. } = imported;
    OpenedStudy {
        study: Study { cases, ..study },
        texts: Vec::new(),
        source,
        cases_file: file.map(Path::to_owned),
        option_lines: BTreeMap::new(),
    }
}

/// Reads a study file. Its cases may be missing if `--cases` replaces them. Notes whether they
/// come from a table.
fn read_study_file(
    path: &Path,
    arguments: &SourceOptions,
    reading: &TableOptions,
    reads_table: &mut bool,
) -> Result<OpenedStudy, String> {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    if TABLE_EXTENSIONS.iter().any(|table| extension.eq_ignore_ascii_case(table)) {
        let path = path.display();
        return Err(format!(
            "expected a study file, whose name ends in .caselanes, found {path}; if it is a table \
             of cases, use --cases {path}"
        ));
    }
    let read = read_study_with(path, |cases, in_study| {
        *reads_table = true;
        match &arguments.cases {
            Some(_) => Ok(ImportedCases::default()),
            None => read_cases(cases, &reading.or(in_study)),
        }
    });
    read.map_err(|error| error.describe(path))
}

fn read_table(path: &Path, options: &TableOptions) -> Result<ImportedCases, String> {
    let read: Result<_, ImportError> = if is_standard_input(path) {
        read_cases_from(stdin().lock(), options)
    } else {
        read_cases(path, options)
    };
    read.map_err(|error| error.describe(&source_name(path), RemedyPlace::CommandLine))
}

pub(super) fn is_standard_input(path: &Path) -> bool {
    path == Path::new("-")
}

pub(super) fn source_name(path: &Path) -> String {
    if is_standard_input(path) { "standard input".to_owned() } else { path.display().to_string() }
}
