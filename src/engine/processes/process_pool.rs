//! The strategy of worker processes: a thread for each lane, and a process for
//! each thread, started once per run.

use std::borrow::Cow;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use crate::run::{CaseEnd, CaseOutcome, ProcessStart, RunEvent, attempt_folder};
use crate::schedule::Ticket;
use crate::study::{Case, CaseFolders, FrozenStudy, KeepOutput, Program, SeriesChoice};
use crate::workload::StopSignal;

use super::orphans::{OrphanMarker, end_leftovers};
use super::protocol::ToWorker;
pub(crate) use super::watchdog::Watchdog;
use super::worker_client::{WorkerClient, WorkerError};
use super::worker_program::WorkerProgram;
use crate::engine::folder::run_folder::RunFolder;
use crate::engine::pool::clock::Clock;
use crate::engine::pool::dispatcher::{Assignment, Dispatcher};
use crate::engine::pool::extra_threads::ExtraThreads;
use crate::engine::pool::measure::CaseMeasurement;
use crate::engine::pool::threads;
use crate::engine::pool::worker::{CaseRunner, work};

/// How long to wait before it is tried again to put another worker process in the
/// place of one that is gone.
const RENEWALS: [Duration; 2] = [Duration::from_millis(100), Duration::from_millis(900)];

/// What all threads of the run share.
pub(crate) struct ProcessPool<'a> {
    pub(crate) desk: &'a Dispatcher,
    pub(crate) clock: Clock,
    pub(crate) frozen: &'a FrozenStudy,
    pub(crate) stop: &'a StopSignal,
    pub(crate) crew: &'a Watchdog,
    pub(crate) program: &'a WorkerProgram,
    /// The program of the user's own that the cases run, if that is what they do.
    pub(crate) external: Option<&'a Program>,
    /// Where it leaves its files, once that is known.
    pub(crate) folder: &'a OnceLock<RunFolder>,
    /// How many workers have been numbered.
    pub(crate) numbered: &'a AtomicU32,
}

/// A thread with its worker process.
struct ProcessWorker<'a> {
    run: &'a ProcessPool<'a>,
    number: u32,
    process: Option<WorkerClient<'a>>,
    /// Whether the start of its case was noted.
    noted: bool,
}

