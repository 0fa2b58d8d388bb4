//! Matches the cases of a table with those of earlier sessions.

use std::collections::{HashMap, HashSet};

use crate::run::{Attempt, CasePlace, CaseRecord, ResumedCase, Status};
use crate::study::{Study, StudyOption};
use crate::text::{count, grouped, list, plural};

use super::case_key::{CaseId, CaseKey};
use super::journal_reader::JournalHistory;

/// A case that the session that continues has started.
#[derive(Debug, Clone, PartialEq)]
pub struct ContinuedCase {
    pub(crate) case: u32,
    pub(crate) record: CaseRecord,
    pub(crate) further_values: Box<[Option<f64>]>,
    pub(crate) attempts: Vec<Attempt>,
    pub(crate) place: Option<CasePlace>,
    pub(crate) error: Option<Box<str>>,
}

pub(crate) struct Resume {
    pub(crate) ids: Vec<CaseId>,
    pub(crate) done: Vec<ResumedCase>,
    pub(crate) counts: ResumeCounts,
}

/// Number of cases by their status in earlier sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct ResumeCounts {
    pub(crate) cases: usize,
    pub(crate) done: usize,
    pub(crate) failed: usize,
    pub(crate) timed_out: usize,
    pub(crate) cancelled: usize,
    pub(crate) running: usize,
    pub(crate) not_run: usize,
    /// Cases of the last session that are not in the table.
    pub(crate) removed: usize,
    /// Done cases that are not in the table while as many others are new in it.
    pub(crate) changed_done: usize,
}

impl Resume {
    pub(crate) fn new(keys: &[CaseKey], history: Option<&JournalHistory>) -> Self {
        let ids = assign_ids(keys, history);
        let mut counts = ResumeCounts { cases: ids.len(), ..ResumeCounts::default() };
        let (mut done, mut new) = (Vec::new(), 0);
        for (case, id) in (0..).zip(&ids) {
            let Some(earlier) = history.and_then(|history| history.cases.get(id)) else {
                counts.not_run += 1;
                new += 1;
                continue;
            };
            match earlier.record.status {
                Status::Done => {
                    counts.done += 1;
                    let (record, folder) = (earlier.record, earlier.folder());
                    let attempts = earlier.attempts.clone();
                    let further_values = earlier.further_values.clone();
                    let place = earlier.place.clone();
                    done.push(ResumedCase {
                        case,
                        record,
                        further_values,
                        attempts,
                        folder,
                        place,
                    });
                }
                Status::Failed => counts.failed += 1,
                Status::TimedOut => counts.timed_out += 1,
                Status::Cancelled => counts.cancelled += 1,
                Status::Running => counts.running += 1,
                Status::NotRun | Status::Refused => counts.not_run += 1,
            }
        }
        if let Some(history) = history {
            let present: HashSet<_> = ids.iter().collect();
            let last_session = history.sessions.saturating_sub(1);
            let listed = history.cases.iter().filter(|(_, case)| case.last_listed == last_session);
            let removed = listed.filter(|(id, _)| !present.contains(id));
            let removed: Vec<_> = removed.map(|(_, case)| case.record.status).collect();
            let is_done = |status: &&Status| **status == Status::Done;
            counts.removed = removed.len();
            counts.changed_done = removed.iter().filter(is_done).count().min(new);
        }
        Self { ids, done, counts }
    }
}

