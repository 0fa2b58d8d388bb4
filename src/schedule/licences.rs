//! Estimates the number of available licences from refused cases.

/// Maximum pause between two probes for one more licence, and before a retry.
const MAX_PAUSE_NS: u64 = 60_000_000_000;

/// Pause before a probe while no case has ended.
const FIRST_PAUSE_NS: u64 = 250_000_000;

/// A pause is at least the time since a case last got a licence divided by this, so a
/// new licence is found within this fraction of the time it was waited for.
const PATIENCE: u64 = 8;

/// Number of recent case lengths whose median sets the probe pause.
const LENGTHS: usize = 64;

/// Estimate of the number of licences. Nothing is limited before the first refusal.
#[derive(Debug, Clone)]
pub(super) struct Licences {
    available: Option<u32>,
    /// Time of the last refusal.
    refused_ns: u64,
    /// Longest time that an attempt ran until it was refused.
    longest_refusal_ns: u64,
    /// Earliest time of the next probe.
    next_probe_ns: u64,
    /// Time at which a case last ended that held a licence.
    last_end_ns: u64,
    /// Lengths of the latest cases that held a licence, in a ring.
    lengths_ns: [u64; LENGTHS],
    /// Number of cases that held a licence.
    ended: usize,
    refusals: u32,
}

/// State of the licences at the start of an attempt.
#[derive(Debug, Clone, Copy)]
pub(super) struct AttemptStart {
    at_ns: u64,
    /// Number of running cases, this one included.
    running: u32,
    /// Number of refusals before.
    refusals: u32,
}

impl Default for Licences {
    fn default() -> Self {
        Self {
            available: None,
            refused_ns: 0,
            longest_refusal_ns: 0,
            next_probe_ns: 0,
            last_end_ns: 0,
            lengths_ns: [0; LENGTHS],
            ended: 0,
            refusals: 0,
        }
    }
}

impl Licences {
    /// Returns the estimate; `None` before the first refusal.
    pub(super) fn available(&self) -> Option<u32> {
        self.available
    }

    /// Checks whether a case may start while `others` are running. The error is the
    /// time to ask again.
    pub(super) fn may_start(&self, now_ns: u64, others: u32) -> Result<(), u64> {
        let is_too_early = self.is_probe(others) && now_ns < self.next_probe_ns;
        if is_too_early { Err(self.next_probe_ns) } else { Ok(()) }
    }

    /// Whether the next case to start looks for one licence more than is known of.
    fn is_probe(&self, others: u32) -> bool {
        self.available.is_some_and(|available| others >= available)
    }

    /// Records that a case started while `others` were running.
    pub(super) fn record_start(&mut self, now_ns: u64, others: u32) -> AttemptStart {
        if let Some(available) = self.available.filter(|_| self.is_probe(others)) {
            // None of the others was refused in time, so each has a licence.
            self.available = Some(available.max(others));
            // A probe that is not refused soon has found one, and the next may start.
            let settled_ns = self.longest_refusal_ns.saturating_mul(2);
            self.next_probe_ns = now_ns.saturating_add(settled_ns.min(self.pause_ns(now_ns)));
        }
        AttemptStart { at_ns: now_ns, running: others + 1, refusals: self.refusals }
    }

    /// Records that an attempt was refused while `others` were running. The licences of cases
    /// that ended during the attempt may still have been in use when it asked for one.
    pub(super) fn record_refusal(&mut self, start: AttemptStart, now_ns: u64, others: u32) {
        let refused_since = self.refusals - start.refusals;
        let in_use = others.max((start.running - 1).saturating_sub(refused_since));
        self.available = Some(self.available.map_or(in_use, |available| available.min(in_use)));
        self.refusals += 1;
        self.refused_ns = now_ns;
        let refusal_ns = now_ns.saturating_sub(start.at_ns);
        self.longest_refusal_ns = self.longest_refusal_ns.max(refusal_ns);
        self.next_probe_ns = now_ns.saturating_add(self.pause_ns(now_ns));
    }

    /// Records the end of a case that held a licence.
    pub(super) fn record_end(&mut self, start: AttemptStart, now_ns: u64) {
        self.lengths_ns[self.ended % LENGTHS] = now_ns.saturating_sub(start.at_ns);
        self.ended += 1;
        self.last_end_ns = now_ns;
        if let Some(available) = &mut self.available
            && start.at_ns > self.refused_ns
        {
            // No case was refused since it started, so all that ran then had licences.
            *available = start.running.max(*available);
        }
    }

    /// Returns the pause before a case is retried that was refused `refusals` times. The first
    /// retry has no pause of its own; after that, others go first.
    pub(super) fn case_pause_ns(&self, now_ns: u64, refusals: u32) -> u64 {
        match refusals.checked_sub(2) {
            None => 0,
            Some(doublings) => doubled(self.pause_ns(now_ns), doublings),
        }
    }

    /// Returns the pause between two probes: the median length of the latest cases, longer
    /// if none ended for a long time, at most a minute.
    fn pause_ns(&self, now_ns: u64) -> u64 {
        let mut lengths_ns = self.lengths_ns[..self.ended.min(LENGTHS)].to_vec();
        lengths_ns.sort_unstable();
        let middle = lengths_ns.len().saturating_sub(1) / 2;
        let length_ns = lengths_ns.get(middle).copied().unwrap_or(FIRST_PAUSE_NS);
        let waited_ns = now_ns.saturating_sub(self.last_end_ns);
        length_ns.max(waited_ns / PATIENCE).min(MAX_PAUSE_NS)
    }
}

