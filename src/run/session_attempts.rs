//! The attempts of all sessions of a run.

use super::case_record::{Attempt, CaseRecord};
use super::run_state::RunState;

/// An attempt at a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionAttempt {
    /// Number of its session, from 0.
    pub session: u32,
    /// Its case.
    pub case: u32,
    /// Its number among the attempts of the session, from 1.
    pub number: u32,
    /// Its lane, times and status; while it runs, it ends when it starts.
    pub attempt: Attempt,
    /// Whether the record of the case is of this attempt.
    pub is_recorded: bool,
}

impl Attempt {
    /// Returns the latest attempt of a record.
    pub fn of(record: &CaseRecord) -> Self {
        let CaseRecord { lane, start_ns, end_ns, status, .. } = *record;
        Self { lane, start_ns, end_ns, status }
    }
}

impl RunState {
    /// Iterates over the known attempts, case by case: first the session of the record, with the
    /// recorded attempt last, then this session if it is a later one.
    pub fn all_attempts(&self) -> impl Iterator<Item = SessionAttempt> {
        (0..).zip(&self.records).flat_map(move |(case, record)| {
            let recorded = record.has_started().then(|| Attempt::of(record));
            let (session, number) = (record.session, record.attempts);
            let tries = self.attempts(case).iter().zip(1..);
            // A status may have changed since, as when a retry is dropped.
            let span = |one: &Attempt| (one.start_ns, one.end_ns);
            let others =
                tries.filter(move |(one, _)| Some(span(one)) != recorded.as_ref().map(span));
            let others = others.map(move |(&attempt, number)| SessionAttempt {
                session,
                case,
                number,
                attempt,
                is_recorded: false,
            });
            let recorded = recorded.map(move |attempt| SessionAttempt {
                session,
                case,
                number,
                attempt,
                is_recorded: true,
            });
            let reruns = self.reruns.get(&case).into_iter().flatten().zip(1..);
            let session = self.session;
            let reruns = reruns.map(move |(&attempt, number)| SessionAttempt {
                session,
                case,
                number,
                attempt,
                is_recorded: false,
            });
            others.chain(recorded).chain(reruns)
        })
    }

    /// Iterates over the attempts of this session, case by case.
    pub fn session_attempts(&self) -> impl Iterator<Item = SessionAttempt> {
        self.all_attempts().filter(|one| one.session == self.session)
    }

    /// Returns the attempts of this session at a case, in the order of time; empty for a single
    /// attempt with a result.
    pub fn attempts_of_session(&self, case: u32) -> &[Attempt] {
        if self.records[case as usize].session == self.session {
            return self.attempts(case);
        }
        self.reruns.get(&case).map_or(&[], Vec::as_slice)
    }
}