/// Numbers the cases with equal keys. Numbers of done cases are used first, so that as
/// many stay done as the table still has.
fn assign_ids(keys: &[CaseKey], history: Option<&JournalHistory>) -> Vec<CaseId> {
    let mut count: HashMap<CaseKey, u32> = HashMap::new();
    let mut ids: Vec<_> = keys
        .iter()
        .map(|&key| {
            let next = count.entry(key).or_default();
            *next += 1;
            CaseId { key, nth: *next - 1 }
        })
        .collect();
    let Some(history) = history else { return ids };
    let is_done =
        |id: &CaseId| history.cases.get(id).is_some_and(|case| case.record.status == Status::Done);
    // Numbers of done cases beyond the present count.
    let mut surplus: HashMap<CaseKey, Vec<u32>> = HashMap::new();
    for id in history.cases.keys().filter(|id| is_done(id)) {
        if count.get(&id.key).is_some_and(|&count| id.nth >= count) {
            surplus.entry(id.key).or_default().push(id.nth);
        }
    }
    for numbers in surplus.values_mut() {
        numbers.sort_unstable_by(|a, b| b.cmp(a));
    }
    for id in ids.iter_mut().filter(|id| !is_done(id)) {
        if let Some(nth) = surplus.get_mut(&id.key).and_then(Vec::pop) {
            id.nth = nth;
        }
    }
    ids
}

/// A part of a study that changed between two sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StudyChange {
    Program,
    Option(StudyOption),
    /// The content of a template.
    Template,
    Table,
}

impl StudyChange {
    /// Compares two studies whose paths do not depend on their places.
    pub(crate) fn between(before: &Study, now: &Study) -> Vec<Self> {
        let mut changes = Vec::new();
        if let (Some(a), Some(b)) = (&before.program, &now.program) {
            changes.extend((a.command != b.command).then_some(Self::Program));
            changes.extend(StudyOption::changed_results(a, b).into_iter().map(Self::Option));
        }
        changes.extend((before.cases != now.cases).then_some(Self::Table));
        changes
    }

    fn text(self) -> String {
        match self {
            Self::Program => "the program".to_owned(),
            Self::Option(option) => format!("the {}", option.spec().title.to_lowercase()),
            Self::Template => "a template".to_owned(),
            Self::Table => "the table".to_owned(),
        }
    }
}

impl ResumeCounts {
    /// Returns a sentence on what is done, what runs again, and what changed since the
    /// last session.
    pub(crate) fn sentence(&self, changes: &[StudyChange]) -> String {
        // Such a change gives every case another key: the earlier one counts as removed.
        let causes = changes.iter().filter(|&&change| change != StudyChange::Table);
        let causes = list(causes.map(|change| change.text()));
        let rerun = if causes.is_empty() { 0 } else { self.not_run.min(self.removed) };
        let because = [
            format!("runs again because of a change: {causes}"),
            format!("run again because of a change: {causes}"),
        ];
        let done = match (self.done, self.cases) {
            (1, 1) => "the case is already done".to_owned(),
            (2, 2) => "both cases are already done".to_owned(),
            (done, cases) if done == cases && cases > 0 => {
                format!("all {} are already done", count(cases, "case"))
            }
            (1, cases) => format!("1 of {} is already done", count(cases, "case")),
            (done, cases) => {
                format!("{} of {} are already done", grouped(done), count(cases, "case"))
            }
        };
        let others = [
            (self.failed, "failed case", "is retried", "are retried"),
            (self.timed_out, "timed-out case", "is retried", "are retried"),
            (self.cancelled, "cancelled case", "runs again", "run again"),
            (
                self.running,
                "case",
                "was running when the run stopped and runs again",
                "were running when the run stopped and run again",
            ),
            (rerun, "case", &because[0], &because[1]),
            (self.not_run - rerun, "case", "has not run yet", "have not run yet"),
            (
                self.removed - rerun,
                "earlier case",
                "is no longer in the table",
                "are no longer in the table",
            ),
        ];
        let others = others.into_iter().filter(|&(number, ..)| number > 0);
        let others = others.map(|(number, noun, one, many)| {
            format!("; {} {}", count(number, noun), plural(number, one, many))
        });
        let rest = changes.iter().filter(|&&change| rerun == 0 || change == StudyChange::Table);
        let rest = list(rest.map(|change| change.text()));
        let rest = if rest.is_empty() { rest } else { format!("; changed: {rest}") };
        done + &others.collect::<String>() + &rest
    }
}

