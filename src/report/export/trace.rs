//! The format `trace`: the lanes over time as a Chrome trace, which Perfetto shows.
//!
//! A session of a run is a process and a lane is a thread of it. Each attempt is a slice, and the
//! number of running cases is a counter.

use std::collections::BTreeSet;
use std::io::{self, BufWriter, ErrorKind, Write};

use serde::Serialize;

use super::exporter::{Exportable, Exporter, WriteRemark};
use super::run_json::{ColumnsJson, ValuesJson, final_status};
use crate::report::RunReport;
use crate::run::{Attempt, SessionAttempt};

/// Identifier of the process before that of the first run. Perfetto takes the thread whose
/// identifier is that of its process for the main thread, and shows it in another way, so no lane
/// may have the number of a run.
const PID_BASE: u32 = 1_000_000;

/// Lanes over time.
#[derive(Debug, Clone, Copy)]
pub struct TraceFormat;

impl Exporter for TraceFormat {
    fn name(&self) -> &'static str {
        "trace"
    }

    fn description(&self) -> &'static str {
        "the cases on their lanes over time, for ui.perfetto.dev"
    }

    fn suffix(&self) -> Option<&'static str> {
        Some(".trace.json")
    }

    fn needs_runs(&self) -> bool {
        true
    }

    fn write(
        &self,
        content: &dyn Exportable,
        to: &mut dyn Write,
    ) -> io::Result<Option<WriteRemark>> {
        let runs = content.runs();
        if runs.is_empty() {
            return Err(io::Error::new(ErrorKind::InvalidInput, "it has no cases of a run"));
        }
        if runs.iter().any(|(_, report)| !report.source.has_starts()) {
            let problem = "the log does not tell when its cases ran";
            return Err(io::Error::new(ErrorKind::InvalidInput, problem));
        }
        let mut to = BufWriter::with_capacity(1 << 16, to);
        write!(to, "{{\"displayTimeUnit\": \"ms\", \"traceEvents\": [")?;
        let mut events = EventWriter { to: &mut to, pid: PID_BASE, has_any: false };
        for (label, report) in runs {
            events.write_run(&label, report)?;
        }
        writeln!(to, "\n]}}")?;
        to.flush()?;
        Ok(None)
    }
}

/// Writes events, one per line.
struct EventWriter<W> {
    to: W,
    /// The session of a run, from 1 above [`PID_BASE`].
    pid: u32,
    has_any: bool,
}

/// An event; `A` is a table of details.
#[derive(Serialize)]
struct TraceEvent<'a, A> {
    ph: &'static str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    cat: Option<&'static str>,
    pid: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    tid: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ts: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dur: Option<f64>,
    args: A,
}

#[derive(Serialize)]
struct NameArgs<'a> {
    name: &'a str,
}

#[derive(Serialize)]
struct OrderArgs {
    sort_index: u32,
}

#[derive(Serialize)]
struct RunningArgs {
    running: u32,
}

#[derive(Serialize)]
struct AttemptArgs<'a> {
    index: usize,
    name: &'a str,
    x: Option<f64>,
    y: Option<f64>,
    columns: ColumnsJson<'a>,
    attempt: u32,
    status: &'static str,
    #[serde(flatten)]
    result: Option<ResultArgs<'a>>,
}

/// The result of a case, which belongs to its last attempt.
#[derive(Serialize)]
struct ResultArgs<'a> {
    value: Option<f64>,
    values: ValuesJson<'a>,
    error: Option<&'a str>,
}

impl<W: Write> EventWriter<W> {
    fn write(&mut self, event: &impl Serialize) -> io::Result<()> {
        let separator = if self.has_any { ",\n" } else { "\n" };
        self.has_any = true;
        self.to.write_all(separator.as_bytes())?;
        Ok(serde_json::to_writer(&mut self.to, event)?)
    }

    /// Writes a fact about the run, or about one of its lanes.
    fn write_metadata(
        &mut self,
        name: &str,
        tid: Option<u32>,
        args: impl Serialize,
    ) -> io::Result<()> {
        let pid = self.pid;
        self.write(&TraceEvent { ph: "M", name, cat: None, pid, tid, ts: None, dur: None, args })
    }

    /// Writes each session as a process: its times count from its own start.
    fn write_run(&mut self, label: &str, report: &RunReport) -> io::Result<()> {
        let mut slices: Vec<SessionAttempt> = report.state.all_attempts().collect();
        slices.sort_by_key(|slice| {
            let Attempt { lane, start_ns, end_ns, .. } = slice.attempt;
            (slice.session, lane, start_ns, end_ns, slice.case)
        });
        let last = report.state.session;
        let (earlier, this) = slices.split_at(slices.partition_point(|one| one.session < last));
        for slices in earlier.chunk_by(|one, next| one.session == next.session) {
            let label = format!("{label}, earlier session {}", slices[0].session + 1);
            self.write_session(&label, report, slices)?;
        }
        self.write_session(label, report, this)
    }

