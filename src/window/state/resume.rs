//! Runs to start, to resume and to change while they are in progress.

use std::path::PathBuf;
use std::sync::Arc;

use super::document::Document;
use crate::report::RunReport;
use crate::text::plural;

/// A run of programs that can be resumed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnfinishedRun {
    /// Its run folder.
    pub folder: PathBuf,
    /// Number of cases.
    pub cases: usize,
    /// Number of cases done.
    pub done: usize,
    /// Whether it ended by itself, with cases that failed.
    pub ended: bool,
    /// Whether the document is still the study of the run. It is then resumed with the
    /// document as it is now, including any corrections.
    pub of_document: bool,
}

impl UnfinishedRun {
    /// Describes the run for the offer to resume it.
    pub fn sentence(&self) -> String {
        let (cases, done) = (self.cases, self.done);
        let left = cases - done;
        let noun = plural(cases, "case", "cases");
        if self.ended {
            let verb = plural(left, "is", "are");
            return format!(
                "{left} of {cases} {noun} {verb} not done. Resume to run the rest again."
            );
        }
        format!("A run of {cases} {noun} was interrupted: {done} done, {left} left.")
    }
}

/// A run to start.
#[derive(Debug, Clone)]
pub enum RunRequest {
    /// A run of the document. An order by length uses the times of the earlier run
    /// where the workload does not know its lengths.
    New(Document, Option<Arc<RunReport>>),
    /// The rest of the run in this folder, with the document instead of the study of
    /// the folder if there is one.
    Resume(PathBuf, Option<Document>),
}

/// A change to the run in progress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SteerCommand {
    /// Start no more cases.
    Pause,
    /// Start cases again.
    Resume,
    /// Change the number of workers.
    Workers(u32),
    /// Cancel these cases.
    CancelCases(Vec<u32>),
    /// Run these cases once more.
    Rerun(Vec<u32>),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_offer_names_the_number_of_cases_left() {
        let sentence = |cases, done, ended| {
            let folder = PathBuf::new();
            UnfinishedRun { folder, cases, done, ended, of_document: false }.sentence()
        };
        let interrupted = "A run of 200 cases was interrupted: 12 done, 188 left.";
        assert_eq!(sentence(200, 12, false), interrupted);
        assert_eq!(sentence(1, 0, false), "A run of 1 case was interrupted: 0 done, 1 left.");
        let resume = "Resume to run the rest again.";
        assert_eq!(sentence(3, 2, true), format!("1 of 3 cases is not done. {resume}"));
        assert_eq!(sentence(3, 1, true), format!("2 of 3 cases are not done. {resume}"));
    }
}