#[cfg(test)]
mod tests {
    use super::super::journal_reader::JournalCase;
    use super::*;
    use crate::run::CaseRecord;
    use crate::study::{CaseTable, InputFiles};

    /// Keys of cases with these names.
    fn keys(names: &[&str]) -> Vec<CaseKey> {
        let mut table = CaseTable::default();
        for name in names {
            table.push(name, 1.0, 1.0, &[]);
        }
        CaseKey::of_all(&table, None, &InputFiles::default())
    }

    /// A history in which the cases with these names have these statuses.
    fn history(cases: &[(&str, Status)]) -> JournalHistory {
        let names: Vec<_> = cases.iter().map(|(name, _)| *name).collect();
        let ids = assign_ids(&keys(&names), None);
        let case = |status| JournalCase {
            record: CaseRecord { status, attempts: 1, ..CaseRecord::default() },
            ..JournalCase::default()
        };
        JournalHistory {
            sessions: 1,
            cases: ids
                .into_iter()
                .zip(cases)
                .map(|(id, (_, status))| (id, case(*status)))
                .collect(),
            ..JournalHistory::default()
        }
    }

    fn done_cases(names: &[&str], history: &JournalHistory) -> (Vec<u32>, ResumeCounts) {
        let resume = Resume::new(&keys(names), Some(history));
        (resume.done.iter().map(|resumed| resumed.case).collect(), resume.counts)
    }

    #[test]
    fn cases_are_found_in_any_order() {
        let (done, failed) = (Status::Done, Status::Failed);
        let history = history(&[("a", done), ("b", failed), ("c", done), ("d", Status::Running)]);
        let (done_rows, counts) = done_cases(&["d", "c", "new", "b", "a"], &history);
        assert_eq!(done_rows, [1, 4]);
        assert_eq!((counts.done, counts.failed, counts.running, counts.not_run), (2, 1, 1, 1));
        let (done_rows, counts) = done_cases(&["a"], &history);
        assert_eq!((done_rows, counts.removed), (vec![0], 3));
    }

    #[test]
    fn as_many_equal_cases_stay_done_as_the_table_has() {
        let (done, not_run) = (Status::Done, Status::NotRun);
        let history = history(&[("a", done), ("a", not_run), ("a", done)]);
        assert_eq!(done_cases(&["a", "a", "a"], &history).0, [0, 2]);
        assert_eq!(done_cases(&["a", "a"], &history).0, [0, 1], "the removed case was not done");
        assert_eq!(done_cases(&["a", "b"], &history).0, [0]);
        let four = done_cases(&["a", "a", "a", "a"], &history);
        assert_eq!((four.0.len(), four.1.not_run), (2, 2));
    }

    #[test]
    fn the_sentence_lists_what_is_done_and_what_runs_again() {
        let counts =
            ResumeCounts { cases: 200, done: 12, failed: 1, running: 2, ..ResumeCounts::default() };
        assert_eq!(
            counts.sentence(&[]),
            "12 of 200 cases are already done; 1 failed case is retried; 2 cases were running when \
             the run stopped and run again"
        );
        let all_done = |cases| ResumeCounts { cases, done: cases, ..ResumeCounts::default() };
        assert_eq!(all_done(3).sentence(&[]), "all 3 cases are already done");
        assert_eq!(all_done(2).sentence(&[]), "both cases are already done");
        let changed = ResumeCounts { cases: 3, not_run: 3, removed: 2, ..ResumeCounts::default() };
        let changes = [
            StudyChange::Program,
            StudyChange::Option(StudyOption::ValueRegex),
            StudyChange::Table,
        ];
        assert_eq!(
            changed.sentence(&changes),
            "0 of 3 cases are already done; 2 cases run again because of a change: the program, the \
             value expression; 1 case has not run yet; changed: the table"
        );
    }
}
