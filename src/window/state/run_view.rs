//! A run as the window shows it: in progress or ended.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use crate::app::PartialRun;
use crate::history::SavedRunId;
use crate::report::{
    self, RunReport, RunSource, SeriesKind, SeriesTotal, TimeLeftEstimator, TimeLeftRange,
    Timeline, memory_amounts, queue_text, status_text, unsuccessful_text, wait_target,
};
use crate::run::{
    CaseRecord, QueueState, RunEvent, RunState, Status, choose_sample, most_run_again,
};
use crate::schedule::s_from_ns;
use crate::study::{
    ClockChoice, Dispatch, FrozenStudy, Lengths, Order, RowId, SeriesChoice, StudyOption,
    is_whole_option,
};
use crate::text::grouped;

use super::document::Document;
use super::run_log::RunLog;
use crate::window::timeline::timeline_facts::TimelineFacts;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunPhase {
    Running,
    /// The user has cancelled it, and it is ending.
    Cancelling,
    Ended,
}

/// Kind of the series total of a run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SeriesTotalKind {
    /// The cases are being run one after another.
    SoFar,
    /// The total is final.
    Final(SeriesTotal),
}

impl SeriesTotalKind {
    pub fn text(self) -> &'static str {
        match self {
            Self::SoFar => "so far",
            Self::Final(series) => series.kind.label(),
        }
    }
}

/// The file or folder of a recorded run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedFile {
    pub path: PathBuf,
    /// Whether it holds the whole study of the run.
    pub has_study: bool,
}

#[derive(Debug)]
pub struct RunView {
    /// Set for one run of several.
    pub title: Option<String>,
    /// The saved run that it shows, whose name is the title.
    pub saved: Option<SavedRunId>,
    /// The file or folder that it was opened from.
    pub recorded: Option<RecordedFile>,
    /// The run folder of a run of programs.
    pub folder: Option<PathBuf>,
    frozen: Arc<FrozenStudy>,
    pub machine: report::Machine,
    /// State of the run in progress. Moves into the report at the end.
    live: RunState,
    now_ns: u64,
    /// Start of the pass that measures the series total.
    series_start_ns: Option<u64>,
    /// The report from before, while a sample of the ended run is measured.
    before_sample: Option<Arc<RunReport>>,
    /// Why a sample was not measured, in a sentence.
    pub sample_problem: Option<String>,
    /// `None` once the run has ended.
    time_left: Option<TimeLeftEstimator>,
    report: Option<Arc<RunReport>>,
    pub log: RunLog,
    event_count: usize,
    pub timeline: Timeline,
    facts: OnceLock<TimelineFacts>,
    sample_cost: OnceLock<(usize, f64)>,
    /// The case of each row of the table that was run.
    case_of: HashMap<RowId, usize>,
    /// Whether its cases are rows of the document.
    pub has_document_rows: bool,
    /// Whether the user has cancelled it.
    pub is_cancelled: bool,
}

impl RunView {
    pub fn new(frozen: Arc<FrozenStudy>, machine: report::Machine) -> Self {
        let mut run = Self::not_started(frozen, machine);
        run.time_left = Some(TimeLeftEstimator::new(&run.frozen));
        run
    }

    fn not_started(frozen: Arc<FrozenStudy>, machine: report::Machine) -> Self {
        let cases = &frozen.cases;
        let case_of = (0..cases.len()).map(|index| (cases.id(index), index)).collect();
        Self {
            title: None,
            saved: None,
            recorded: None,
            folder: None,
            machine: machine.of_run(&frozen),
            live: RunState::new(cases.len()),
            now_ns: 0,
            series_start_ns: None,
            before_sample: None,
            sample_problem: None,
            time_left: None,
            report: None,
            log: RunLog::default(),
            event_count: 0,
            timeline: Timeline::new(&frozen.plan, cases.len()),
            facts: OnceLock::new(),
            sample_cost: OnceLock::new(),
            case_of,
            has_document_rows: true,
            is_cancelled: false,
            frozen,
        }
    }

    /// Returns the ended run of a report.
    pub fn from_report(report: Arc<RunReport>) -> Self {
        let mut run = Self::not_started(Arc::clone(&report.frozen), report.machine);
        run.log = RunLog::of_state(&report.state);
        run.timeline = Timeline::of_report(&report);
        run.report = Some(report);
        run
    }

