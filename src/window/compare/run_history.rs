//! The history of runs: the list of those that are kept, which of them stand side
//! by side, and what the user does with them.

use std::path::PathBuf;

use crate::report::RunReport;

use super::history_comparison::HistoryComparison;
use crate::history::{ListedRun, Listing, SavedRunId, short};
use crate::window::state::document::Document;
use crate::window::state::run_view::RunView;

/// So many runs can stand side by side: each has a colour.
pub const MOST_CHOSEN: usize = 8;

/// What is compared in the tab of that name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ComparePart {
    /// Runs that are kept.
    Kept,
    /// Setups, tried in turn on the current cases.
    Setups,
    /// The runs of an example.
    Example,
}

/// What the user does with the runs that are kept.
#[derive(Debug, Clone, PartialEq)]
pub enum HistoryIntent {
    /// Compare this in the tab.
    Part(ComparePart),
    /// This run stands side by side with others, or no longer.
    Choose(SavedRunId, bool),
    /// None of them does.
    ChooseNone,
    /// The others are compared with this one.
    Base(SavedRunId),
    /// Give this run another name.
    Rename(SavedRunId),
    /// Its name so far.
    Typed(String),
    /// The name is as typed.
    Named,
    /// The name stays as it was.
    NotNamed,
    /// Ask whether to delete these.
    Delete(Vec<SavedRunId>),
    /// Show this run in the other tabs.
    Show(SavedRunId),
    /// Show the timelines of the chosen runs on one axis.
    Timelines,
}

/// What the shell is to do with the folder of kept runs.
#[derive(Debug, Clone, PartialEq)]
pub enum HistoryJob {
    /// Look what is there now: another window may use the folder too.
    Look,
    /// Give a run this name.
    Rename(SavedRunId, String),
    /// Delete these.
    Delete(Vec<SavedRunId>),
    /// Read the full record of this one; if it is of the cases of this document,
    /// as a run of its rows.
    Show(SavedRunId, Box<Document>),
    /// Read the full records of these, in the same way, to stand on one axis of time.
    Timelines(Vec<SavedRunId>, Box<Document>),
}

/// Where runs are kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum RunPlace {
    /// Nowhere: there is no folder for it.
    #[default]
    Nowhere,
    /// In this folder, which is being read.
    Reading(PathBuf),
    /// In this folder.
    Folder(PathBuf),
}

/// The runs that are kept, as the window shows them.
#[derive(Debug, Default)]
pub struct RunHistory {
    /// Where they are kept.
    pub place: RunPlace,
    /// What was found there.
    pub listing: Listing,
    /// Those that stand side by side, in the order in which they were chosen.
    pub chosen: Vec<SavedRunId>,
    /// The one that the others are compared with, if that was chosen.
    base: Option<SavedRunId>,
    /// What they show.
    pub shown: Option<HistoryComparison>,
    /// The run that gets another name, and the name so far.
    pub renaming: Option<(SavedRunId, String)>,
    /// What the user chose to compare.
    pub part: Option<ComparePart>,
}

impl RunHistory {
    /// The run of this file.
    #[must_use]
    pub fn get(&self, id: &SavedRunId) -> Option<&ListedRun> {
        self.listing.runs.iter().find(|listed| listed.id == *id)
    }

    /// Whether this run stands side by side with others, and as which.
    #[must_use]
    pub fn place_of(&self, id: &SavedRunId) -> Option<usize> {
        self.chosen.iter().position(|chosen| chosen == id)
    }

    /// Takes what was found in the folder.
    pub fn take(&mut self, listing: Listing) {
        if let RunPlace::Reading(folder) = &mut self.place {
            self.place = RunPlace::Folder(std::mem::take(folder));
        }
        self.listing = listing;
        let listed = |id: &SavedRunId| self.listing.runs.iter().any(|listed| listed.id == *id);
        self.chosen.retain(listed);
        if self.renaming.as_ref().is_some_and(|(id, _)| !listed(id)) {
            self.renaming = None;
        }
        self.compare();
    }

    /// The newest run that was made by itself and can be shown again.
    #[must_use]
    pub fn last_alone(&self) -> Option<&ListedRun> {
        self.listing.runs.iter().find(|listed| listed.run.alone && listed.whole)
    }

