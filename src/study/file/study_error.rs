//! Errors in study files, with their places.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::study::import::bad_cells::{list_problems, list_problems_in};
use crate::study::import::imported_cases::ImportError;
use crate::study::import::table_options::RemedyPlace;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLine {
    pub line: u32,
    pub message: String,
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

#[derive(Debug, thiserror::Error)]
pub enum StudyError {
    #[error("{0}")]
    Unreadable(String),
    /// The first 20 bad lines, and the number of all.
    #[error("{}", list_problems(.0, *.1))]
    Lines(Vec<BadLine>, usize),
    /// The cases could not be read from the file that the study names.
    #[error("{error}")]
    Cases {
        /// Line that names the file.
        line: u32,
        file: PathBuf,
        error: ImportError,
    },
}

impl StudyError {
    /// Describes the error with the file and line of each problem. `study` is the path
    /// of the study file.
    pub fn describe(&self, study: &Path) -> String {
        let study = study.display().to_string();
        match self {
            Self::Unreadable(problem) => format!("{problem}: {study}"),
            Self::Lines(lines, count) => list_problems_in(&study, lines, *count),
            Self::Cases { line, file, error } => {
                let problem = error.describe(&file.display().to_string(), RemedyPlace::Study);
                // A missing file is an error of the study; bad cells are errors of the table.
                match error {
                    ImportError::Unreadable(..) => format!("{study}, line {line}: {problem}"),
                    ImportError::Cells(..) | ImportError::Cancelled => problem,
                }
            }
        }
    }
}