    /// Returns the run that was recorded in a file or folder.
    pub fn of_record(report: RunReport, path: PathBuf) -> Self {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let title = match report.source.log() {
            Some(log) => format!("{name}, {}", log.kind.title()),
            None => name.into_owned(),
        };
        let has_study = match report.source {
            RunSource::Observed | RunSource::Report { .. } => {
                let options = report.options.as_ref();
                let is_whole =
                    options.is_some_and(|all| all.iter().all(|one| is_whole_option(one)));
                is_whole || report.frozen.program.is_none()
            }
            RunSource::RunFolder { .. } => true,
            RunSource::Log(_) => false,
        };
        let mut run = Self::from_report(report.into());
        (run.title, run.has_document_rows) = (Some(title), false);
        run.recorded = Some(RecordedFile { path, has_study });
        run.facts();
        run
    }

    /// Returns a run on the virtual clock.
    pub fn simulated(frozen: Arc<FrozenStudy>, state: RunState, machine: report::Machine) -> Self {
        let run = Self::from_report(Arc::new(RunReport::new(frozen, state, machine)));
        // Computed here, on the thread of the simulation, and not while drawing.
        run.facts();
        run
    }

    /// Sets the run folder, and the notes about earlier sessions of the run.
    pub fn in_folder(mut self, folder: PathBuf, mut notes: Vec<String>) -> Self {
        notes.push(format!("the run folder is {}", folder.display()));
        self.log.prepend_notes(notes);
        Self { folder: Some(folder), ..self }
    }

    /// Applies a bundle of events that arrived at `now_ns`.
    pub fn absorb(&mut self, bundle: Vec<RunEvent>, now_ns: u64) {
        self.now_ns = now_ns;
        self.event_count += bundle.len();
        let logged = self.log.lines.len();
        for event in bundle {
            if self.before_sample.is_some() && !event.is_of_second_pass() {
                if let RunEvent::Aborted { message } = event {
                    self.sample_problem = Some(format!("No sample was measured: {message}"));
                }
                continue;
            }
            self.log.record(&event, &self.live);
            if let RunEvent::SeriesStarted { at_ns, .. } = event {
                self.series_start_ns = Some(at_ns);
            }
            if let Some(time_left) = &mut self.time_left {
                time_left.apply(&event);
            }
            self.timeline.apply(&event);
            self.live.apply(event);
        }
        // Workers report the ends of their cases in another order than these happened.
        self.log.lines[logged..].sort_by_key(|line| line.at_ns);
        if self.live.has_ended {
            self.end();
        } else if let Some(time_left) = &mut self.time_left {
            time_left.update(now_ns);
        }
    }

    /// Ends the run: no more events will arrive.
    pub fn end(&mut self) {
        if self.report.is_none() {
            self.timeline.lanes.end(&self.frozen.plan, &self.live);
            let state = std::mem::take(&mut self.live);
            let before = self.before_sample.take();
            if before.is_some() && state.series_sample.is_empty() && !self.is_cancelled {
                let problem = "No sample was measured: a case did not succeed when it ran again";
                self.sample_problem.get_or_insert_with(|| problem.to_owned());
            }
            let before = before.filter(|_| state.series_sample.is_empty());
            let new = || Arc::new(RunReport::new(Arc::clone(&self.frozen), state, self.machine));
            self.report = Some(before.unwrap_or_else(new));
            self.time_left = None;
        }
    }

    /// Returns whether a sample of the ended run is being measured.
    pub fn is_sampling(&self) -> bool {
        self.before_sample.is_some()
    }

    /// Continues an ended run with a sample for its series total.
    pub fn begin_sample(&mut self) {
        let Some(report) = self.report.take() else { return };
        self.live = report.state.clone();
        (self.live.has_ended, self.live.series) = (false, None);
        self.before_sample = Some(report);
        (self.series_start_ns, self.is_cancelled, self.now_ns) = (Some(0), false, 0);
    }

    /// Returns the report if a sample can give this run the series total it lacks.
    pub fn to_sample(&self) -> Option<&Arc<RunReport>> {
        let report = self.report.as_ref().filter(|_| self.title.is_none())?;
        let (state, series) = (&report.state, report.figures.series);
        let lacks_total = series.is_none_or(|series| series.kind == SeriesKind::AtMost);
        let can_run = state.all_done_in_session() && !self.is_simulated();
        let can_run = can_run && !self.frozen.is_on_cluster();
        Some(report).filter(|_| lacks_total && can_run && !state.records.is_empty())
    }

