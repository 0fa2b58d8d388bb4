//! Runs cases in worker processes: one thread per lane, and one process per
//! thread, started once per run.

use std::borrow::Cow;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering::Relaxed;
use std::thread;
use std::time::Duration;

use crate::run::{CaseEnd, CaseOutcome, ProcessStart, RunEvent, attempt_folder};
use crate::schedule::Ticket;
use crate::study::{Case, CaseFolders, FrozenStudy, KeepOutput, Program, Resource};

use super::orphans::{OrphanMarker, end_orphans};
use super::protocol::{CaseCores, CaseRequest, ToWorker};
use super::worker_client::{WorkerClient, WorkerError};
use crate::engine::folder::journal::Journal;
use crate::engine::folder::run_folder::RunFolder;
use crate::engine::pool::dispatcher::Assignment;
use crate::engine::pool::measure::CaseMeasurement;
use crate::engine::pool::run_job::{RunJob, SecondPass};
use crate::engine::pool::threads;
use crate::engine::pool::worker::{CaseRunner, work};

/// Pauses between attempts to replace a worker process.
const REPLACE_PAUSES: [Duration; 2] = [Duration::from_millis(100), Duration::from_millis(900)];

/// A thread with its worker process.
struct ProcessWorker<'a> {
    job: &'a RunJob,
    number: u32,
    worker_client: Option<WorkerClient<'a>>,
    /// Whether the start of the current case is in the journal.
    is_start_recorded: bool,
}

impl RunJob {
    /// Runs all cases in worker processes. The error is a message for the user.
    pub(crate) fn run_in_processes(&self) -> Result<(), String> {
        if self.workload.program().is_some() {
            let folder = if let Some(folder) = self.folder.get() {
                folder
            } else {
                let created = RunFolder::temporary().map_err(|error| error.to_string())?;
                self.folder.get_or_init(|| created)
            };
            let path = folder.cases_folder().to_owned();
            self.dispatcher.emit(RunEvent::FolderCreated { path, session: folder.session() });
        }
        let result = thread::scope(|scope| {
            let _guard = self.watchdog.guard();
            thread::Builder::new()
                .name("watchdog".to_owned())
                .spawn_scoped(scope, || self.watchdog.run())
                .map_err(|error| format!("cannot start a thread: {error}; try fewer workers"))?;
            let result = threads::in_pool(self.frozen.plan.workers, || self.work_in_process(None));
            self.extra_threads.join();
            result?;
            let (Some(program), Some(folder)) = (self.workload.program(), self.folder.get()) else {
                return Ok(());
            };
            self.second_pass().map_or(Ok(()), |pass| self.run_program_again(pass, program, folder))
        });
        let Some(folder) = self.folder.get() else { return result };
        let finished = folder.finish().map_err(|error| folder.journal_error(&error));
        folder.clean_up();
        result.and(finished)
    }

    /// Runs the program again in one worker process, without keeping output.
    fn run_program_again(
        &self,
        pass: SecondPass,
        program: &Program,
        folder: &RunFolder,
    ) -> Result<(), String> {
        let series = folder.cases_folder().join("series");
        fs::create_dir(&series)
            .map_err(|error| format!("cannot create a folder: {}: {error}", series.display()))?;
        let program = Program { keep_output: KeepOutput::None, ..program.clone() };
        let worker = self.next_worker.fetch_add(1, Relaxed);
        let (mut worker_client, _) = self.start_worker(worker, Some(&program))?;
        self.run_again(pass, |Ticket { case, attempt, .. }, row| {
            let case_folder = series.join(attempt_folder(case, attempt));
            let cpus = self.dispatcher.cpus_for(case);
            let request = self.request(case, row, &case_folder, &cpus).ok()?;
            let result = worker_client.run(case, &request, self.clock.now_ns(), |_| ());
            if matches!(result, Err(WorkerError::Worker(_) | WorkerError::TimedOut)) {
                self.end_orphans(worker);
            }
            result.ok()
        });
        worker_client.end();
        Ok(())
    }

    /// Starts a worker process; returns also its peak memory so far, in bytes.
    fn start_worker(
        &self,
        worker: u32,
        program: Option<&Program>,
    ) -> Result<(WorkerClient<'_>, Option<u64>), String> {
        let hello = ToWorker::Hello {
            workload: self.frozen.workload.into(),
            seed: self.frozen.plan.seed,
            time_scale: self.frozen.plan.time_scale,
            epoch_ns: self.clock.epoch_ns(),
            reports_starts: self.frozen.plan.limits.start_every_s.is_some(),
            program: program.map(|program| Box::new(Cow::Borrowed(program))),
        };
        let marker = self.marker(worker);
        WorkerClient::start(&self.watchdog, worker, &self.worker_program, &marker, &hello)
    }

