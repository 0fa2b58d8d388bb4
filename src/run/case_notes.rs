//! Facts about cases that few runs have: host, time in a queue, and output of failures.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::queue_state::CasePlace;

/// Cases with their hosts, and their times in a queue in nanoseconds.
pub type PlaceList = Vec<(u32, Option<String>, Option<u64>)>;

/// Facts about the cases of a run; empty lists where no case has them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CaseNotes {
    /// Last output of cases that did not succeed.
    output_tails: BTreeMap<u32, String>,
    #[serde(skip)]
    hosts: Vec<Option<Arc<str>>>,
    #[serde(skip)]
    queued_ns: Vec<Option<u64>>,
}

impl CaseNotes {
    /// Returns the end of the output of a case that did not succeed.
    pub fn output_tail(&self, case: usize) -> Option<&str> {
        self.output_tails.get(&u32::try_from(case).ok()?).map(String::as_str)
    }

    /// Returns the machine that ran a case.
    pub fn host(&self, case: usize) -> Option<&str> {
        self.hosts.get(case)?.as_deref()
    }

    /// Returns the time that a case waited in a queue, in nanoseconds.
    pub fn queued_ns(&self, case: usize) -> Option<u64> {
        *self.queued_ns.get(case)?
    }

    /// Whether the machine of any case is known.
    pub fn has_hosts(&self) -> bool {
        self.hosts.iter().any(Option::is_some)
    }

    /// Whether the time in a queue of any case is known.
    pub fn has_queue_times(&self) -> bool {
        self.queued_ns.iter().any(Option::is_some)
    }

    /// Returns all hosts and times in a queue, by case.
    pub fn places(&self) -> PlaceList {
        let cases = self.hosts.len().max(self.queued_ns.len());
        let place = |case| (self.host(case).map(str::to_owned), self.queued_ns(case));
        let places = (0..cases).map(place).zip(0..);
        let known = places.filter(|((host, queued_ns), _)| host.is_some() || queued_ns.is_some());
        known.map(|((host, queued_ns), case)| (case, host, queued_ns)).collect()
    }

    /// Sets hosts and times in a queue.
    pub fn set_places(&mut self, places: PlaceList) {
        for (case, host, queued_ns) in places {
            let case = case as usize;
            host.iter().for_each(|host| self.set_host(case, host));
            queued_ns.iter().for_each(|&queued_ns| self.set_queued_ns(case, queued_ns));
        }
    }

    /// Replaces the output of a case.
    pub fn set_output_tail(&mut self, case: u32, text: Option<String>) {
        match text {
            Some(text) => drop(self.output_tails.insert(case, text)),
            None => drop(self.output_tails.remove(&case)),
        }
    }

    /// Sets where a case ran on a cluster.
    pub fn set_place(&mut self, case: u32, place: &CasePlace) {
        let case = case as usize;
        self.set_host(case, &place.host);
        if let Some(queued_ns) = place.queued_ns {
            self.set_queued_ns(case, queued_ns);
        }
    }

    /// Returns where a case ran on a cluster.
    pub fn place(&self, case: usize) -> Option<CasePlace> {
        let host = self.hosts.get(case)?.clone()?;
        Some(CasePlace { host, queued_ns: self.queued_ns(case) })
    }

    /// Sets the machine that ran a case. Cases that follow each other often share it.
    pub fn set_host(&mut self, case: usize, host: &str) {
        let latest = self.hosts.last().cloned().flatten();
        let shared = latest.filter(|latest| **latest == *host).unwrap_or_else(|| host.into());
        self.hosts.resize(self.hosts.len().max(case + 1), None);
        self.hosts[case] = Some(shared);
    }

    /// Sets the time that a case waited in a queue, in nanoseconds.
    pub fn set_queued_ns(&mut self, case: usize, queued_ns: u64) {
        self.queued_ns.resize(self.queued_ns.len().max(case + 1), None);
        self.queued_ns[case] = Some(queued_ns);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_belong_to_their_case_and_others_have_none() {
        let mut notes = CaseNotes::default();
        notes.set_host(1, "n1");
        notes.set_host(2, "n1");
        notes.set_queued_ns(2, 7);
        notes.set_output_tail(0, Some("diverged".to_owned()));
        assert_eq!([0, 1, 2, 9].map(|case| notes.host(case)), [None, Some("n1"), Some("n1"), None]);
        assert_eq!([1, 2, 3].map(|case| notes.queued_ns(case)), [None, Some(7), None]);
        assert_eq!((notes.output_tail(0), notes.output_tail(1)), (Some("diverged"), None));
        notes.set_output_tail(0, None);
        assert_eq!(notes.output_tail(0), None);
    }
}
