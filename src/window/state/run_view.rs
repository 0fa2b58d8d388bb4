//! A run as the window sees it: what was run, what has happened, and the log.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use crate::app::PartialRun;
use crate::report;
use crate::report::{Lanes, RunReport, TimeLeftEstimator, TimeLeftRange, Timeline};
use crate::run::{CaseRecord, RunEvent, RunState, Status};
use crate::schedule::s_from_ns;
use crate::study::{ClockChoice, Dispatch, FrozenStudy, Lengths, Order, RowId, SeriesChoice};

use super::document::Document;
use crate::window::timeline::timeline_facts::TimelineFacts;

/// How far a run has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunPhase {
    /// Cases are in work.
    Running,
    /// It is being ended by the user.
    Cancelling,
    /// Nothing more will happen.
    Ended,
}

/// A line of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogLine {
    /// When, in nanoseconds from the start of the run.
    pub at_ns: u64,
    /// What happened.
    pub what: LogEntry,
}

/// What a line of the log tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogEntry {
    /// Something became of this case, by its index in the table that was run; in
    /// work means that it started.
    Case(u32, Status),
    /// A worker process was ready, by its index in the state of the run.
    Process(usize),
    /// What the user is to know of an earlier sitting, by its index in the notes.
    Note(usize),
    /// From now on nothing starts.
    Paused,
    /// Cases start again.
    Resumed,
    /// So many workers are wanted.
    Workers(u32),
    /// So many licences there are, as far as that is known.
    Licences(u32),
    /// This case was taken out of the run.
    Dropped(u32),
    /// This case is run once more.
    PutBack(u32),
}

/// A run, going on or ended.
#[derive(Debug)]
pub struct RunView {
    /// What it is one run of, if it is one of several.
    title: Option<String>,
    frozen: Arc<FrozenStudy>,
    machine: report::Machine,
    live: RunState,
    report: Option<Arc<RunReport>>,
    log: Vec<LogLine>,
    /// Counts what has happened.
    changes: usize,
    /// The folder of a run of programs, from which it can go on.
    home: Option<PathBuf>,
    /// What the user is to know of its earlier sittings.
    notes: Vec<String>,
    /// None of a run that has ended.
    time_left: Option<TimeLeftEstimator>,
    timeline: Timeline,
    facts: OnceLock<TimelineFacts>,
    cancelling: bool,
    series_from_ns: Option<u64>,
    now_ns: u64,
    index_of: HashMap<RowId, usize>,
    knows_rows: bool,
}

impl RunView {
    /// A run of these inputs that has just been started.
    #[must_use]
    pub fn new(frozen: Arc<FrozenStudy>, machine: report::Machine) -> Self {
        let time_left = Some(TimeLeftEstimator::new(&frozen));
        Self { time_left, ..Self::of(frozen, machine) }
    }

    fn of(frozen: Arc<FrozenStudy>, machine: report::Machine) -> Self {
        let cases = &frozen.cases;
        let index_of = (0..cases.len()).map(|index| (cases.id(index), index)).collect();
        Self {
            title: None,
            live: RunState::new(cases.len()),
            time_left: None,
            machine,
            report: None,
            log: Vec::new(),
            changes: 0,
            home: None,
            notes: Vec::new(),
            timeline: Timeline::new(&frozen.plan, cases.len()),
            facts: OnceLock::new(),
            cancelling: false,
            series_from_ns: None,
            now_ns: 0,
            index_of,
            knows_rows: true,
            frozen,
        }
    }

    /// A run that has ended, as its report has it.
    #[must_use]
    pub fn of_report(report: Arc<RunReport>) -> Self {
        let mut run = Self::of(Arc::clone(&report.frozen), report.machine);
        run.note_lines(&report.state);
        run.timeline = Timeline::of_run(&report.frozen.plan, &report.state);
        run.report = Some(report);
        run
    }

    /// The same in this folder, with what is to be known of its earlier sittings.
    #[must_use]
    pub fn at_home(mut self, home: PathBuf, mut notes: Vec<String>) -> Self {
        notes.push(format!("the folder of the run is {}", home.display()));
        let lines = (0..notes.len()).map(|at| LogLine { at_ns: 0, what: LogEntry::Note(at) });
        self.log.splice(0..0, lines);
        Self { home: Some(home), notes, ..self }
    }

