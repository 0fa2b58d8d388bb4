//! What is run: the study file, the options that win over it, and where all of
//! it came from.

use std::io::stdin;
use std::path::{Path, PathBuf};

use crate::study::{
    ImportError, ImportedCases, OpenedStudy, Source, Study, StudyError, WorkloadName, read_cases,
    read_cases_from, read_study, read_study_with,
};
use crate::workload::{FreezeError, Refusal};

use super::session::remark;
use crate::cli::arguments::options::SourceOptions;

/// How many refused cases are listed.
const REFUSED: usize = 20;

/// What files of cases are called.
const CASES_ENDINGS: [&str; 3] = ["csv", "tsv", "txt"];

/// Where a study came from.
pub(super) struct StudyOrigin {
    /// The files that it was read from: they are not to be written over.
    pub(super) files: Vec<PathBuf>,
    source: Source,
    /// Where the cases come from, in words.
    place: String,
}

/// Reads the study and the cases that the options name. Without a study file it is
/// the one that is known `before`, from this folder.
pub(super) fn read(
    arguments: &SourceOptions,
    before: Option<(Study, &Path)>,
) -> Result<(Study, StudyOrigin), String> {
    let in_study = match (&arguments.study, before) {
        (Some(path), _) => read_named(path, arguments.cases.is_some())?,
        (None, None) => opened(ImportedCases::demo(), Study::default(), None),
        (None, Some((study, folder))) => {
            let cases_file = Some(folder.to_owned());
            OpenedStudy { study, source: Source::default(), cases_file }
        }
    };
    let OpenedStudy { study, source, cases_file } = match &arguments.cases {
        None => in_study,
        Some(path) => opened(named_cases(path)?, in_study.study, Some(path)),
    };
    let place = cases_file.as_deref().map_or_else(|| "the demo".to_owned(), shown);
    let files = arguments.study.iter().cloned().chain(cases_file).collect();
    Ok((study, StudyOrigin { files, source, place }))
}

/// Says what to mind about what was read.
pub(super) fn remark_on(options: &SourceOptions, study: &Study, quiet: bool) {
    if options.cases.is_some()
        && options.study.is_none()
        && options.workload.is_none()
        && study.workload == WorkloadName::Demo
    {
        let text = "no --workload: each case waits as in the demo, whatever its x and y";
        remark(text, quiet);
    }
    if study.cases.is_empty() {
        remark("the table has no rows: there is nothing to run", quiet);
    }
}

impl StudyOrigin {
    /// What is wrong with the study; every refused case by its place in its
    /// file, else by row and column.
    pub(super) fn refused(&self, error: &FreezeError) -> String {
        let FreezeError::Cases(cases) = error else { return error.to_string() };
        let line = |index: usize, refusal: &Refusal| {
            let Refusal { column, message } = refusal;
            match self.source.place(index, *column) {
                Some(place) => format!("{place}: {message}"),
                None => format!("row {}, column {column}: {message}", index + 1),
            }
        };
        let mut lines: Vec<String> =
            cases.iter().take(REFUSED).map(|(index, refusal)| line(*index, refusal)).collect();
        if cases.len() > REFUSED {
            lines.push(format!("and {} more", cases.len() - REFUSED));
        }
        in_file(&lines.join("\n"), &self.place)
    }
}

fn opened(imported: ImportedCases, study: Study, file: Option<&Path>) -> OpenedStudy {
    let ImportedCases { cases, source } = imported;
    OpenedStudy { study: Study { cases, ..study }, source, cases_file: file.map(Path::to_owned) }
}

/// Reads the study file. Cases that are replaced anyway need not be there.
fn read_named(path: &Path, replaced: bool) -> Result<OpenedStudy, String> {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    if CASES_ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known)) {
        let path = path.display();
        return Err(format!(
            "expected a study file, found one of cases by its name; use --cases {path}"
        ));
    }
    let read = if replaced {
        read_study_with(path, |_| Ok(ImportedCases::default()))
    } else {
        read_study(path)
    };
    read.map_err(|error: StudyError| in_file(&error.to_string(), &error.place(path)))
}

fn named_cases(path: &Path) -> Result<ImportedCases, String> {
    let read =
        if is_standard(path) { read_cases_from(&mut stdin().lock()) } else { read_cases(path) };
    read.map_err(|error: ImportError| in_file(&error.to_string(), &shown(path)))
}

pub(super) fn is_standard(path: &Path) -> bool {
    path == Path::new("-")
}

pub(super) fn shown(path: &Path) -> String {
    if is_standard(path) { "standard input".to_owned() } else { path.display().to_string() }
}

/// A message with the file it is about, behind one line or under several.
pub(super) fn in_file(message: &str, place: &str) -> String {
    let between = if message.contains('\n') { "\nin " } else { ": " };
    format!("{message}{between}{place}")
}