    fn write_session(
        &mut self,
        label: &str,
        report: &RunReport,
        slices: &[SessionAttempt],
    ) -> io::Result<()> {
        self.pid += 1;
        self.write_metadata("process_name", None, NameArgs { name: label })?;
        let used = slices.iter().map(|slice| slice.attempt.lane);
        let lanes: BTreeSet<u32> = (0..report.frozen.plan.workers).chain(used).collect();
        for lane in lanes {
            let name = format!("lane {lane}");
            self.write_metadata("thread_name", Some(lane), NameArgs { name: &name })?;
            self.write_metadata("thread_sort_index", Some(lane), OrderArgs { sort_index: lane })?;
        }
        let names = report.frozen.value_names();
        slices.iter().try_for_each(|slice| self.write_slice(report, &names, slice))?;
        self.write_running(slices)
    }

    fn write_slice(
        &mut self,
        report: &RunReport,
        names: &[&str],
        slice: &SessionAttempt,
    ) -> io::Result<()> {
        let SessionAttempt { case, number, is_recorded, .. } = *slice;
        let Attempt { lane, start_ns, end_ns, status } = slice.attempt;
        let index = case as usize;
        let case = report.frozen.cases.case(index);
        let record = &report.state.records[index];
        let status = final_status(status);
        let result = is_recorded.then(|| ResultArgs {
            value: record.value,
            values: ValuesJson(report, names, index),
            error: report.error(index),
        });
        let input = |number: f64| Some(number).filter(|_| report.frozen.has_inputs);
        let (x, y) = (input(case.x), input(case.y));
        let columns = ColumnsJson(&report.frozen.cases, index);
        let args =
            AttemptArgs { index, name: case.name, x, y, columns, attempt: number, status, result };
        let (ts, dur) = span_us(start_ns, end_ns);
        self.write(&TraceEvent {
            ph: "X",
            name: case.name,
            cat: Some(status),
            pid: self.pid,
            tid: Some(lane),
            ts: Some(ts),
            dur: Some(dur),
            args,
        })
    }

    /// Writes the number of running cases whenever it changes.
    fn write_running(&mut self, slices: &[SessionAttempt]) -> io::Result<()> {
        let starts = slices.iter().map(|slice| (slice.attempt.start_ns, true));
        let ends = slices.iter().map(|slice| (slice.attempt.end_ns, false));
        let mut changes: Vec<(u64, bool)> = starts.chain(ends).collect();
        changes.sort_unstable();
        let (mut running, mut written) = (0, None);
        for at in changes.chunk_by(|(ns, _), (next_ns, _)| ns == next_ns) {
            let started = at.iter().filter(|(_, is_start)| *is_start).count();
            running = running + started - (at.len() - started);
            if written.replace(running) == Some(running) {
                continue;
            }
            let args = RunningArgs { running: u32::try_from(running).unwrap_or(u32::MAX) };
            self.write(&TraceEvent {
                ph: "C",
                name: "running cases",
                cat: None,
                pid: self.pid,
                tid: None,
                ts: Some(us_from_ns(at[0].0)),
                dur: None,
                args,
            })?;
        }
        Ok(())
    }
}

/// Returns the time in microseconds that readers round down to exactly this many nanoseconds.
fn us_from_ns(ns: u64) -> f64 {
    let us = ns as f64 / 1e3;
    if (us * 1e3) < ns as f64 { us.next_up() } else { us }
}