    /// The same as one run of several: of what, and which.
    #[must_use]
    pub fn titled(self, title: String) -> Self {
        Self { title: Some(title), ..self }
    }

    /// What it is one run of, if it is one of several.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// Takes in what has happened, at `now_ns`.
    pub fn absorb(&mut self, bundle: Vec<RunEvent>, now_ns: u64) {
        self.now_ns = now_ns;
        self.changes += bundle.len();
        for event in bundle {
            let mut note = |at_ns, what| self.log.push(LogLine { at_ns, what });
            match &event {
                RunEvent::Started { ticket, at_ns, .. } => {
                    note(*at_ns, LogEntry::Case(ticket.case, Status::Running));
                }
                RunEvent::Finished(end) => {
                    note(end.end_ns, LogEntry::Case(end.ticket.case, end.outcome.status()));
                }
                RunEvent::ProcessStarted(start) => {
                    note(start.ready_ns, LogEntry::Process(self.live.processes().len()));
                }
                RunEvent::Paused { at_ns } => note(*at_ns, LogEntry::Paused),
                RunEvent::Resumed { at_ns } => note(*at_ns, LogEntry::Resumed),
                RunEvent::Resized { at_ns, workers } => note(*at_ns, LogEntry::Workers(*workers)),
                RunEvent::Licences { at_ns, available } => {
                    note(*at_ns, LogEntry::Licences(*available));
                }
                RunEvent::CaseRemoved { case, at_ns } => note(*at_ns, LogEntry::Dropped(*case)),
                RunEvent::CaseRequeued { case, at_ns } => note(*at_ns, LogEntry::PutBack(*case)),
                RunEvent::SeriesStarted { at_ns } => self.series_from_ns = Some(*at_ns),
                _ => {}
            }
            if let Some(time_left) = &mut self.time_left {
                time_left.apply(&event);
            }
            self.timeline.apply(&event);
            self.live.apply(event);
        }
        if self.live.has_ended() {
            self.end();
        } else if let Some(time_left) = &mut self.time_left {
            time_left.update(now_ns);
        }
    }

    /// Takes a run that was computed and not run.
    pub fn take_played(&mut self, state: RunState) {
        self.note_lines(&state);
        self.now_ns = state.makespan_ns();
        self.live = state;
        self.close();
        self.timeline = Timeline::of_run(&self.frozen.plan, self.state());
        // Found here, on the thread that computed the run.
        let _ = self.facts();
    }

    /// Makes the log of a run that is over.
    fn note_lines(&mut self, state: &RunState) {
        for (record, case) in state.records().iter().zip(0..) {
            let line = |at_ns, status| LogLine { at_ns, what: LogEntry::Case(case, status) };
            // Times of an earlier sitting are of another clock.
            if record.has_started() && record.session != state.session() {
                continue;
            }
            for earlier in state.attempts(case).iter().filter(|t| t.end_ns != record.end_ns) {
                self.log.push(line(earlier.start_ns, Status::Running));
                self.log.push(line(earlier.end_ns, earlier.status));
            }
            if record.has_started() {
                self.log.push(line(record.start_ns, Status::Running));
            }
            if record.has_ended() {
                self.log.push(line(record.end_ns, record.status));
            }
        }
        for (at, process) in state.processes().iter().enumerate() {
            let what = LogEntry::Process(at);
            self.log.push(LogLine { at_ns: process.start.ready_ns, what });
        }
        self.log.sort_by_key(|line| line.at_ns);
    }

    /// Nothing more will be heard of it.
    pub fn end(&mut self) {
        if self.report.is_none() {
            self.timeline.lanes.close(self.live.makespan_ns());
            self.close();
        }
    }

    fn close(&mut self) {
        if self.report.is_none() {
            let state = std::mem::take(&mut self.live);
            let report = RunReport::new(Arc::clone(&self.frozen), state, self.machine);
            self.report = Some(Arc::new(report));
            self.time_left = None;
        }
    }

    /// The user asked for its end.
    pub fn note_cancel(&mut self) {
        self.cancelling = true;
    }

    /// The clock has gone on.
    pub fn set_now(&mut self, now_ns: u64) {
        if self.report.is_none() {
            self.now_ns = now_ns;
        }
        if let Some(time_left) = &mut self.time_left {
            time_left.update(now_ns);
        }
    }

