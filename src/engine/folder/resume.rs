//! Which cases of a table were done in earlier sittings of its run.

use std::collections::{HashMap, HashSet};

use crate::run::{ResumedCase, Status};

use super::case_key::{CaseId, CaseKey};
use super::journal_reader::JournalHistory;

/// The cases of a table, each found again or new.
#[derive(Debug)]
pub(crate) struct Resume {
    /// What each is known by.
    pub(crate) ids: Vec<CaseId>,
    /// Those that are done, in listed order.
    pub(crate) recalled: Vec<ResumedCase>,
    /// What is to be said of the others.
    pub(crate) counts: ResumeCounts,
}

/// What became of the cases of the last sitting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct ResumeCounts {
    pub(crate) cases: usize,
    pub(crate) done: usize,
    pub(crate) failed: usize,
    pub(crate) timed_out: usize,
    pub(crate) cancelled: usize,
    pub(crate) in_work: usize,
    pub(crate) not_run: usize,
    /// No longer in the table.
    pub(crate) gone: usize,
}

impl Resume {
    /// Finds the cases of these keys.
    pub(crate) fn of(keys: &[CaseKey], past: Option<&JournalHistory>) -> Self {
        let ids = ids_of(keys, past);
        let mut counts = ResumeCounts { cases: ids.len(), ..ResumeCounts::default() };
        let mut recalled = Vec::new();
        for (case, id) in (0..).zip(&ids) {
            let known = past.and_then(|past| past.cases.get(id));
            let Some(known) = known else {
                counts.not_run += 1;
                continue;
            };
            match known.record.status {
                Status::Done => {
                    counts.done += 1;
                    let (record, tries) = (known.record, known.tries.clone());
                    recalled.push(ResumedCase {
                        case,
                        record,
                        attempts: tries,
                        folder: known.folder(),
                    });
                }
                Status::Failed => counts.failed += 1,
                Status::TimedOut => counts.timed_out += 1,
                Status::Cancelled => counts.cancelled += 1,
                Status::Running => counts.in_work += 1,
                Status::NotRun | Status::Refused => counts.not_run += 1,
            }
        }
        if let Some(past) = past {
            let here: HashSet<_> = ids.iter().collect();
            let last = past.sittings.saturating_sub(1);
            let listed = past.cases.iter().filter(|(_, case)| case.listed == last);
            counts.gone = listed.filter(|(id, _)| !here.contains(id)).count();
        }
        Self { ids, recalled, counts }
    }
}

/// Tells cases of the same content apart by their count; those that are done are
/// found first.
fn ids_of(keys: &[CaseKey], past: Option<&JournalHistory>) -> Vec<CaseId> {
    let mut count: HashMap<CaseKey, u32> = HashMap::new();
    let mut ids: Vec<_> = keys
        .iter()
        .map(|&key| {
            let next = count.entry(key).or_default();
            *next += 1;
            CaseId { key, nth: *next - 1 }
        })
        .collect();
    let Some(past) = past else { return ids };
    let is_done =
        |id: &CaseId| past.cases.get(id).is_some_and(|case| case.record.status == Status::Done);
    // Done cases beyond the count stand for others of the same content.
    let mut beyond: HashMap<CaseKey, Vec<u32>> = HashMap::new();
    for id in past.cases.keys().filter(|id| is_done(id)) {
        if count.get(&id.key).is_some_and(|&count| id.nth >= count) {
            beyond.entry(id.key).or_default().push(id.nth);
        }
    }
    for nth in beyond.values_mut() {
        nth.sort_unstable_by(|a, b| b.cmp(a));
    }
    for id in ids.iter_mut().filter(|id| !is_done(id)) {
        if let Some(nth) = beyond.get_mut(&id.key).and_then(Vec::pop) {
            id.nth = nth;
        }
    }
    ids
}