    /// Returns the request to run a case. A program runs in `folder`, on these CPUs. Fails only if an input
    /// file cannot be rendered, which was checked before.
    fn request<'c>(
        &'c self,
        case: u32,
        row: Case<'c>,
        folder: &'c Path,
        cpus: &[u32],
    ) -> Result<CaseRequest<'c>, String> {
        let FrozenStudy { cases, input_files, .. } = &*self.frozen;
        let message = match self.workload.program() {
            Some(program) => {
                let run = self.folder.get().map_or(Path::new(""), RunFolder::path);
                let (run, folder) = (run.to_string_lossy(), folder.to_string_lossy());
                let folders = CaseFolders { run: &run, case: &folder };
                let arguments = program.command.fill(cases, row.index, folders);
                let cores = self.frozen.resources.need(Resource::Cores, case);
                let cores = cores.map(|count| CaseCores { count, cpus: cpus.to_vec() });
                ToWorker::Start { case, arguments, folder, cores }
            }
            None => ToWorker::Run { case, name: row.name, x: row.x, y: row.y },
        };
        Ok(CaseRequest { files: input_files.render(cases, row.index)?, message })
    }

    /// Runs cases in a worker process until none is left. `requested_ns` is set
    /// for workers added while the run is in progress.
    pub(crate) fn work_in_process(&self, requested_ns: Option<u64>) {
        let number = self.next_worker.fetch_add(1, Relaxed);
        let mut worker =
            ProcessWorker { job: self, number, worker_client: None, is_start_recorded: false };
        let from_ns = self.clock.now_ns();
        // A worker that will get no case needs no process.
        let is_surplus = self.dispatcher.is_over() || number as usize >= self.frozen.cases.len();
        let started = if is_surplus { Ok(from_ns) } else { worker.start(from_ns, false) };
        let ready_ns = match started {
            Ok(ready_ns) => ready_ns,
            // The run continues with the other workers.
            Err(_) if requested_ns.is_some() => return self.dispatcher.give_up_workers(1),
            Err(message) => {
                self.abort(message);
                from_ns
            }
        };
        work(&self.dispatcher, &self.frozen, &mut worker, ready_ns, requested_ns);
        worker.end();
    }

    /// Records the start of a program in the journal. Returns its folder, or the
    /// outcome if the attempt cannot start.
    fn record_start(&self, assignment: &Assignment) -> Result<PathBuf, CaseOutcome> {
        let Some(folder) = self.folder.get().filter(|_| self.workload.program().is_some()) else {
            return Ok(PathBuf::new());
        };
        let Ticket { case, attempt, .. } = assignment.ticket;
        let path = folder.cases_folder().join(attempt_folder(case, attempt));
        let is_recorded = self
            .write_journal(|journal| journal.record_start(&assignment.ticket, assignment.start_ns));
        if is_recorded { Ok(path) } else { Err(CaseOutcome::Cancelled) }
    }

    /// Writes to the journal, if there is one. If that fails, no more cases start.
    fn write_journal(&self, write: impl FnOnce(&Journal) -> io::Result<()>) -> bool {
        let Some(folder) = self.folder.get() else { return true };
        let written = folder.journal().map_or(Ok(()), write);
        if let Err(error) = &written {
            self.stop_starting(folder.journal_error(error));
        }
        written.is_ok()
    }

    /// Fails a case if the disk is full, because its output may be incomplete.
    /// No more cases start then.
    fn check_disk(&self, measured: CaseMeasurement) -> CaseMeasurement {
        let Some(folder) = self.folder.get().filter(|folder| folder.is_disk_full()) else {
            return measured;
        };
        let place = folder.path().display();
        self.stop_starting(format!("the disk is full: {place}; the other cases were not started"));
        let outcome = match measured.outcome {
            CaseOutcome::Done(_) => {
                let message = "the disk is full; the output may be incomplete";
                CaseOutcome::Failed(message.to_owned())
            }
            outcome => outcome,
        };
        CaseMeasurement { outcome, ..measured }
    }

    /// Starts no more cases, because they would fail. Running cases continue.
    fn stop_starting(&self, message: String) {
        if self.dispatcher.cancel() {
            self.dispatcher.emit(RunEvent::Aborted { message });
        }
    }

    fn marker(&self, worker: u32) -> OrphanMarker<'_> {
        OrphanMarker { run: self.folder.get().map(RunFolder::id), worker: Some(worker) }
    }

    /// Ends the programs left by a worker process that died.
    fn end_orphans(&self, worker: u32) {
        if let Some(program) = self.workload.program() {
            end_orphans(&self.marker(worker), program.grace());
        }
    }

    fn abort(&self, message: String) {
        // Later failures follow from the first one.
        if !self.watchdog.is_cancelled() {
            self.dispatcher.emit(RunEvent::Aborted { message });
        }
        self.cancel();
    }
}