    /// What was run.
    #[must_use]
    pub fn frozen(&self) -> &FrozenStudy {
        &self.frozen
    }

    /// The same, to be kept.
    #[must_use]
    pub fn inputs(&self) -> &Arc<FrozenStudy> {
        &self.frozen
    }

    /// What has happened.
    #[must_use]
    pub fn state(&self) -> &RunState {
        self.report.as_ref().map_or(&self.live, |report| &report.state)
    }

    /// What it means, once it has ended.
    #[must_use]
    pub fn report(&self) -> Option<&Arc<RunReport>> {
        self.report.as_ref()
    }

    /// How far it has come.
    #[must_use]
    pub fn phase(&self) -> RunPhase {
        match (&self.report, self.cancelling) {
            (Some(_), _) => RunPhase::Ended,
            (None, true) => RunPhase::Cancelling,
            (None, false) => RunPhase::Running,
        }
    }

    /// How often something has happened.
    #[must_use]
    pub fn changes(&self) -> usize {
        self.changes + usize::from(self.report.is_some())
    }

    /// The folder of a run of programs, from which it can go on.
    #[must_use]
    pub fn home(&self) -> Option<&Path> {
        self.home.as_deref()
    }

    /// What the user is to know of its earlier sittings.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// How many workers it has now.
    #[must_use]
    pub fn workers(&self) -> u32 {
        self.state().target_workers().unwrap_or(self.frozen.plan.workers)
    }

    /// Whether the user asked for its end.
    #[must_use]
    pub fn was_cancelled(&self) -> bool {
        self.cancelling
    }

    /// Whether this case was ended, or taken out of the run, by the user.
    #[must_use]
    pub fn is_cancelled(&self, case: u32) -> bool {
        self.state().records()[case as usize].status == Status::Cancelled
    }

    /// How many lanes, the first, are held where they have no case: those of its
    /// workers, while cases are left.
    #[must_use]
    pub fn waiting(&self) -> usize {
        let in_work = self.timeline.concurrency.running_at(self.now_ns);
        let ended = self.live.ended_count() as usize;
        let left = self.report.is_none() && ended + in_work < self.frozen.cases.len();
        let takes_any = self.frozen.plan.strategy.dispatch() != Dispatch::Shares;
        if left && takes_any { self.workers() as usize } else { 0 }
    }