/// Returns start and length in microseconds, whose sum is never later than the end: readers
/// move slices that overlap by a rounding error to another lane.
fn span_us(start_ns: u64, end_ns: u64) -> (f64, f64) {
    let (start, end) = (us_from_ns(start_ns), us_from_ns(end_ns));
    let length = end_ns.saturating_sub(start_ns) as f64 / 1e3;
    // Late times are so much coarser than short lengths that single steps alone would take hours.
    let rounded_off = 0.49 * (end - end.next_down());
    let mut length = length.min(end - start + rounded_off);
    while start + length > end && length > 0.0 {
        length = length.next_down();
    }
    (start, length)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use proptest::prelude::*;
    use serde_json::Value;
    use strum::VariantArray as _;

    use super::*;
    use crate::report::fixtures;
    use crate::report::import::recorded_run::read_recorded;
    use crate::report::run_report::Machine;
    use crate::run::{CaseEnd, CaseOutcome, RunEvent, RunState, replay};
    use crate::schedule::Ticket;
    use crate::study::{CaseTable, Lengths, Strategy};

    /// Cases with these lengths, replayed on the virtual clock.
    fn replayed(strategy: Strategy, workers: u32, lengths_s: Vec<f64>) -> RunReport {
        let mut cases = CaseTable::with_extra_columns(vec!["mesh".to_owned()]);
        for &length_s in &lengths_s {
            cases.push("<a>", length_s, -0.5, &["fine"]);
        }
        let plan = fixtures::plan(strategy, workers);
        let frozen = Arc::new(fixtures::study(cases, Lengths::Seconds(lengths_s), plan));
        let state = replay(&frozen);
        RunReport::new(frozen, state, Machine::default())
    }

    #[test]
    fn what_a_log_does_not_tell_is_no_number_in_its_trace() {
        let log = "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n\
                   1\t:\t100.000\t1.000\t0\t0\t0\t0\tsolve\n";
        let events = trace(&read_recorded(log.as_bytes(), None).unwrap().report);
        assert_eq!(events[0]["args"]["name"], "GNU parallel job log, at least 1 worker");
        let args = &events.iter().find(|event| event["ph"] == "X").unwrap()["args"];
        assert!(args["x"].is_null() && args["y"].is_null(), "{args}");
    }

    fn trace(report: &RunReport) -> Vec<Value> {
        let mut bytes = Vec::new();
        TraceFormat.write(report, &mut bytes).unwrap();
        let mut again = Vec::new();
        TraceFormat.write(report, &mut again).unwrap();
        assert_eq!(bytes, again, "the same run gives the same bytes");
        let trace: Value = serde_json::from_slice(&bytes).unwrap();
        trace["traceEvents"].as_array().unwrap().clone()
    }

    fn of_kind<'a>(events: &'a [Value], kind: &str) -> Vec<&'a Value> {
        events.iter().filter(|event| event["ph"] == kind).collect()
    }

    #[test]
    fn lanes_cases_and_their_number_are_events() {
        let report = replayed(Strategy::Threads, 2, vec![2.0, 1.0, 0.5]);
        let events = trace(&report);
        let names: Vec<&Value> =
            of_kind(&events, "M").iter().map(|event| &event["args"]["name"]).collect();
        let known: Vec<_> = names.into_iter().filter(|name| !name.is_null()).collect();
        assert_eq!(known, ["wait, threads, 2 workers", "lane 0", "lane 1"]);
        let slices = of_kind(&events, "X");
        let times = |key: &str| slices.iter().map(|slice| slice[key].clone()).collect::<Vec<_>>();
        assert_eq!(times("tid"), [0, 1, 1]);
        assert_eq!(times("ts"), [0.0, 0.0, 1e6]);
        assert_eq!(times("dur"), [2e6, 1e6, 5e5]);
        assert_eq!(times("name"), ["<a>"; 3]);
        let args = serde_json::json!({
            "index": 2, "name": "<a>", "x": 0.5, "y": -0.5, "columns": {"mesh": "fine"},
            "attempt": 1, "status": "done", "value": null, "values": {"value": null},
            "error": null,
        });
        assert_eq!(slices[2]["args"], args);
        let running: Vec<(f64, u64)> = of_kind(&events, "C")
            .iter()
            .map(|event| {
                (event["ts"].as_f64().unwrap(), event["args"]["running"].as_u64().unwrap())
            })
            .collect();
        assert_eq!(running, [(0.0, 2), (1.5e6, 1), (2e6, 0)]);
    }

    #[test]
    fn each_attempt_is_a_slice_and_the_one_that_counts_has_the_result() {
        let mut report = replayed(Strategy::Threads, 1, vec![1.0]);
        let mut state = RunState::new(1);
        for (attempt, start_ns, outcome) in [
            (1, 0, CaseOutcome::Failed("no licence".to_owned())),
            (2, 7, CaseOutcome::done(Some(4.0))),
            (3, 14, CaseOutcome::Cancelled),
        ] {
            let ticket = Ticket { case: 0, lane: 0, attempt, dispatch_index: 0 };
            state.apply(RunEvent::Started { ticket, asked_ns: start_ns, at_ns: start_ns });
            state.apply(RunEvent::Finished(CaseEnd {
                ticket,
                will_retry: attempt == 1,
                outcome,
                ..fixtures::case_end(0, 0, start_ns, start_ns + 7)
            }));
        }
        report.state = state;
        let events = trace(&report);
        let slices = of_kind(&events, "X");
        let details: Vec<_> = slices
            .iter()
            .map(|slice| ["attempt", "status", "value"].map(|key| &slice["args"][key]))
            .collect();
        assert_eq!(
            serde_json::json!(details),
            serde_json::json!([[1, "failed", null], [2, "done", 4.0], [3, "cancelled", null]])
        );
        assert_eq!(slices[0]["cat"], "failed");
        assert_rules_of_perfetto(&events);
    }

    #[test]
    fn each_session_of_a_resumed_run_is_a_process() {
        let mut report = replayed(Strategy::Threads, 1, vec![1.0, 2.0, 3.0]);
        report.state.session = 2;
        for (record, session) in report.state.records.iter_mut().zip([0, 2, 0]) {
            record.session = session;
        }
        let events = trace(&report);
        let named =
            of_kind(&events, "M").into_iter().filter(|event| event["name"] == "process_name");
        let names: Vec<_> = named.map(|event| &event["args"]["name"]).collect();
        let label = "wait, threads, 1 worker";
        assert_eq!(names, [&format!("{label}, earlier session 1"), label]);
        let slices = of_kind(&events, "X").into_iter();
        let slices: Vec<_> = slices.map(|slice| (&slice["pid"], &slice["args"]["index"])).collect();
        let (first, last) = (&(PID_BASE + 1).into(), &(PID_BASE + 2).into());
        assert_eq!(slices, [(first, &0.into()), (first, &2.into()), (last, &1.into())]);
    }

    /// Checks what Perfetto requires of Chrome traces, besides slices that do not overlap.
    fn assert_rules_of_perfetto(events: &[Value]) {
        let mut named = BTreeSet::new();
        for event in events {
            let whole = |key: &str| event.get(key).map(|number| number.as_u64().unwrap());
            let us = |key: &str| event[key].as_f64().is_some_and(|us| us.is_finite() && us >= 0.0);
            let (pid, tid) = (whole("pid").unwrap(), whole("tid"));
            assert!(pid > 0 && tid != Some(pid) && u32::try_from(pid).is_ok(), "{event}");
            let (name, args) = (event["name"].as_str().unwrap(), &event["args"]);
            match event["ph"].as_str().unwrap() {
                "M" => match name {
                    "process_name" => assert!(args["name"].is_string() && tid.is_none()),
                    "thread_name" => assert!(args["name"].is_string() && named.insert(tid)),
                    "thread_sort_index" => assert!(args["sort_index"].is_u64()),
                    _ => panic!("{event}"),
                },
                "X" => assert!(us("ts") && us("dur") && named.contains(&tid), "{event}"),
                "C" => assert!(us("ts") && args["running"].is_u64() && tid.is_none(), "{event}"),
                _ => panic!("{event}"),
            }
        }
    }

    #[test]
    fn a_run_in_which_nothing_started_has_names_only() {
        let mut report = replayed(Strategy::Threads, 2, vec![1.0]);
        report.state = RunState::new(1);
        let events = trace(&report);
        assert_eq!(of_kind(&events, "M").len(), events.len());
        assert_eq!(of_kind(&trace(&replayed(Strategy::Series, 1, vec![])), "X").len(), 0);
    }

    proptest! {
        #[test]
        fn touching_times_never_overlap(
            start_ns in 0_u64..1 << 55,
            length_ns in prop_oneof![0_u64..1 << 50, 0_u64..1 << 12],
        ) {
            let end_ns = start_ns + length_ns;
            let (start, length) = span_us(start_ns, end_ns);
            prop_assert!(start + length <= us_from_ns(end_ns));
            if end_ns < 1 << 52 {
                prop_assert_eq!((start * 1e3).floor(), start_ns as f64);
                prop_assert!(length_ns as f64 - (length * 1e3).floor() <= 1.0);
            }
        }

        #[test]
        fn no_slices_of_a_lane_overlap(
            lengths_ns in prop::collection::vec(0_u64..3_000_000_000, 0..60),
            workers in 1_u32..7,
            strategy in prop::sample::select(Strategy::VARIANTS),
        ) {
            let lengths_s = lengths_ns.iter().map(|&ns| ns as f64 / 1e9).collect::<Vec<_>>();
            let report = replayed(strategy, workers, lengths_s);
            let mut lanes: BTreeMap<u64, Vec<(f64, f64)>> = BTreeMap::new();
            let events = trace(&report);
            assert_rules_of_perfetto(&events);
            let slices = of_kind(&events, "X");
            prop_assert_eq!(slices.len(), lengths_ns.len());
            for slice in slices {
                let (ts, dur) = (slice["ts"].as_f64().unwrap(), slice["dur"].as_f64().unwrap());
                lanes.entry(slice["tid"].as_u64().unwrap()).or_default().push((ts, ts + dur));
            }
            for slices in lanes.values() {
                for pair in slices.windows(2) {
                    prop_assert!(pair[0].1 <= pair[1].0, "{pair:?}");
                }
            }
            let last = of_kind(&events, "C").last().map(|event| event["args"]["running"].clone());
            prop_assert!(last.is_none_or(|running| running == 0));
        }
    }
}
