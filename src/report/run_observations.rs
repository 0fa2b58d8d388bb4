//! What only the events of a run tell, beside its cases, as a report in JSON holds it.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::import::json_fields::MAX_TIME_S;
use crate::run::{ProcessRecord, ProcessStart, RunState};
use crate::schedule::{WaitReason, WaitSpan, recorded_ns, s_from_ns};

/// A time in nanoseconds, in seconds in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct JsonTime(u64);

impl Serialize for JsonTime {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_f64(s_from_ns(self.0))
    }
}

impl<'de> Deserialize<'de> for JsonTime {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let time_s = f64::deserialize(from)?;
        if (0.0..=MAX_TIME_S).contains(&time_s) {
            Ok(Self(recorded_ns(time_s)))
        } else {
            let expected = format!("expected a time from 0 to {MAX_TIME_S:e} s, found {time_s}");
            Err(D::Error::custom(expected))
        }
    }
}

/// Workers, waits and licences of a run. Without them, only its cases are known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(expecting = "the events of a run, an object")]
pub struct RunObservations {
    /// When each worker asked for its first case.
    workers_ready_s: Vec<JsonTime>,
    workers_added: Vec<AddedWorker>,
    workers_left_s: Vec<JsonTime>,
    /// Requested number of workers, if it was changed during the run.
    target_workers: Option<u32>,
    processes: Vec<ObservedProcess>,
    licences: Vec<ObservedLicences>,
    waits: Vec<ObservedWait>,
    missing_value_files: usize,
    /// Only of a run on a cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    core_slots: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct AddedWorker {
    requested_s: JsonTime,
    ready_s: JsonTime,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct ObservedProcess {
    worker: u32,
    process_id: u32,
    replaces: bool,
    from_s: JsonTime,
    ready_s: JsonTime,
    ready_memory_bytes: Option<u64>,
    memory_bytes: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct ObservedLicences {
    at_s: JsonTime,
    available: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct ObservedWait {
    reason: WaitReason,
    from_s: JsonTime,
    until_s: JsonTime,
}

impl RunObservations {
    pub fn of(state: &RunState) -> Self {
        let added = |&(requested_ns, ready_ns): &(u64, u64)| AddedWorker {
            requested_s: JsonTime(requested_ns),
            ready_s: JsonTime(ready_ns),
        };
        let licences = |&(at_ns, available): &(u64, u32)| ObservedLicences {
            at_s: JsonTime(at_ns),
            available,
        };
        Self {
            workers_ready_s: state.ready_ns.iter().copied().map(JsonTime).collect(),
            workers_added: state.added_workers_ns.iter().map(added).collect(),
            workers_left_s: state.retired_ns.iter().copied().map(JsonTime).collect(),
            target_workers: state.target_workers,
            processes: state.processes.iter().map(ObservedProcess::of).collect(),
            licences: state.licences.iter().map(licences).collect(),
            waits: state.waits.iter().map(ObservedWait::of).collect(),
            missing_value_files: state.missing_value_files,
            core_slots: state.core_slots,
        }
    }

    /// Adds them to the state of a run of which only the cases are known.
    pub fn add_to(self, state: &mut RunState) {
        let times = |times: Vec<JsonTime>| times.into_iter().map(|time| time.0).collect();
        state.ready_ns = times(self.workers_ready_s);
        state.retired_ns = times(self.workers_left_s);
        state.target_workers = self.target_workers;
        let added = self.workers_added.into_iter();
        state.added_workers_ns =
            added.map(|one| (one.requested_s.0, one.ready_s.0.max(one.requested_s.0))).collect();
        state.processes = self.processes.iter().map(ObservedProcess::record).collect();
        state.licences = self.licences.iter().map(|one| (one.at_s.0, one.available)).collect();
        state.waits = self.waits.iter().map(ObservedWait::span).collect();
        state.missing_value_files = self.missing_value_files;
        state.core_slots = self.core_slots;
    }
}

impl ObservedProcess {
    fn of(record: &ProcessRecord) -> Self {
        let ProcessStart { worker, process_id, replaces, from_ns, ready_ns, memory_bytes } =
            record.start;
        Self {
            worker,
            process_id,
            replaces,
            from_s: JsonTime(from_ns),
            ready_s: JsonTime(ready_ns),
            ready_memory_bytes: memory_bytes,
            memory_bytes: record.memory_bytes,
        }
    }

    fn record(&self) -> ProcessRecord {
        let Self { worker, process_id, replaces, from_s, ready_s, .. } = *self;
        let memory_bytes = self.ready_memory_bytes;
        let (from_ns, ready_ns) = (from_s.0, ready_s.0.max(from_s.0));
        let start = ProcessStart { worker, process_id, replaces, from_ns, ready_ns, memory_bytes };
        ProcessRecord { start, memory_bytes: self.memory_bytes, ended: true }
    }
}

impl ObservedWait {
    fn of(wait: &WaitSpan) -> Self {
        let WaitSpan { reason, from_ns, until_ns } = *wait;
        Self { reason, from_s: JsonTime(from_ns), until_s: JsonTime(until_ns) }
    }

    fn span(&self) -> WaitSpan {
        let Self { reason, from_s, until_s } = *self;
        WaitSpan { reason, from_ns: from_s.0, until_ns: until_s.0.max(from_s.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_observed_is_read_back_to_the_nanosecond() {
        let start = ProcessStart {
            worker: 1,
            process_id: 77,
            replaces: true,
            from_ns: 5,
            ready_ns: 7_000_000_001,
            memory_bytes: Some(9),
        };
        let wait = |reason| WaitSpan { reason, from_ns: 3, until_ns: 1_234_567_891 };
        let mut state = RunState::default();
        state.ready_ns = vec![3, 1, 4_000_000_007];
        state.added_workers_ns = vec![(1, 2)];
        state.retired_ns = vec![8];
        state.target_workers = Some(2);
        state.processes = vec![ProcessRecord { start, memory_bytes: None, ended: true }];
        state.licences = vec![(0, 2), (6, 1)];
        state.waits = vec![wait(WaitReason::StartInterval), wait(WaitReason::Barrier)];
        state.missing_value_files = 4;
        let json = serde_json::to_string(&RunObservations::of(&state)).unwrap();
        assert!(json.contains(r#""waits":[{"reason":"start-interval","from_s":"#), "{json}");
        let mut read = RunState::default();
        serde_json::from_str::<RunObservations>(&json).unwrap().add_to(&mut read);
        assert_eq!(read, state);
    }

    #[test]
    fn a_time_below_zero_is_an_error_and_an_end_is_not_before_its_start() {
        let json = serde_json::to_string(&RunObservations::of(&RunState::default())).unwrap();
        let waits = |wait: &str| json.replace(r#""waits":[]"#, &format!(r#""waits":[{wait}]"#));
        let read = |json: String| serde_json::from_str::<RunObservations>(&json);
        let reversed = waits(r#"{"reason":"licence","from_s":2,"until_s":1}"#);
        let mut state = RunState::default();
        read(reversed).unwrap().add_to(&mut state);
        assert_eq!(
            (state.waits[0].from_ns, state.waits[0].until_ns),
            (2_000_000_000, 2_000_000_000)
        );
        let negative = waits(r#"{"reason":"licence","from_s":-1,"until_s":1}"#);
        assert!(read(negative).unwrap_err().to_string().contains("from 0 to 1e10 s, found -1"));
    }
}