impl ProcessPool<'_> {
    /// Runs all cases, with a worker process for each thread of a pool. The
    /// error says what the system did not give.
    pub(crate) fn run(&self, added: &ExtraThreads) -> Result<(), String> {
        if self.external.is_some() {
            let folder = if let Some(folder) = self.folder.get() {
                folder
            } else {
                let made = RunFolder::temporary().map_err(|error| error.to_string())?;
                self.folder.get_or_init(|| made)
            };
            let path = folder.cases_folder().to_owned();
            self.desk.note(RunEvent::FolderMade { path, session: folder.session() });
        }
        let through = thread::scope(|scope| {
            let _watch = self.crew.watch();
            let overseer = thread::Builder::new().name("overseer".to_owned());
            overseer
                .spawn_scoped(scope, || self.crew.oversee())
                .map_err(|error| format!("the system gives no thread: {error}"))?;
            let through = threads::in_pool(self.frozen.plan.workers, || self.work(None));
            added.join();
            through?;
            let measure = self.frozen.plan.series == SeriesChoice::Measure;
            match (self.external, self.folder.get()) {
                (Some(external), Some(folder))
                    if measure && !self.stop.is_stopped() && self.desk.is_all_done() =>
                {
                    self.in_series(external, folder)
                }
                _ => Ok(()),
            }
        });
        let Some(folder) = self.folder.get() else { return through };
        let noted = folder.finish().map_err(|error| folder.journal_error(&error));
        folder.clean_up();
        through.and(noted)
    }

    /// Runs the programs of all cases once more, one after another, in one worker
    /// process, and keeps nothing of their output. If one does not end well,
    /// there is no total.
    fn in_series(&self, external: &Program, folder: &RunFolder) -> Result<(), String> {
        let series = folder.cases_folder().join("series");
        fs::create_dir(&series)
            .map_err(|error| format!("cannot make a folder: {error}: {}", series.display()))?;
        let external = Program { keep_output: KeepOutput::None, ..external.clone() };
        let number = self.numbered.fetch_add(1, Relaxed);
        let hello = self.hello(Some(&external));
        let (mut process, _) =
            WorkerClient::start(self.crew, number, self.program, &self.marks(number), &hello)?;
        let first_ns = self.clock.now_ns();
        self.desk.note(RunEvent::SeriesStarted { at_ns: first_ns });
        let mut last_ns = first_ns;
        for (case, index) in self.frozen.cases.iter().zip(0..) {
            let folder = series.join(attempt_folder(index, 1));
            let order = self.order(index, case, &folder);
            let ran = process.run(index, &order, self.clock.now_ns());
            if matches!(ran, Err(WorkerError::Worker(_))) {
                self.end_abandoned(number);
            }
            let Ok(CaseMeasurement { start_ns, end_ns, outcome: CaseOutcome::Done(_), .. }) = ran
            else {
                process.end();
                return Ok(());
            };
            last_ns = end_ns;
            self.desk.note(RunEvent::SeriesCase { case: index, start_ns, end_ns });
        }
        process.end();
        self.desk.note(RunEvent::SeriesDone { total_ns: last_ns - first_ns });
        Ok(())
    }

    /// What a worker process is told first.
    fn hello<'a>(&'a self, external: Option<&'a Program>) -> ToWorker<'a> {
        let Self { clock, frozen, .. } = self;
        ToWorker::Hello {
            workload: frozen.workload.into(),
            seed: frozen.plan.seed,
            time_scale: frozen.plan.time_scale,
            epoch_ns: clock.epoch_ns(),
            program: external.map(|external| Box::new(Cow::Borrowed(external))),
        }
    }

    /// What a worker process is told to do for a case, whose folder is this one if
    /// it runs a program.
    fn order<'c>(&self, index: u32, case: Case<'c>, folder: &'c Path) -> ToWorker<'c> {
        match self.external {
            Some(program) => {
                let run = self.folder.get().map_or(Path::new(""), RunFolder::path);
                let (run, folder) = (run.to_string_lossy(), folder.to_string_lossy());
                let folders = CaseFolders { run: &run, case: &folder };
                let arguments = program.command.fill(&self.frozen.cases, case.index, folders);
                ToWorker::Start { case: index, arguments, folder }
            }
            None => ToWorker::Run { case: index, name: case.name, x: case.x, y: case.y },
        }
    }

    /// Runs cases in a worker process until the desk has none left. A worker that
    /// was added while the run went on was asked for at `added_ns`.
    pub(crate) fn work(&self, added_ns: Option<u64>) {
        let number = self.numbered.fetch_add(1, Relaxed);
        let mut worker = ProcessWorker { run: self, number, process: None, noted: false };
        let from_ns = self.clock.now_ns();
        // What comes too late to be given a case, or is one too many, needs no process.
        let late = self.desk.is_over() || number as usize >= self.frozen.cases.len();
        let started = if late { Ok(from_ns) } else { worker.start(from_ns, false) };
        let ready_ns = match started {
            Ok(ready_ns) => ready_ns,
            // The others go on.
            Err(_) if added_ns.is_some() => return self.desk.go_without(1),
            Err(message) => {
                self.abort(message);
                from_ns
            }
        };
        work(self.desk, self.frozen, &mut worker, ready_ns, added_ns);
        worker.end();
    }

    /// Notes the start of a program for this attempt. Returns its folder, or what came of the attempt instead.
    fn prepare(&self, turn: &Assignment) -> Result<PathBuf, CaseOutcome> {
        let Some(folder) = self.folder.get().filter(|_| self.external.is_some()) else {
            return Ok(PathBuf::new());
        };
        let Ticket { case, attempt, .. } = turn.ticket;
        let path = folder.cases_folder().join(attempt_folder(case, attempt));
        folder.record_start(&turn.ticket, turn.start_ns).map_err(|error| {
            self.stop_starting(folder.journal_error(&error));
            CaseOutcome::Cancelled
        })?;
        Ok(path)
    }

    /// Writes to the journal, if there is one. Where that fails nothing more starts.
    fn keep(&self, write: impl FnOnce(&RunFolder) -> io::Result<()>) {
        if let Some(folder) = self.folder.get()
            && let Err(error) = write(folder)
        {
            self.stop_starting(folder.journal_error(&error));
        }
    }

    /// Where the disk is full, output may be cut off: what is found in it is no value,
    /// and what comes next would fare no better.
    fn on_full_disk(&self, measured: CaseMeasurement) -> CaseMeasurement {
        let Some(folder) = self.folder.get().filter(|folder| folder.is_disk_full()) else {
            return measured;
        };
        let place = folder.path().display();
        self.stop_starting(format!("the disk is full, so that nothing more was started: {place}"));
        let outcome = match measured.outcome {
            CaseOutcome::Done(_) => CaseOutcome::Failed(
                "the disk is full, so that its output may not be whole".to_owned(),
            ),
            outcome => outcome,
        };
        CaseMeasurement { outcome, ..measured }
    }

    /// Starts nothing more, because it would come to nothing. Cases in work go on.
    fn stop_starting(&self, message: String) {
        if self.desk.cancel() {
            self.desk.note(RunEvent::Aborted { message });
        }
    }

    /// How the processes of this worker are known.
    fn marks(&self, worker: u32) -> OrphanMarker<'_> {
        OrphanMarker { run: self.folder.get().map(RunFolder::id), worker: Some(worker) }
    }

    /// Ends what still runs of a worker process that is gone.
    fn end_abandoned(&self, worker: u32) {
        if let Some(program) = self.external {
            end_leftovers(&self.marks(worker), program.grace());
        }
    }

    /// Ends the run because it cannot go on.
    fn abort(&self, message: String) {
        // The first reason counts, the others follow from it.
        if !self.crew.is_cancelled() {
            self.desk.note(RunEvent::Aborted { message });
        }
        self.desk.cancel();
        self.stop.stop();
        self.crew.cancel();
    }
}