impl ProcessWorker<'_> {
    /// Starts the worker process; returns when it was ready.
    fn start(&mut self, from_ns: u64, replaces: bool) -> Result<u64, String> {
        let job = self.job;
        let (worker_client, memory_bytes) =
            job.start_worker(self.number, job.workload.program())?;
        let ready_ns = job.clock.now_ns();
        job.dispatcher.emit(RunEvent::ProcessStarted(ProcessStart {
            worker: self.number,
            process_id: worker_client.id(),
            replaces,
            from_ns,
            ready_ns,
            memory_bytes,
        }));
        self.worker_client = Some(worker_client);
        Ok(ready_ns)
    }

    fn end(&mut self) {
        if let Some(worker_client) = self.worker_client.take() {
            self.emit_process_end(worker_client.end());
        }
    }

    fn emit_process_end(&self, memory_bytes: Option<u64>) {
        let worker = self.number;
        self.job.dispatcher.emit(RunEvent::ProcessEnded { worker, memory_bytes });
    }

    /// Turns an error of the worker process into the outcome of its case.
    fn handle_error(&mut self, error: WorkerError) -> CaseOutcome {
        let outcome = match error {
            WorkerError::Case(reason) => return CaseOutcome::Failed(reason),
            WorkerError::Worker(reason) => CaseOutcome::Failed(reason),
            WorkerError::TimedOut => {
                let reason = "took longer than its time limit; its worker process did not respond";
                CaseOutcome::TimedOut(reason.to_owned())
            }
        };
        self.worker_client = None;
        self.emit_process_end(None);
        self.job.end_orphans(self.number);
        outcome
    }
}

impl CaseRunner for ProcessWorker<'_> {
    fn worker(&self) -> u32 {
        self.number
    }

    fn run(&mut self, assignment: &Assignment, row: Case<'_>) -> CaseMeasurement {
        let (case, start_ns) = (assignment.ticket.case, assignment.start_ns);
        let job = self.job;
        self.is_start_recorded = false;
        // A worker that seemed surplus has no process yet.
        if self.worker_client.is_none()
            && let Err(message) = self.start(start_ns, false)
            && !job.dispatcher.is_removed(case)
        {
            job.abort(message);
        }
        let worker_client =
            self.worker_client.as_mut().filter(|_| !job.dispatcher.is_removed(case));
        let Some(worker_client) = worker_client else {
            return CaseMeasurement::unmeasured(start_ns, start_ns, CaseOutcome::Cancelled);
        };
        let folder = match job.record_start(assignment) {
            Ok(folder) => folder,
            Err(outcome) => return CaseMeasurement::unmeasured(start_ns, start_ns, outcome),
        };
        self.is_start_recorded = true;
        let request = match job.request(case, row, &folder, &assignment.cpus) {
            Ok(request) => request,
            Err(message) => {
                let outcome = CaseOutcome::Failed(message);
                return CaseMeasurement::unmeasured(start_ns, job.clock.now_ns(), outcome);
            }
        };
        let lane = assignment.ticket.lane;
        let report_start = |start_ns| job.dispatcher.report_start(lane, start_ns);
        match worker_client.run(case, &request, start_ns, report_start) {
            Ok(mut measured) => {
                if let Some(text) = measured.output_tail.take() {
                    job.dispatcher.emit(RunEvent::OutputTail { case, text });
                }
                if measured.lacks_value_file {
                    job.dispatcher.emit(RunEvent::ValueFileMissing);
                }
                job.check_disk(measured)
            }
            Err(error) => {
                let end_ns = job.clock.now_ns();
                let outcome = self.handle_error(error);
                let is_cancelled = job.watchdog.is_cancelled() || job.dispatcher.is_removed(case);
                let outcome = if is_cancelled { CaseOutcome::Cancelled } else { outcome };
                CaseMeasurement::unmeasured(start_ns, end_ns, outcome)
            }
        }
    }

    fn record_end(&mut self, end: &CaseEnd) {
        // A case that did not start is not in the journal.
        if self.is_start_recorded {
            self.job.write_journal(|journal| journal.record_end(end));
        }
    }

    fn flush(&mut self) {
        self.job.write_journal(Journal::flush);
    }

    fn is_usable(&self) -> bool {
        self.worker_client.is_some()
    }

    fn reset(&mut self) {
        self.end();
    }

    fn recover(&mut self, end_ns: u64) -> Option<u64> {
        let mut pauses = REPLACE_PAUSES.iter();
        loop {
            let message = match self.start(end_ns, true) {
                Ok(ready_ns) => return Some(ready_ns),
                Err(_) if self.job.watchdog.is_cancelled() => return Some(end_ns),
                Err(message) => message,
            };
            match pauses.next() {
                Some(&pause) => thread::sleep(pause),
                None if self.job.dispatcher.retire(end_ns) => return None,
                None => {
                    self.job.abort(message);
                    return Some(end_ns);
                }
            }
        }
    }
}
