//! The study: cases, workload and plan together, and the file that holds them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::reader::parse_study;
use super::study_error::{BadLine, StudyError, line_at};
use super::text_encoding::decode;
use crate::study::cases::case_table::CaseTable;
use crate::study::cases::import::{ImportError, ImportedCases, read_cases};
use crate::study::cases::source::Source;
use crate::study::plan::run_plan::{Plan, WorkloadName};
use crate::study::program::external_program::Program;
use crate::text::read_error_text;

/// What a study file holds: cases, workload and plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Study {
    /// The cases.
    pub cases: CaseTable,
    /// The calculation that each case goes through.
    pub workload: WorkloadName,
    /// The program of the user's own, which the workload `command` runs.
    pub program: Option<Arc<Program>>,
    /// How they are run.
    pub plan: Plan,
}

impl Default for Study {
    /// The demo.
    fn default() -> Self {
        Self {
            cases: CaseTable::demo(),
            workload: WorkloadName::default(),
            program: None,
            plan: Plan::default(),
        }
    }
}

/// A study that was read from its file.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenedStudy {
    /// The study.
    pub study: Study,
    /// Where the cases stood in their file.
    pub source: Source,
    /// The file that the cases came from: the study file itself or the CSV file
    /// that it names; `None` if it has no cases and the demo's stand in.
    pub cases_file: Option<PathBuf>,
}

/// Reads a study file, and the cases in the CSV file that it may name.
pub fn read_study(path: &Path) -> Result<OpenedStudy, StudyError> {
    read_study_with(path, read_cases)
}

/// Reads a study file; if it names a CSV file, the cases are what `read_cases`
/// makes of it.
pub fn read_study_with(
    path: &Path,
    read_cases: impl FnOnce(&Path) -> Result<ImportedCases, ImportError>,
) -> Result<OpenedStudy, StudyError> {
    let bytes = fs::read(path).map_err(|error| StudyError::Unreadable(read_error_text(&error)))?;
    let text = decode(bytes).map_err(|not_text| {
        let line = line_at(&not_text.before, not_text.before.len());
        let message = format!("{}; save the study file in UTF-8", not_text.message);
        StudyError::Lines(vec![BadLine { line, message }], 1)
    })?;
    parse_study(&text, path, read_cases)
}

#[cfg(test)]
mod tests {
    use tempfile::tempdir;

    use super::*;

    fn error(path: &Path) -> String {
        read_study(path).unwrap_err().to_string()
    }

    #[test]
    fn the_cases_file_is_looked_for_beside_the_study() {
        let folder = tempdir().unwrap();
        let (file, cases) = (folder.path().join("a.caselanes"), folder.path().join("a.csv"));
        fs::write(&file, "version = 1\ncases = \"a.csv\"\n").unwrap();
        let missing = read_study(&file).unwrap_err();
        assert_eq!(missing.to_string(), "no such file");
        let place = format!("{}, which line 2 names, of {}", cases.display(), file.display());
        assert_eq!(missing.place(&file), place);
        fs::write(&cases, "name,x,y\na,2,3\n").unwrap();
        let opened = read_study(&file).unwrap();
        assert_eq!((opened.study.cases.len(), opened.cases_file), (1, Some(cases)));
    }

    #[test]
    fn what_is_no_study_file_is_said() {
        let folder = tempdir().unwrap();
        let file = folder.path().join("a.caselanes");
        assert_eq!(error(&file), "no such file");
        assert_eq!(error(folder.path()), "expected a file, found a folder");
        fs::write(&file, b"version = 1\n# caf\xe9").unwrap();
        assert!(error(&file).starts_with("line 2: expected UTF-8 text, found the byte 0xE9"));
        fs::write(&file, b"\x7fELF\x02\0").unwrap();
        assert!(error(&file).starts_with("line 1: expected text, found a zero byte"));
        fs::write(&file, b"\xEF\xBB\xBFversion = 1\r\n").unwrap();
        assert_eq!(read_study(&file).unwrap().study, Study::default());
    }
}
