//! How many licences there really are, learned from which cases get one.

/// The longest time between two starts that probe for one more licence, and the
/// longest that a refused case waits to be tried again.
const LONGEST_PAUSE_NS: u64 = 60_000_000_000;

/// As long as no case has ended, probes begin with this pause, which doubles.
const FIRST_PAUSE_NS: u64 = 1_000_000_000;

/// Of how many ended cases the median length is taken.
const LENGTHS: usize = 64;

/// What is known of the number of licences. Before the first refusal nothing is, and
/// nothing is held back.
#[derive(Debug, Clone)]
pub(super) struct Licences {
    available: Option<u32>,
    /// When the last case was refused.
    refused_ns: u64,
    /// Before this nothing starts beyond what is believed to be available.
    probe_ns: u64,
    /// How many were refused since one was not.
    in_a_row: u32,
    /// Whether a probe has started since, and was not refused so far.
    probed: bool,
    /// How long the last cases took that were not refused.
    lengths_ns: [u64; LENGTHS],
    ended: usize,
}

impl Default for Licences {
    fn default() -> Self {
        Self {
            available: None,
            refused_ns: 0,
            probe_ns: 0,
            in_a_row: 0,
            probed: false,
            lengths_ns: [0; LENGTHS],
            ended: 0,
        }
    }
}

impl Licences {
    /// How many there are, as far as that is known.
    pub(super) fn available(&self) -> Option<u32> {
        self.available
    }

    /// Whether a case may start while so many are in work; else when that is to be
    /// asked again.
    pub(super) fn may_start(&self, now_ns: u64, in_work: u32) -> Result<(), u64> {
        if self.is_probe(in_work) && now_ns < self.probe_ns { Err(self.probe_ns) } else { Ok(()) }
    }

    /// Whether it is not known that one more can have a licence: there may be even
    /// fewer than is believed if two were refused in a row.
    fn is_probe(&self, others: u32) -> bool {
        self.available.is_some_and(|available| others >= available || self.in_a_row >= 2)
    }

    /// A case started while so many others were in work.
    pub(super) fn started(&mut self, now_ns: u64, others: u32) {
        if let Some(available) = self.available.filter(|_| self.is_probe(others)) {
            // That all others are still in work means that the last one got its
            // licence.
            self.available = Some(available.max(others));
            self.probe_ns = now_ns.saturating_add(self.pause_ns());
            if self.probed {
                self.in_a_row = 0;
            }
            self.probed = true;
        }
    }

    /// A case was refused while so many others were in work: they have all there are.
    pub(super) fn refused(&mut self, now_ns: u64, others: u32) {
        self.available = Some(self.available.map_or(others, |available| available.min(others)));
        self.refused_ns = now_ns;
        self.in_a_row = self.in_a_row.saturating_add(1);
        self.probed = false;
        self.probe_ns = self.probe_ns.max(now_ns.saturating_add(self.pause_ns()));
    }

    /// A case ended that had a licence, since `start_ns`, when it was the `nth` in
    /// work.
    pub(super) fn held(&mut self, start_ns: u64, now_ns: u64, nth: u32) {
        self.lengths_ns[self.ended % LENGTHS] = now_ns.saturating_sub(start_ns);
        self.ended += 1;
        if let Some(available) = &mut self.available
            && start_ns > self.refused_ns
        {
            self.in_a_row = 0;
            *available = nth.max(*available);
        }
    }

    /// How long a case waits that was refused for the nth time, from 1. The first
    /// time it waits for a licence alone; others go first if it is refused again.
    pub(super) fn case_pause_ns(&self, refusals: u32) -> u64 {
        match refusals.checked_sub(2) {
            None => 0,
            Some(doubled) => doubling(self.pause_ns(), doubled),
        }
    }

    /// The time between two probes: as long as half of the cases take at most, and
    /// not more than a minute.
    fn pause_ns(&self) -> u64 {
        let known = self.ended.min(LENGTHS);
        if known == 0 {
            return doubling(FIRST_PAUSE_NS, self.in_a_row.saturating_sub(1));
        }
        let mut lengths_ns = self.lengths_ns;
        let (_, &mut median_ns, _) = lengths_ns[..known].select_nth_unstable((known - 1) / 2);
        median_ns.min(LONGEST_PAUSE_NS)
    }
}

