//! Repeats the journal of a run on a cluster that is followed again.

use super::cluster_run::ClusterRun;
use super::cluster_task::TaskEnd;
use crate::engine::folder::resume::ContinuedCase;
use crate::run::{CaseOutcome, CaseValues, Status};

/// Repeats what the journal of an earlier session of this program tells. Its arrays must
/// have been added.
pub(crate) fn replay_journal(run: &mut ClusterRun, cases: Vec<ContinuedCase>) {
    let numbers = run.task_numbers();
    for case in cases {
        let ContinuedCase { case: index, record, further_values, attempts, place, error } = case;
        let is_running = record.status == Status::Running;
        let ended = if attempts.is_empty() && !is_running {
            vec![(record.lane, record.start_ns, record.end_ns, record.status)]
        } else {
            attempts.iter().map(|it| (it.lane, it.start_ns, it.end_ns, it.status)).collect()
        };
        let count = ended.len();
        for (attempt, (lane, start_ns, end_ns, status)) in (1_u32..).zip(ended) {
            let Some(&number) = numbers.get(&(index, attempt)) else { continue };
            let is_last = attempt as usize == count && !is_running;
            let message = || error.as_deref().unwrap_or("failed").to_owned();
            let outcome = match status {
                Status::Done => {
                    let values = std::iter::once(record.value);
                    let values = values.chain(further_values.iter().copied());
                    CaseOutcome::Done(if is_last {
                        values.collect()
                    } else {
                        CaseValues::default()
                    })
                }
                Status::TimedOut => CaseOutcome::TimedOut(message()),
                Status::Refused => CaseOutcome::Refused,
                Status::Cancelled => CaseOutcome::Cancelled,
                Status::Failed | Status::NotRun | Status::Running => CaseOutcome::Failed(message()),
            };
            run.start_known(number, lane, record.dispatch_index, start_ns, place.clone());
            let cpu_ns = record.cpu_ns.filter(|_| is_last);
            let lacks_value_file = false;
            let end = TaskEnd { at_ns: 0, outcome, cpu_ns, lacks_value_file, output_tail: None };
            run.end_task(number, end_ns, end, 0);
        }
        if is_running && let Some(&number) = numbers.get(&(index, record.attempts)) {
            let (lane, start_ns) = (record.lane, record.start_ns);
            run.start_known(number, lane, record.dispatch_index, start_ns, place);
        }
    }
    // Those that were submitted again before are not submitted once more.
    run.withdraw_open_retries();
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{RULES, array, at, done, failed, run, see, start, state};
    use super::*;

    #[test]
    fn a_run_that_is_followed_again_repeats_its_journal_and_submits_nothing_twice() {
        let mut first = run(RULES, 3);
        let starts = vec![start(0, 0), start(1, 0)];
        see(&mut first, 4, starts, vec![done(0, 2), failed(1, 3)]);
        see(&mut first, 5, vec![start(2, 4)], vec![]);
        let before = state(&mut first, 3);
        let mut again = ClusterRun::new(RULES, first.first_start_ns());
        again.add_array(&array(&[(0, 1), (1, 1), (2, 1)]));
        again.add_array(&array(&[(1, 2)]));
        let continued = (0..3_u32).map(|case| ContinuedCase {
            case,
            record: before.records[case as usize],
            further_values: Box::default(),
            attempts: Vec::new(),
            place: before.notes.place(case as usize),
            error: before.error(case).map(Into::into),
        });
        replay_journal(&mut again, continued.collect());
        assert_eq!(again.due_retries(at(99)), [], "the second attempt is on the cluster");
        let after = state(&mut again, 3);
        assert_eq!(after.records, before.records);
        assert_eq!(again.count(|_| true), (1, 1));
    }
}
