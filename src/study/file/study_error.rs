//! What can be wrong with a study file, and where.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::study::cases::import::{ImportError, list_problems};

/// A line of a study file that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLine {
    /// The line, from 1.
    pub line: u32,
    /// What was expected and what was found.
    pub message: String,
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

/// Why no study could be had.
#[derive(Debug, thiserror::Error)]
pub enum StudyError {
    /// The file could not be read at all.
    #[error("{0}")]
    Unreadable(String),
    /// Some lines are wrong: the first 20 of them, and how many there are.
    #[error("{}", list_problems(.0, *.1))]
    Lines(Vec<BadLine>, usize),
    /// The CSV file that the study names gives no cases.
    #[error("{error}")]
    Cases {
        /// The line that names it.
        line: u32,
        /// The CSV file.
        file: PathBuf,
        /// What is wrong with it.
        error: ImportError,
    },
}

impl StudyError {
    /// The file that the error is about, in words; `study` is the file that was
    /// read.
    #[must_use]
    pub fn place(&self, study: &Path) -> String {
        let study = study.display();
        match self {
            Self::Unreadable(_) | Self::Lines(..) => study.to_string(),
            Self::Cases { line, file, .. } => {
                format!("{}, which line {line} names, of {study}", file.display())
            }
        }
    }
}

/// The line, from 1, of this place in a text.
pub fn line_at(text: &str, place: usize) -> u32 {
    LineIndex::of(text).line(place)
}

/// Where the lines of a text start.
pub struct LineIndex(Vec<usize>);

impl LineIndex {
    /// Finds them once, so that a line is found fast for each of many places.
    pub fn of(text: &str) -> Self {
        Self(text.match_indices('\n').map(|(at, _)| at + 1).collect())
    }

    /// The line, from 1, of this place in the text.
    pub fn line(&self, place: usize) -> u32 {
        let before = self.0.partition_point(|&start| start <= place);
        u32::try_from(before + 1).unwrap_or(u32::MAX)
    }
}