    /// Whether it goes on, but starts nothing.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.phase() == RunPhase::Running && self.state().is_paused()
    }

    /// What is known so far.
    #[must_use]
    pub fn so_far(&self) -> PartialRun {
        match &self.report {
            Some(report) => PartialRun::Ended(Arc::clone(report)),
            None => PartialRun::InProgress(
                Arc::clone(&self.frozen),
                Box::new(self.live.clone()),
                self.machine,
            ),
        }
    }

    /// A line per start and end, in the order in which they happened.
    #[must_use]
    pub fn log(&self) -> &[LogLine] {
        &self.log
    }

    /// Seconds since its start; at its end, how long it took.
    #[must_use]
    pub fn elapsed_s(&self) -> f64 {
        match &self.report {
            Some(report) => report.figures.total_parallel_s.unwrap_or(0.0),
            None => s_from_ns(self.now_ns),
        }
    }

    /// The end of what lanes show, in nanoseconds: now, or the end of the last
    /// case.
    #[must_use]
    pub fn end_ns(&self) -> u64 {
        match (&self.report, self.series_from_ns) {
            (None, None) => self.now_ns,
            _ => self.state().makespan_ns(),
        }
    }

    /// The machine it runs on.
    #[must_use]
    pub fn machine(&self) -> report::Machine {
        self.machine
    }

    /// What each lane holds when.
    #[must_use]
    pub fn lanes(&self) -> &Lanes {
        &self.timeline.lanes
    }

    /// What happened when.
    #[must_use]
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// What the timeline says, once the run has ended; found when first asked for.
    #[must_use]
    pub fn facts(&self) -> Option<&TimelineFacts> {
        let report = self.report.as_ref()?;
        Some(self.facts.get_or_init(|| TimelineFacts::of(report, &self.timeline)))
    }

    /// How long it still takes, where that can be said and nobody ends it before.
    #[must_use]
    pub fn left(&self) -> Option<TimeLeftRange> {
        let goes_on = !self.cancelling && !self.is_paused();
        self.time_left.as_ref().filter(|_| goes_on)?.estimate(self.now_ns)
    }

    /// How much of it is over, from 0 to 1.
    #[must_use]
    pub fn progress(&self) -> f32 {
        let state = self.state();
        let cases = state.records().len().max(1) as f64;
        let (ended, whole) = match (state.series(), self.measures_series()) {
            (Some(series), _) => (state.ended_count() + series.ended, 2.0 * cases),
            (None, true) => (state.ended_count(), 2.0 * cases),
            (None, false) => (state.ended_count(), cases),
        };
        #[expect(clippy::cast_possible_truncation, reason = "a share of a bar")]
        let progress = (f64::from(ended) / whole) as f32;
        progress
    }

    fn measures_series(&self) -> bool {
        self.frozen.plan.series == SeriesChoice::Measure
    }

    /// How long the bar of a case is: its time, so far if it is in work.
    #[must_use]
    pub fn time_s(&self, case: usize) -> Option<f64> {
        let record = &self.state().records()[case];
        match record.status {
            Status::NotRun => None,
            Status::Running => Some(s_from_ns(self.now_ns.saturating_sub(record.start_ns))),
            _ => Some(s_from_ns(record.time_ns())),
        }
    }

    /// The record of a row of the document, if the run had it.
    #[must_use]
    pub fn record_of(&self, id: RowId) -> Option<(usize, &CaseRecord)> {
        let index = self.case_of(id).filter(|_| self.knows_rows)?;
        Some((index, &self.state().records()[index]))
    }

    /// The case of a row of the table that was run.
    #[must_use]
    pub fn case_of(&self, id: RowId) -> Option<usize> {
        self.index_of.get(&id).copied()
    }

    /// Whether its cases are rows of the document.
    #[must_use]
    pub fn knows_rows(&self) -> bool {
        self.knows_rows
    }

    /// Forgets which row of the document is which case.
    pub fn forget_rows(&mut self) {
        self.knows_rows = false;
    }

    /// Whether this is a run of the document as it is.
    #[must_use]
    pub fn is_of(&self, document: &Document) -> bool {
        let (now, then) = (&document.plan, &self.frozen.plan);
        // Not what the plan asks for but what its strategy makes of it.
        let cpus = self.machine.logical_cpus;
        document.cases == self.frozen.cases
            && document.workload == self.frozen.workload
            && document.program() == self.frozen.program.as_ref()
            && (now.strategy, now.order, now.series, now.clock)
                == (then.strategy, then.order, then.series, then.clock)
            && now.limits == then.limits
            && document.time_scale() == then.time_scale
            && now.seed.is_none_or(|seed| seed == then.seed)
            && (document.workers(cpus), document.batch(cpus)) == (then.workers, then.batch)
    }

    /// The parallel total: so far, while cases are in work.
    #[must_use]
    pub fn parallel_s(&self) -> Option<f64> {
        match (&self.report, self.series_from_ns) {
            (Some(report), _) => report.figures.total_parallel_s,
            (None, Some(_)) => Some(s_from_ns(self.live.makespan_ns())),
            (None, None) => Some(s_from_ns(self.now_ns)),
        }
    }

    /// The series total with the word for what it is: so far, while it is being
    /// measured.
    #[must_use]
    pub fn series_s(&self) -> Option<(f64, &'static str)> {
        match (&self.report, self.series_from_ns) {
            (Some(report), _) => {
                report.figures.series.map(|series| (series.total_s, series.kind.label()))
            }
            (None, Some(from_ns)) => {
                Some((s_from_ns(self.now_ns.saturating_sub(from_ns)), "so far"))
            }
            (None, None) => None,
        }
    }

    /// Whether it was computed on the virtual clock and not run.
    #[must_use]
    pub fn is_computed(&self) -> bool {
        self.frozen.plan.clock == ClockChoice::Virtual
    }

    /// The word for where a case stands. What was not run is not done.
    #[must_use]
    pub fn word(&self, status: Status) -> String {
        match status {
            Status::Done if self.is_computed() => "computed".to_owned(),
            Status::Refused => "no licence".to_owned(),
            status => status.name().replace('-', " "),
        }
    }

    /// The words for where a case stands, and what it waits for.
    #[must_use]
    pub fn word_of(&self, record: &CaseRecord) -> String {
        match record.status {
            Status::Refused => "waits for a licence".to_owned(),
            Status::NotRun if record.will_retry => "waits".to_owned(),
            _ if record.will_retry => "is tried again".to_owned(),
            status => self.word(status),
        }
    }

    /// The order by length and where the lengths came from, if they are not what
    /// the cases are meant to take.
    #[must_use]
    pub fn order_by(&self) -> Option<String> {
        let FrozenStudy { plan, lengths, .. } = &*self.frozen;
        let by_length = matches!(plan.order, Order::Longest | Order::Shortest);
        let surmised = matches!(lengths, Lengths::Last(_) | Lengths::Amounts(_));
        let text = || format!("{}, {}", plan.order.description(), lengths.source());
        (by_length && surmised).then(text)
    }

    /// What the parallel total is.
    #[must_use]
    pub fn parallel_kind(&self) -> &'static str {
        match (&self.report, self.series_from_ns) {
            _ if self.is_computed() => "computed",
            (Some(report), _) if !report.state.all_done() => "until it ended",
            (Some(_), _) | (None, Some(_)) => "measured",
            (None, None) => "so far",
        }
    }

    /// Whether the row was changed since it was run: its result is out of date.
    #[must_use]
    pub fn is_outdated(&self, document: &Document, row: usize, index: usize) -> bool {
        let (now, then) = (document.cases.case(row), self.frozen.cases.case(index));
        let other_work = document.workload != self.frozen.workload
            || document.program() != self.frozen.program.as_ref();
        let other_scale = document.time_scale() != self.frozen.plan.time_scale;
        other_work || other_scale || (now.name, now.x, now.y) != (then.name, then.x, then.y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::replay;
    use crate::study::{Plan, Strategy};
    use crate::workload::{Environment, find, freeze};

    const MACHINE: report::Machine = report::Machine { logical_cpus: 2, os: "linux" };

    /// A run of the document on the virtual clock.
    fn run_of(document: &Document) -> RunView {
        let Document { cases, workload, plan, .. } = document.clone();
        let given = Environment { logical_cpus: 2, seed: 7, last_s: None };
        let (frozen, _) = freeze(cases, workload, find(workload).as_ref(), &plan, given).unwrap();
        let mut run = RunView::new(Arc::new(frozen), MACHINE);
        let played = replay(run.frozen());
        run.take_played(played);
        run
    }

    /// Whether a run of the one plan is one of the other.
    fn same(ran: &Plan, now: &Plan) -> bool {
        let on_the_clock = |plan: &Plan| Plan { clock: ClockChoice::Virtual, ..plan.clone() };
        let mut document = Document::default();
        document.plan = on_the_clock(ran);
        let run = run_of(&document);
        document.plan = on_the_clock(now);
        run.is_of(&document)
    }

    #[test]
    fn a_run_is_of_the_plan_it_was_run_with() {
        let plan = |strategy, workers, batch| Plan { strategy, workers, batch, ..Plan::default() };
        let threads = |workers| plan(Strategy::Threads, workers, None);
        assert!(same(&threads(Some(3)), &threads(Some(3))));
        assert!(same(&threads(None), &threads(Some(3))), "the demo has three");
        assert!(!same(&threads(Some(4)), &threads(None)));
        assert!(!same(&threads(None), &plan(Strategy::Shares, None, None)));
        let batches = |batch| plan(Strategy::Batches, Some(3), batch);
        assert!(same(&batches(None), &batches(Some(3))), "as many as workers");
        assert!(!same(&batches(None), &batches(Some(2))));
    }

    #[test]
    fn what_a_strategy_does_not_use_outdates_nothing() {
        for strategy in [Strategy::Series, Strategy::AllAtOnce] {
            let plan = |workers| Plan { strategy, workers, ..Plan::default() };
            assert!(same(&plan(Some(3)), &plan(Some(7))), "{strategy:?}");
        }
        let plan = |batch| Plan { batch, ..Plan::default() };
        assert!(same(&plan(Some(2)), &plan(None)));
    }
}
