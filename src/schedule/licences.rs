//! Estimates the number of available licences from refused cases.

/// Maximum pause between two probes for one more licence, and before a retry.
const MAX_PAUSE_NS: u64 = 60_000_000_000;

/// Pause before the first probe while no case has ended; it doubles.
const FIRST_PAUSE_NS: u64 = 1_000_000_000;

/// Number of recent case lengths whose median sets the probe pause.
const LENGTHS: usize = 64;

/// Estimate of the number of licences. Nothing is limited before the first refusal.
#[derive(Debug, Clone)]
pub(super) struct Licences {
    available: Option<u32>,
    /// Time of the last refusal.
    refused_at_ns: u64,
    /// Earliest time of the next probe.
    next_probe_ns: u64,
    /// Refusals since a case last got a licence.
    refusals_in_a_row: u32,
    /// Whether a probe has started since the last refusal.
    probe_started: bool,
    /// Lengths of the latest cases that got a licence, as a ring buffer.
    lengths_ns: [u64; LENGTHS],
    ended: usize,
}

impl Default for Licences {
    fn default() -> Self {
        Self {
            available: None,
            refused_at_ns: 0,
            next_probe_ns: 0,
            refusals_in_a_row: 0,
            probe_started: false,
            lengths_ns: [0; LENGTHS],
            ended: 0,
        }
    }
}

impl Licences {
    /// Returns the estimate; `None` before the first refusal.
    pub(super) fn available(&self) -> Option<u32> {
        self.available
    }

    /// Checks whether a case may start while `running` others are running. The
    /// error is the time to ask again.
    pub(super) fn may_start(&self, now_ns: u64, running: u32) -> Result<(), u64> {
        let is_too_early = self.is_probe(running) && now_ns < self.next_probe_ns;
        if is_too_early { Err(self.next_probe_ns) } else { Ok(()) }
    }

    /// Whether the next case to start may find no licence. After two refusals in
    /// a row there may be even fewer licences than estimated.
    fn is_probe(&self, others: u32) -> bool {
        self.available.is_some_and(|available| others >= available || self.refusals_in_a_row >= 2)
    }

    /// Records that a case started while `others` were running.
    pub(super) fn record_start(&mut self, now_ns: u64, others: u32) {
        if let Some(available) = self.available.filter(|_| self.is_probe(others)) {
            // All others are still running, so the last one got its licence.
            self.available = Some(available.max(others));
            self.next_probe_ns = now_ns.saturating_add(self.pause_ns());
            if self.probe_started {
                self.refusals_in_a_row = 0;
            }
            self.probe_started = true;
        }
    }

    /// Records that a case was refused while `others` held all licences.
    pub(super) fn record_refusal(&mut self, now_ns: u64, others: u32) {
        self.available = Some(self.available.map_or(others, |available| available.min(others)));
        self.refused_at_ns = now_ns;
        self.refusals_in_a_row = self.refusals_in_a_row.saturating_add(1);
        self.probe_started = false;
        self.next_probe_ns = self.next_probe_ns.max(now_ns.saturating_add(self.pause_ns()));
    }

    /// Records the end of a case that held a licence since `start_ns`, when
    /// `running` cases were running, itself included.
    pub(super) fn record_end(&mut self, start_ns: u64, now_ns: u64, running: u32) {
        self.lengths_ns[self.ended % LENGTHS] = now_ns.saturating_sub(start_ns);
        self.ended += 1;
        if let Some(available) = &mut self.available
            && start_ns > self.refused_at_ns
        {
            self.refusals_in_a_row = 0;
            *available = running.max(*available);
        }
    }

    /// Returns the pause before a case is retried that was refused `refusals` times. The first
    /// retry has no pause of its own; after that, others go first.
    pub(super) fn case_pause_ns(&self, refusals: u32) -> u64 {
        match refusals.checked_sub(2) {
            None => 0,
            Some(doublings) => doubled(self.pause_ns(), doublings),
        }
    }