/// The pause doubled so many times, at most the longest one.
fn doubling(pause_ns: u64, times: u32) -> u64 {
    let factor = 1_u64.checked_shl(times).unwrap_or(u64::MAX);
    pause_ns.saturating_mul(factor).min(LONGEST_PAUSE_NS)
}

/// How long a case waits that failed for the nth time, from 1: each time twice as
/// long, at most a minute.
pub(super) fn failed_pause_ns(pause_ns: u64, failures: u32) -> u64 {
    doubling(pause_ns, failures.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: u64 = 1_000_000_000;

    #[test]
    fn before_a_refusal_nothing_is_held_back() {
        let mut licences = Licences::default();
        licences.started(0, 7);
        licences.held(0, 5 * S, 8);
        assert_eq!((licences.available(), licences.may_start(6 * S, 100)), (None, Ok(())));
    }

    #[test]
    fn a_fall_is_learned_as_those_end_that_hold_one() {
        let mut licences = Licences::default();
        licences.held(0, 10 * S, 4);
        // Of four, two are taken away; three still hold theirs.
        licences.started(10 * S, 3);
        licences.refused(10 * S, 3);
        assert_eq!(licences.available(), Some(3));
        licences.started(11 * S, 2);
        licences.refused(11 * S, 2);
        assert_eq!(licences.available(), Some(2));
        // After two in a row only probes start, for there may be fewer still.
        assert_eq!(licences.may_start(12 * S, 2), Err(21 * S));
        assert_eq!(licences.may_start(12 * S, 1), Err(21 * S));
        // One that held its licence from before the fall says nothing.
        licences.held(0, 13 * S, 4);
        assert_eq!(licences.available(), Some(2));
        assert_eq!(licences.may_start(21 * S, 1), Ok(()));
        licences.started(21 * S, 1);
        licences.held(21 * S, 22 * S, 2);
        assert_eq!(licences.may_start(22 * S, 1), Ok(()), "it was not refused");
    }

    #[test]
    fn a_rise_is_probed_once_in_the_time_of_a_case() {
        let mut licences = Licences::default();
        licences.held(0, 10 * S, 4);
        licences.refused(10 * S, 1);
        assert_eq!(licences.may_start(19 * S, 1), Err(20 * S));
        assert_eq!(licences.may_start(20 * S, 1), Ok(()));
        licences.started(20 * S, 1);
        assert_eq!((licences.available(), licences.may_start(21 * S, 2)), (Some(1), Err(30 * S)));
        // It was not refused since: there are two, and a third is probed for.
        licences.started(30 * S, 2);
        assert_eq!(licences.available(), Some(2));
        licences.held(30 * S, 32 * S, 3);
        assert_eq!(licences.available(), Some(3), "one that ended well had a licence");
    }

    #[test]
    fn while_no_case_has_ended_the_pauses_grow_up_to_a_minute() {
        let mut licences = Licences::default();
        let mut now_ns = 0;
        let mut pauses = Vec::new();
        for _ in 0..9 {
            licences.refused(now_ns, 0);
            let next_ns = licences.may_start(now_ns, 0).unwrap_err();
            pauses.push((next_ns - now_ns) / S);
            now_ns = next_ns;
        }
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
    }

    #[test]
    fn a_case_that_is_refused_again_lets_others_go_first() {
        let mut licences = Licences::default();
        licences.held(0, 4 * S, 1);
        let pauses = [1, 2, 3, 4, 5, 6, 7].map(|refusals| licences.case_pause_ns(refusals) / S);
        assert_eq!(pauses, [0, 4, 8, 16, 32, 60, 60]);
        let failed = [1, 2, 3, 9].map(|failures| failed_pause_ns(S, failures) / S);
        assert_eq!(failed, [1, 2, 4, 60]);
    }
}