impl ProcessWorker<'_> {
    /// Starts its process; returns when that was ready, else what went wrong.
    fn start(&mut self, from_ns: u64, replaces: bool) -> Result<u64, String> {
        let ProcessPool { clock, crew, program, desk, external, .. } = *self.run;
        let hello = self.run.hello(external);
        let marks = self.run.marks(self.number);
        let (process, memory_bytes) =
            WorkerClient::start(crew, self.number, program, &marks, &hello)?;
        let ready_ns = clock.now_ns();
        desk.note(RunEvent::ProcessStarted(ProcessStart {
            worker: self.number,
            process_id: process.id(),
            replaces,
            from_ns,
            ready_ns,
            memory_bytes,
        }));
        self.process = Some(process);
        Ok(ready_ns)
    }

    fn end(&mut self) {
        if let Some(process) = self.process.take() {
            self.ended(process.end());
        }
    }

    fn ended(&self, memory_bytes: Option<u64>) {
        self.run.desk.note(RunEvent::ProcessEnded { worker: self.number, memory_bytes });
    }
}

impl CaseRunner for ProcessWorker<'_> {
    fn worker(&self) -> u32 {
        self.number
    }

    fn run(&mut self, turn: &Assignment, case: Case<'_>) -> CaseMeasurement {
        let index = turn.ticket.case;
        self.noted = false;
        let none = |outcome| unmeasured(turn.start_ns, turn.start_ns, outcome);
        // One that thought that nothing would start any more has none yet.
        if self.process.is_none()
            && let Err(message) = self.start(turn.start_ns, false)
            && !self.run.desk.is_dropped(index)
        {
            self.run.abort(message);
        }
        let run = self.run;
        let Some(process) = self.process.as_mut().filter(|_| !run.desk.is_dropped(index)) else {
            return none(CaseOutcome::Cancelled);
        };
        let folder = match run.prepare(turn) {
            Ok(folder) => folder,
            Err(outcome) => return none(outcome),
        };
        self.noted = true;
        let order = self.run.order(index, case, &folder);
        match process.run(index, &order, turn.start_ns) {
            Ok(measured) => self.run.on_full_disk(measured),
            Err(lost) => {
                let end_ns = self.run.clock.now_ns();
                let reason = match lost {
                    WorkerError::Case(reason) => reason,
                    WorkerError::Worker(reason) => {
                        self.process = None;
                        self.ended(None);
                        self.run.end_abandoned(self.number);
                        reason
                    }
                };
                let cancelled = self.run.crew.is_cancelled() || self.run.desk.is_dropped(index);
                let outcome =
                    if cancelled { CaseOutcome::Cancelled } else { CaseOutcome::Failed(reason) };
                unmeasured(turn.start_ns, end_ns, outcome)
            }
        }
    }

    fn note(&mut self, end: &CaseEnd) {
        // What did not begin changes nothing of what is known.
        if self.noted {
            self.run.keep(|folder| folder.record_end(end));
        }
    }

    fn keep_notes(&mut self) {
        self.run.keep(RunFolder::flush_journal);
    }

    fn is_fit(&self) -> bool {
        self.process.is_some()
    }

    fn let_go(&mut self) {
        self.end();
    }

    fn renew(&mut self, end_ns: u64) -> Option<u64> {
        let mut tries = RENEWALS.iter();
        loop {
            let message = match self.start(end_ns, true) {
                Ok(ready_ns) => return Some(ready_ns),
                Err(_) if self.run.crew.is_cancelled() => return Some(end_ns),
                Err(message) => message,
            };
            match tries.next() {
                Some(&pause) => thread::sleep(pause),
                None if self.run.desk.retire(end_ns) => return None,
                None => {
                    self.run.abort(message);
                    return Some(end_ns);
                }
            }
        }
    }
}

/// A case that was measured by nobody who worked on it.
fn unmeasured(start_ns: u64, end_ns: u64, outcome: CaseOutcome) -> CaseMeasurement {
    CaseMeasurement { start_ns, end_ns, waited_ns: None, cpu_ns: None, memory_bytes: None, outcome }
}