    /// Returns the number of cases in a sample, and its expected time in seconds at most;
    /// computed on first use.
    pub fn sample_cost(&self) -> (usize, f64) {
        *self.sample_cost.get_or_init(|| {
            let times_ns: Vec<_> = self.state().records.iter().map(CaseRecord::time_ns).collect();
            let sample = choose_sample(&times_ns);
            let sum_ns = sample.iter().map(|&case| times_ns[case as usize]).sum();
            (sample.len(), s_from_ns(sum_ns))
        })
    }

    pub fn set_now(&mut self, now_ns: u64) {
        if self.report.is_none() {
            self.now_ns = now_ns;
        }
        if let Some(time_left) = &mut self.time_left {
            time_left.update(now_ns);
        }
    }

    pub fn frozen(&self) -> &Arc<FrozenStudy> {
        &self.frozen
    }

    pub fn state(&self) -> &RunState {
        self.report.as_ref().map_or(&self.live, |report| &report.state)
    }

    pub fn report(&self) -> Option<&Arc<RunReport>> {
        self.report.as_ref()
    }

    pub fn phase(&self) -> RunPhase {
        match (&self.report, self.is_cancelled) {
            (Some(_), _) => RunPhase::Ended,
            (None, true) => RunPhase::Cancelling,
            (None, false) => RunPhase::Running,
        }
    }

    /// Returns a number that grows with every change of the run.
    pub fn revision(&self) -> usize {
        self.event_count + usize::from(self.report.is_some())
    }

    pub fn workers(&self) -> u32 {
        self.state().target_workers.unwrap_or(self.frozen.plan.workers)
    }

    /// Returns how many lanes, from the first on, have a worker that waits for its next case.
    pub fn waiting_lanes(&self) -> usize {
        let running = self.timeline.concurrency.running_at(self.now_ns);
        let ended = self.live.ended_count as usize;
        let has_cases_left = self.report.is_none() && ended + running < self.frozen.cases.len();
        // A fixed share leaves its lane without a case while others have some.
        let any_lane = self.frozen.plan.strategy.dispatch() != Dispatch::Shares;
        if has_cases_left && any_lane { self.workers() as usize } else { 0 }
    }

    /// Returns whether the run is in progress but starts no cases.
    pub fn is_paused(&self) -> bool {
        self.phase() == RunPhase::Running && self.state().is_paused
    }

    /// Returns a copy of the run as it is now.
    pub fn snapshot(&self) -> PartialRun {
        match &self.report {
            Some(report) => PartialRun::Ended(Arc::clone(report)),
            None => PartialRun::InProgress(
                Arc::clone(&self.frozen),
                Box::new(self.live.clone()),
                self.machine,
            ),
        }
    }

    /// Whether it is known when its cases started.
    pub fn has_starts(&self) -> bool {
        self.report.as_ref().is_none_or(|report| report.source.has_starts())
    }

    /// Returns the seconds since the start of the run, or how long an ended run took.
    pub fn elapsed_s(&self) -> f64 {
        match &self.report {
            Some(report) => report.figures.total_parallel_s.unwrap_or(0.0),
            None => s_from_ns(self.now_ns),
        }
    }

    /// Returns the end of what lanes show, in nanoseconds: now, or the end of the last case.
    pub fn end_ns(&self) -> u64 {
        match (&self.report, self.series_start_ns) {
            (None, None) => self.now_ns,
            _ => self.state().makespan_ns,
        }
    }

    /// Returns the facts of the timeline of an ended run, computed on first use.
    pub fn facts(&self) -> Option<&TimelineFacts> {
        let report = self.report.as_ref()?;
        Some(self.facts.get_or_init(|| TimelineFacts::of(report, &self.timeline)))
    }

    /// Estimates the time left, unless the run is paused or cancelled.
    pub fn time_left(&self) -> Option<TimeLeftRange> {
        if self.is_cancelled || self.is_paused() {
            return None;
        }
        self.time_left.as_ref()?.estimate(self.now_ns)
    }