    /// Returns the pause between two probes: the median length of the latest
    /// cases, at most a minute.
    fn pause_ns(&self) -> u64 {
        let known = self.ended.min(LENGTHS);
        if known == 0 {
            return doubled(FIRST_PAUSE_NS, self.refusals_in_a_row.saturating_sub(1));
        }
        let mut lengths_ns = self.lengths_ns;
        let (_, &mut median_ns, _) = lengths_ns[..known].select_nth_unstable((known - 1) / 2);
        median_ns.min(MAX_PAUSE_NS)
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

    #[test]
    fn nothing_is_limited_before_the_first_refusal() {
        let mut licences = Licences::default();
        licences.record_start(0, 7);
        licences.record_end(0, 5 * S, 8);
        assert_eq!((licences.available(), licences.may_start(6 * S, 100)), (None, Ok(())));
    }

    #[test]
    fn fewer_licences_are_detected_as_their_holders_end() {
        let mut licences = Licences::default();
        licences.record_end(0, 10 * S, 4);
        // Two of four licences go away while three cases still hold theirs.
        licences.record_start(10 * S, 3);
        licences.record_refusal(10 * S, 3);
        assert_eq!(licences.available(), Some(3));
        licences.record_start(11 * S, 2);
        licences.record_refusal(11 * S, 2);
        assert_eq!(licences.available(), Some(2));
        // After two refusals in a row only probes start: there may be fewer still.
        assert_eq!(licences.may_start(12 * S, 2), Err(21 * S));
        assert_eq!(licences.may_start(12 * S, 1), Err(21 * S));
        // A case that got its licence before the drop proves nothing.
        licences.record_end(0, 13 * S, 4);
        assert_eq!(licences.available(), Some(2));
        assert_eq!(licences.may_start(21 * S, 1), Ok(()));
        licences.record_start(21 * S, 1);
        licences.record_end(21 * S, 22 * S, 2);
        assert_eq!(licences.may_start(22 * S, 1), Ok(()), "the probe was not refused");
    }

    #[test]
    fn more_licences_are_probed_for_once_per_median_case_length() {
        let mut licences = Licences::default();
        licences.record_end(0, 10 * S, 4);
        licences.record_refusal(10 * S, 1);
        assert_eq!(licences.may_start(19 * S, 1), Err(20 * S));
        assert_eq!(licences.may_start(20 * S, 1), Ok(()));
        licences.record_start(20 * S, 1);
        assert_eq!((licences.available(), licences.may_start(21 * S, 2)), (Some(1), Err(30 * S)));
        // The probe was not refused: there are two, and a third is probed for.
        licences.record_start(30 * S, 2);
        assert_eq!(licences.available(), Some(2));
        licences.record_end(30 * S, 32 * S, 3);
        assert_eq!(licences.available(), Some(3), "a case that was not refused had a licence");
    }

    #[test]
    fn pauses_grow_up_to_a_minute_while_no_case_has_ended() {
        let mut licences = Licences::default();
        let mut now_ns = 0;
        let mut pauses = Vec::new();
        for _ in 0..9 {
            licences.record_refusal(now_ns, 0);
            let next_ns = licences.may_start(now_ns, 0).unwrap_err();
            pauses.push((next_ns - now_ns) / S);
            now_ns = next_ns;
        }
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
    }

    #[test]
    fn a_case_that_is_refused_again_lets_others_go_first() {
        let mut licences = Licences::default();
        licences.record_end(0, 4 * S, 1);
        let pauses = [1, 2, 3, 4, 5, 6, 7].map(|refusals| licences.case_pause_ns(refusals) / S);
        assert_eq!(pauses, [0, 4, 8, 16, 32, 60, 60]);
        let failed = [1, 2, 3, 9].map(|failures| failed_pause_ns(S, failures) / S);
        assert_eq!(failed, [1, 2, 4, 60]);
    }
}