    /// Applies an intent, except for those that need the rest of the window;
    /// returns the job that it causes.
    pub(crate) fn act(&mut self, intent: HistoryIntent) -> Option<HistoryJob> {
        match intent {
            HistoryIntent::Part(part) => {
                self.part = Some(part);
                return (part == ComparePart::Kept).then_some(HistoryJob::Look);
            }
            HistoryIntent::Choose(id, chosen) => self.choose(id, chosen),
            HistoryIntent::ChooseNone => {
                self.chosen.clear();
                self.compare();
            }
            HistoryIntent::Base(id) => {
                self.base = Some(id);
                self.compare();
            }
            HistoryIntent::Rename(id) => {
                let name = self.get(&id).map(|listed| listed.run.name.clone());
                self.renaming = name.map(|name| (id, name));
            }
            HistoryIntent::Typed(text) => {
                if let Some((_, name)) = &mut self.renaming {
                    *name = text;
                }
            }
            HistoryIntent::Named => return self.named(),
            HistoryIntent::NotNamed => self.renaming = None,
            HistoryIntent::Delete(_) | HistoryIntent::Show(_) | HistoryIntent::Timelines => {}
        }
        None
    }

    fn choose(&mut self, id: SavedRunId, chosen: bool) {
        self.chosen.retain(|other| *other != id);
        if chosen && self.chosen.len() < MOST_CHOSEN {
            self.chosen.push(id);
        }
        self.compare();
    }

    fn compare(&mut self) {
        let chosen: Vec<&ListedRun> = self.chosen.iter().filter_map(|id| self.get(id)).collect();
        let base = self.base.as_ref().and_then(|id| self.place_of(id)).unwrap_or(0);
        self.shown = HistoryComparison::of(&chosen, base);
    }

    /// The name as typed, if it is another one.
    fn named(&mut self) -> Option<HistoryJob> {
        let (id, name) = self.renaming.take()?;
        let name = short(&name);
        let listed = self.listing.runs.iter_mut().find(|listed| listed.id == id)?;
        if name.is_empty() || name == listed.run.name {
            return None;
        }
        // It is seen at once, and not only when it is written.
        listed.run.name.clone_from(&name);
        listed.run.named = true;
        self.compare();
        Some(HistoryJob::Rename(id, name))
    }
}

/// A kept run as the other tabs show it: as a run of the rows of the document, if
/// it is of the same cases.
#[must_use]
pub fn kept_view(report: RunReport, name: String, document: &Document) -> RunView {
    let (then, now) = (&report.frozen.cases, &document.cases);
    let same = then.len() == now.len()
        && then.iter().eq(now.iter())
        && then.extra_columns() == now.extra_columns()
        && document.first_invalid().is_none();
    let mut frozen = (*report.frozen).clone();
    if same {
        frozen.cases = document.cases.clone();
    }
    let report = RunReport { frozen: frozen.into(), ..report };
    let mut run = RunView::from_report(report.into()).with_title(name);
    if !same {
        run.forget_rows();
    }
    // Found here, and not in a frame.
    let _ = run.facts();
    run
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::report;
    use crate::run::replay;
    use crate::study::{ClockChoice, Column, Plan};
    use crate::workload::{Environment, find, freeze};

    #[test]
    fn a_saved_run_has_rows_of_the_document_if_its_cases_are_the_same() {
        let document = Document::default();
        let plan = Plan { clock: ClockChoice::Virtual, ..Plan::default() };
        let environment = Environment { logical_cpus: 2, seed: 3, last_s: None };
        let workload = find(document.workload);
        let (cases, name) = (document.cases.clone(), document.workload);
        let (frozen, _) = freeze(cases, name, workload.as_ref(), &plan, environment).unwrap();
        let machine = report::Machine { logical_cpus: 2, os: "linux" };
        let state = replay(&frozen);
        let report = || RunReport::new(Arc::new(frozen.clone()), state.clone(), machine);
        let mut edited = document.clone();
        edited.set_text(0, Column::X, "9");
        for (document, is_known) in [(document, true), (edited, false)] {
            let view = kept_view(report(), "mine".to_owned(), &document);
            let record = view.record_of(document.cases.id(0));
            assert_eq!((view.title(), record.is_some()), (Some("mine"), is_known));
        }
    }
}