    /// Returns the share of the run that is over, from 0 to 1.
    pub fn progress(&self) -> f32 {
        let state = self.state();
        let cases = state.records.len();
        if self.before_sample.is_some() {
            let (ended, cases) = state.series.map_or((0, 1), |series| (series.ended, series.cases));
            return share_of(ended, cases as usize);
        }
        let most = || most_run_again(self.frozen.plan.series, cases);
        let again = state.series.map_or_else(most, |series| series.cases as usize);
        let ended = state.ended_count + state.series.map_or(0, |series| series.ended);
        share_of(ended, cases + again)
    }

    /// Returns the length of a case's bar, in seconds: its time, so far if it is running.
    pub fn time_s(&self, case: usize) -> Option<f64> {
        let record = &self.state().records[case];
        match record.status {
            Status::NotRun => None,
            Status::Running => Some(s_from_ns(self.now_ns.saturating_sub(record.start_ns))),
            _ => Some(s_from_ns(record.time_ns())),
        }
    }

    /// Returns the case of a row of the document and its record, if the run has it.
    pub fn record_of(&self, id: RowId) -> Option<(usize, &CaseRecord)> {
        let index = self.case_of(id).filter(|_| self.has_document_rows)?;
        Some((index, &self.state().records[index]))
    }

    /// Returns the case of a row of the table that was run.
    pub fn case_of(&self, id: RowId) -> Option<usize> {
        self.case_of.get(&id).copied()
    }

    /// Returns whether this is a run of the document's cases, whatever the plan.
    pub fn has_cases_of(&self, document: &Document) -> bool {
        let then = &self.frozen.plan;
        document.cases == self.frozen.cases
            && document.workload == self.frozen.workload
            && document.program() == self.frozen.program.as_ref()
            && document.time_scale() == then.time_scale
            && document.plan.seed.is_none_or(|seed| seed == then.seed)
    }

    /// Returns whether this is a run of the document as it is.
    pub fn is_of(&self, document: &Document) -> bool {
        let (now, then) = (&document.plan, &self.frozen.plan);
        // Workers and batch count as the strategy uses them, not as the plan asks.
        let cpus = self.machine.logical_cpus;
        // A cluster decides on workers that the plan leaves open.
        let is_open = document.is_on_cluster() && now.workers.is_none();
        self.has_cases_of(document)
            && (now.strategy, now.order, now.series, now.clock)
                == (then.strategy, then.order, then.series, then.clock)
            && now.limits == then.limits
            && (is_open
                || (document.workers(cpus), document.batch(cpus))
                    == (then.workers, then.batch_size()))
    }

    /// Returns whether a row was changed since it was run.
    pub fn is_row_outdated(&self, document: &Document, row: usize, index: usize) -> bool {
        !self.does_work_of(document) || !document.cases.has_row_of(row, &self.frozen.cases, index)
    }

    /// Returns whether a case of the document gives the same results as in this run.
    fn does_work_of(&self, document: &Document) -> bool {
        let program = match (document.program(), self.frozen.program.as_ref()) {
            (Some(a), Some(b)) => {
                a == b || (a.command == b.command && StudyOption::changed_results(a, b).is_empty())
            }
            (a, b) => a == b,
        };
        program
            && document.workload == self.frozen.workload
            && document.time_scale() == self.frozen.plan.time_scale
    }

    /// Returns the parallel total in seconds, so far while cases are running.
    pub fn parallel_s(&self) -> Option<f64> {
        match (&self.report, self.series_start_ns) {
            (Some(report), _) => report.figures.total_parallel_s,
            (None, Some(_)) => Some(s_from_ns(self.live.makespan_ns)),
            (None, None) => Some(s_from_ns(self.now_ns)),
        }
    }