/// Doubles a pause `times` times, up to [`MAX_PAUSE_NS`].
fn doubled(pause_ns: u64, times: u32) -> u64 {
    let factor = 1_u64.checked_shl(times).unwrap_or(u64::MAX);
    pause_ns.saturating_mul(factor).min(MAX_PAUSE_NS)
}

/// Returns the pause before a case is retried that failed `failures` times.
pub(super) fn failed_pause_ns(first_pause_ns: u64, failures: u32) -> u64 {
    doubled(first_pause_ns, failures.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: u64 = 1_000_000_000;

    /// Ends a case that ran from `start_ns` on beside `others`.
    fn end(licences: &mut Licences, (start_ns, end_ns): (u64, u64), others: u32) {
        let start = licences.record_start(start_ns, others);
        licences.record_end(start, end_ns);
    }

    /// Refuses a case that started beside `others`, which still run.
    fn refuse(licences: &mut Licences, (start_ns, end_ns): (u64, u64), others: u32) {
        let start = licences.record_start(start_ns, others);
        licences.record_refusal(start, end_ns, others);
    }

    #[test]
    fn nothing_is_limited_before_the_first_refusal() {
        let mut licences = Licences::default();
        end(&mut licences, (0, 5 * S), 7);
        assert_eq!((licences.available(), licences.may_start(6 * S, 100)), (None, Ok(())));
    }

    #[test]
    fn fewer_licences_are_detected_as_their_holders_end() {
        let mut licences = Licences::default();
        let long = licences.record_start(0, 3);
        end(&mut licences, (0, 10 * S), 3);
        // Two of four licences go away while three cases still hold theirs.
        refuse(&mut licences, (10 * S, 10 * S), 3);
        assert_eq!(licences.available(), Some(3));
        refuse(&mut licences, (11 * S, 11 * S), 2);
        assert_eq!(licences.available(), Some(2));
        assert_eq!(licences.may_start(12 * S, 2), Err(21 * S));
        assert_eq!(licences.may_start(12 * S, 1), Ok(()), "a licence is free");
        // A case that got its licence before the drop proves nothing.
        licences.record_end(long, 13 * S);
        assert_eq!(licences.available(), Some(2));
    }

    #[test]
    fn a_burst_of_refusals_does_not_lengthen_the_pause() {
        let mut licences = Licences::default();
        let starts: Vec<_> = (0..8).map(|others| licences.record_start(0, others)).collect();
        for (others, start) in (2..8).zip(&starts[2..]).rev() {
            licences.record_refusal(*start, S / 10, others);
        }
        assert_eq!(licences.available(), Some(2));
        assert_eq!(licences.may_start(S / 10, 2), Err(S / 10 + S / 4));
        licences.record_end(starts[0], S);
        assert_eq!(licences.may_start(S, 1), Ok(()), "a licence is free");
    }

    #[test]
    fn a_licence_that_is_returned_during_a_refused_attempt_still_counts() {
        let mut licences = Licences::default();
        let holders: Vec<_> = (0..2).map(|others| licences.record_start(0, others)).collect();
        let probe = licences.record_start(0, 2);
        licences.record_end(holders[0], S);
        licences.record_refusal(probe, S + 1, 1);
        assert_eq!(licences.available(), Some(2));
    }

    #[test]
    fn more_licences_are_probed_for_once_per_median_case_length() {
        let mut licences = Licences::default();
        end(&mut licences, (0, 10 * S), 3);
        refuse(&mut licences, (9 * S, 10 * S), 1);
        assert_eq!(licences.may_start(19 * S, 1), Err(20 * S));
        assert_eq!(licences.may_start(20 * S, 1), Ok(()));
        licences.record_start(20 * S, 1);
        // The refusal took 1 s, so a probe that runs for 2 s has a licence.
        assert_eq!((licences.available(), licences.may_start(21 * S, 2)), (Some(1), Err(22 * S)));
        let third = licences.record_start(22 * S, 2);
        assert_eq!(licences.available(), Some(2));
        licences.record_end(third, 32 * S);
        assert_eq!(licences.available(), Some(3), "a case that was not refused had a licence");
    }

    #[test]
    fn pauses_grow_with_the_time_waited_up_to_a_minute() {
        let mut licences = Licences::default();
        let (mut now_ns, mut pauses) = (0, Vec::new());
        while pauses.last() != Some(&60) {
            refuse(&mut licences, (now_ns, now_ns), 0);
            let next_ns = licences.may_start(now_ns, 0).unwrap_err();
            pauses.push((next_ns - now_ns) / S);
            assert!(next_ns - now_ns <= (S / 4).max(now_ns / 8), "an eighth of the wait");
            now_ns = next_ns;
        }
        assert!(pauses.is_sorted() && pauses[0] == 0 && pauses.len() < 60, "{pauses:?}");
    }

    #[test]
    fn a_case_that_is_refused_again_lets_others_go_first() {
        let mut licences = Licences::default();
        end(&mut licences, (0, 4 * S), 0);
        let pauses =
            [1, 2, 3, 4, 5, 6, 7].map(|refusals| licences.case_pause_ns(4 * S, refusals) / S);
        assert_eq!(pauses, [0, 4, 8, 16, 32, 60, 60]);
        let failed = [1, 2, 3, 9].map(|failures| failed_pause_ns(S, failures) / S);
        assert_eq!(failed, [1, 2, 4, 60]);
    }
}