impl ResumeCounts {
    /// In words, for the user.
    pub(crate) fn sentence(&self) -> String {
        let Self { cases, done, .. } = *self;
        let kept = match (done, cases) {
            (done, cases) if done == cases && cases > 1 => {
                format!("all {cases} cases were done before and are kept")
            }
            (1, cases) => format!("1 of {cases} cases was done before and is kept"),
            _ => format!("{done} of {cases} cases were done before and are kept"),
        };
        let parts = [
            (self.failed, "that failed is tried again", "that failed are tried again"),
            (
                self.timed_out,
                "that took too long is tried again",
                "that took too long are tried again",
            ),
            (
                self.cancelled,
                "that was cancelled is run again",
                "that were cancelled are run again",
            ),
            (
                self.in_work,
                "was in work when the run ended and is run again",
                "were in work when the run ended and are run again",
            ),
            (self.not_run, "has not been run", "have not been run"),
            (
                self.gone,
                "of the earlier cases is no longer in the table",
                "of the earlier cases are no longer in the table",
            ),
        ];
        let parts = parts.into_iter().filter(|(count, ..)| *count > 0);
        let parts = parts
            .map(|(count, one, many)| format!("; {count} {}", if count == 1 { one } else { many }));
        kept + &parts.collect::<String>()
    }
}

#[cfg(test)]
mod tests {
    use super::super::journal_reader::JournalCase;
    use super::*;
    use crate::run::CaseRecord;
    use crate::study::CaseTable;

    /// The keys of cases of these names.
    fn keys(names: &[&str]) -> Vec<CaseKey> {
        let mut table = CaseTable::default();
        for name in names {
            table.push(name, 1.0, 1.0, &[]);
        }
        CaseKey::of_all(&table, None)
    }

    /// A past in which the cases of these names ended so, in this order.
    fn past(cases: &[(&str, Status)]) -> JournalHistory {
        let names: Vec<_> = cases.iter().map(|(name, _)| *name).collect();
        let ids = ids_of(&keys(&names), None);
        let known = |status| JournalCase {
            record: CaseRecord { status, attempts: 1, ..CaseRecord::default() },
            ..JournalCase::default()
        };
        JournalHistory {
            run: String::new(),
            sittings: 1,
            base: String::new(),
            cases: ids
                .into_iter()
                .zip(cases)
                .map(|(id, (_, status))| (id, known(*status)))
                .collect(),
            damaged: Vec::new(),
            whole: 0,
            open_ended: false,
        }
    }

    fn recalled(names: &[&str], past: &JournalHistory) -> (Vec<u32>, ResumeCounts) {
        let recall = Resume::of(&keys(names), Some(past));
        (recall.recalled.iter().map(|recalled| recalled.case).collect(), recall.counts)
    }

    #[test]
    fn cases_are_found_wherever_they_stand() {
        let (done, failed) = (Status::Done, Status::Failed);
        let past = past(&[("a", done), ("b", failed), ("c", done), ("d", Status::Running)]);
        let (found, counts) = recalled(&["d", "c", "new", "b", "a"], &past);
        assert_eq!(found, [1, 4]);
        assert_eq!((counts.done, counts.failed, counts.in_work, counts.not_run), (2, 1, 1, 1));
        let (found, counts) = recalled(&["a"], &past);
        assert_eq!((found, counts.gone), (vec![0], 3));
    }

    #[test]
    fn of_equal_cases_as_many_are_done_as_were() {
        let (done, not_run) = (Status::Done, Status::NotRun);
        let past = past(&[("a", done), ("a", not_run), ("a", done)]);
        assert_eq!(recalled(&["a", "a", "a"], &past).0, [0, 2]);
        assert_eq!(recalled(&["a", "a"], &past).0, [0, 1], "the one that is gone was not done");
        assert_eq!(recalled(&["a", "b"], &past).0, [0]);
        let four = recalled(&["a", "a", "a", "a"], &past);
        assert_eq!((four.0.len(), four.1.not_run), (2, 2));
    }

    #[test]
    fn what_is_kept_and_what_is_run_again_is_said() {
        let counts =
            ResumeCounts { cases: 200, done: 12, failed: 1, in_work: 2, ..ResumeCounts::default() };
        assert_eq!(
            counts.sentence(),
            "12 of 200 cases were done before and are kept; 1 that failed is tried again; 2 were in \
             work when the run ended and are run again"
        );
        let all = ResumeCounts { cases: 3, done: 3, ..ResumeCounts::default() };
        assert_eq!(all.sentence(), "all 3 cases were done before and are kept");
    }
}