    /// Returns the text for what the parallel total is.
    pub fn parallel_kind(&self) -> &'static str {
        match (&self.report, self.series_start_ns) {
            (Some(report), _) => report.parallel_kind(),
            _ if self.is_simulated() => "simulated",
            (None, Some(_)) => "measured",
            (None, None) => "so far",
        }
    }

    /// Returns the series total in seconds, so far while it is being measured.
    pub fn series_s(&self) -> Option<(f64, SeriesTotalKind)> {
        match (&self.report, self.series_start_ns) {
            (Some(report), _) => {
                let series = report.figures.series?;
                Some((series.total_s, SeriesTotalKind::Final(series)))
            }
            // The time of a sample is not that of all cases.
            (None, Some(_))
                if self.before_sample.is_some()
                    || self.frozen.plan.series == SeriesChoice::Sample =>
            {
                None
            }
            (None, Some(start_ns)) => {
                let elapsed_ns = self.now_ns.saturating_sub(start_ns);
                Some((s_from_ns(elapsed_ns), SeriesTotalKind::SoFar))
            }
            (None, None) => None,
        }
    }

    /// Returns whether it was simulated on the virtual clock.
    pub fn is_simulated(&self) -> bool {
        self.frozen.plan.clock == ClockChoice::Virtual
    }

    pub fn status_text(&self, status: Status) -> String {
        status_text(status, self.is_simulated())
    }

    /// Returns the counts of cases that are not done, each after a comma: `, 1 failed, 3 waiting`.
    pub fn not_done_text(&self, free_memory: Option<u64>) -> String {
        let (state, text) = (self.state(), unsuccessful_text(self.state()));
        if self.report.is_some() {
            return text;
        }
        let running = self.timeline.concurrency.running_at(self.now_ns);
        match state.records.len().saturating_sub(state.ended_count as usize + running) {
            0 => text,
            waiting => {
                let target = |reason| {
                    let limits = &self.frozen.plan.limits;
                    match memory_amounts(reason, limits, free_memory) {
                        amounts if amounts.is_empty() => format!(" for {}", wait_target(reason)),
                        amounts => format!(" for {} ({amounts})", wait_target(reason)),
                    }
                };
                let waits = match (self.queue(), state.blocked_by()) {
                    (Some(queue), _) => queue_text(queue),
                    (_, reason) => format!("waiting{}", reason.map_or(String::new(), target)),
                };
                format!("{text}, {} {waits}", grouped(waiting))
            }
        }
    }

    /// Returns the text for the status of a case, and for what it waits.
    pub fn record_text(&self, record: &CaseRecord) -> String {
        match record.status {
            Status::Refused => "waiting for a licence".to_owned(),
            Status::NotRun if record.will_retry => "waiting".to_owned(),
            _ if record.will_retry => "will run again".to_owned(),
            Status::NotRun if let Some(queue) = self.queue() => queue_text(queue),
            status => self.status_text(status),
        }
    }

    /// Returns the queue of the cluster while cases wait in it.
    pub fn queue(&self) -> Option<&QueueState> {
        self.state().queue.as_ref().filter(|queue| queue.waiting > 0)
    }

    /// Describes the order of dispatch if it is by lengths that only an earlier run or
    /// an amount of work suggests.
    pub fn order_text(&self) -> Option<String> {
        let FrozenStudy { plan, lengths, .. } = &*self.frozen;
        let is_by_length = matches!(plan.order, Order::Longest | Order::Shortest);
        let is_guess = matches!(lengths, Lengths::Last(_) | Lengths::Amounts(_));
        (is_by_length && is_guess)
            .then(|| format!("{}, {}", plan.order.description(), lengths.source()))
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a share of a bar")]
fn share_of(ended: u32, all: usize) -> f32 {
    (f64::from(ended) / all.max(1) as f64) as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixtures::MACHINE;
    use crate::run::replay;
    use crate::schedule::Ticket;
    use crate::study::{CaseColumn, Cluster, CommandLine, Plan, Program, Strategy, WorkloadName};
    use crate::workload::{Environment, find, freeze, workload_for};

    /// Simulates a run of the document.
    fn run_of(document: &Document) -> RunView {
        let Document { cases, workload, plan, .. } = document.clone();
        let environment = Environment { logical_cpus: 2, seed: 7, last_s: None };
        let (frozen, _) =
            freeze(cases, workload, find(workload).as_ref(), &plan, environment).unwrap();
        let simulated = replay(&frozen);
        RunView::simulated(Arc::new(frozen), simulated, MACHINE)
    }

    /// Returns whether a run of one plan counts as a run of another.
    fn is_same_run(ran: &Plan, now: &Plan) -> bool {
        let with_virtual_clock = |plan: &Plan| Plan { clock: ClockChoice::Virtual, ..plan.clone() };
        let mut document = Document::default();
        document.plan = with_virtual_clock(ran);
        let run = run_of(&document);
        document.plan = with_virtual_clock(now);
        run.is_of(&document)
    }

    #[test]
    fn a_run_is_outdated_by_a_change_of_strategy_workers_or_batch() {
        let plan = |strategy, workers, batch| Plan { strategy, workers, batch, ..Plan::default() };
        let threads = |workers| plan(Strategy::Threads, workers, None);
        assert!(is_same_run(&threads(Some(3)), &threads(Some(3))));
        assert!(is_same_run(&threads(None), &threads(Some(3))), "the demo has three");
        assert!(!is_same_run(&threads(Some(4)), &threads(None)));
        assert!(!is_same_run(&threads(None), &plan(Strategy::Shares, None, None)));
        let batches = |batch| plan(Strategy::Batches, Some(3), batch);
        assert!(is_same_run(&batches(None), &batches(Some(3))), "as many as workers");
        assert!(!is_same_run(&batches(None), &batches(Some(2))));
    }

    #[test]
    fn a_run_in_an_order_by_unknown_lengths_is_not_outdated_at_once() {
        let mut document = Document::default();
        document.workload = WorkloadName::Command;
        document.plan.order = Order::Longest;
        document.program = Some(Arc::new(Program::new(CommandLine::parse(&["a"]).unwrap())));
        let (study, cases) = (document.study(), document.cases.clone());
        let environment = Environment { logical_cpus: 2, seed: 7, last_s: None };
        let workload = workload_for(&study);
        let (frozen, _) =
            freeze(cases, study.workload, workload.as_ref(), &study.plan, environment).unwrap();
        assert_eq!((frozen.plan.order, frozen.order()), (Order::Longest, Order::Listed));
        assert!(RunView::new(Arc::new(frozen), MACHINE).is_of(&document));
    }

    #[test]
    fn a_row_is_outdated_by_a_change_of_any_column() {
        let mut document = Document::default();
        document.plan.clock = ClockChoice::Virtual;
        document.cases.insert_column(0, "mesh");
        let run = run_of(&document);
        let outdated = |document: &Document| -> Vec<bool> {
            (0..3).map(|row| run.is_row_outdated(document, row, row)).collect()
        };
        assert_eq!(outdated(&document), [false; 3]);
        let mut changed = document.clone();
        changed.set_text(1, CaseColumn::Extra(0), "fine");
        assert_eq!(outdated(&changed), [false, true, false]);
        document.cases.insert_column(1, "note");
        assert_eq!(outdated(&document), [true; 3]);
    }

    #[test]
    fn lines_of_the_log_that_arrive_together_are_in_the_order_of_their_times() {
        let run = run_of(&Document::default());
        let mut live = RunView::new(Arc::clone(run.frozen()), MACHINE);
        let started = |case, at_ns| RunEvent::Started {
            ticket: Ticket { case, lane: case, attempt: 1, dispatch_index: case },
            asked_ns: 0,
            at_ns,
        };
        live.absorb(vec![started(0, 9), started(1, 8), started(2, 4)], 10);
        let times: Vec<_> = live.log.lines.iter().map(|line| line.at_ns).collect();
        assert_eq!(times, [4, 8, 9]);
    }

    #[test]
    fn the_cpus_of_this_machine_do_not_outdate_a_run_on_a_cluster() {
        let command = CommandLine::parse(&["solve"]).unwrap();
        let program = Program { cluster: Some(Cluster::default()), ..Program::new(command) };
        let mut document = Document::default();
        document.workload = WorkloadName::Command;
        document.program = Some(Arc::new(program));
        let study = document.study();
        let environment = Environment { logical_cpus: 2, seed: 7, last_s: None };
        let workload = workload_for(&study);
        let (mut frozen, _) =
            freeze(study.cases, study.workload, workload.as_ref(), &study.plan, environment)
                .unwrap();
        // As many as the cluster can run.
        frozen.plan.workers = 3;
        for logical_cpus in [1, 2, 64] {
            let machine = report::Machine { logical_cpus, ..MACHINE };
            assert!(RunView::new(Arc::new(frozen.clone()), machine).is_of(&document));
        }
        document.plan.workers = Some(4);
        assert!(!RunView::new(Arc::new(frozen), MACHINE).is_of(&document));
    }

    #[test]
    fn settings_that_the_strategy_ignores_do_not_outdate_a_run() {
        for strategy in [Strategy::Series, Strategy::AllAtOnce] {
            let plan = |workers| Plan { strategy, workers, ..Plan::default() };
            assert!(is_same_run(&plan(Some(3)), &plan(Some(7))), "{strategy:?}");
        }
        let plan = |batch| Plan { batch, ..Plan::default() };
        assert!(is_same_run(&plan(Some(2)), &plan(None)));
    }
}
