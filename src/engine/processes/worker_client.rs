//! The run's side of a worker process: starts it, sends cases, receives results.

use std::io::{self, ErrorKind, PipeReader, Write as _};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use parking_lot::Mutex;
use serde::Deserialize;

use super::orphans::OrphanMarker;
use super::protocol::{
    CaseRequest, FrameError, FromWorker, Greeting, PROTOCOL, RUN, Receiver, ToWorker, WORKER,
    encode,
};
use super::watchdog::{Watchdog, WatchdogLink};
use super::worker_program::WorkerProgram;
use crate::engine::pool::measure::CaseMeasurement;
use crate::system::exit_status::{ProcessExit, code_text, signal_name};
use crate::system::worker_process::bind_children;

pub(crate) struct WorkerClient<'a> {
    watchdog: &'a Watchdog,
    worker: u32,
    link: Arc<WatchdogLink>,
    from_worker: Receiver<PipeReader>,
    buffer: Vec<u8>,
}

pub(crate) enum WorkerError {
    /// The case could not be sent. The worker process is still usable.
    Case(String),
    /// The worker process has ended or broken the protocol.
    Worker(String),
    /// The worker process was killed because it did not enforce the time limit of the case.
    TimedOut,
}

enum ReceiveError {
    Closed,
    /// The worker process broke the protocol, in words that follow "it".
    Invalid(String),
}

impl<'a> WorkerClient<'a> {
    /// Starts a worker process and waits until it is ready. Returns also its peak
    /// memory at that time, in bytes. The error is a message for the user.
    pub(crate) fn start(
        watchdog: &'a Watchdog,
        worker: u32,
        worker_program: &WorkerProgram,
        marker: &OrphanMarker<'_>,
        hello: &ToWorker<'_>,
    ) -> Result<(Self, Option<u64>), String> {
        let failure = format!("worker process {worker} did not start");
        let mut buffer = Vec::new();
        encode(&Greeting { who: RUN, protocol: PROTOCOL }, &mut buffer)
            .and_then(|()| encode(hello, &mut buffer))
            .map_err(|error| format!("{failure}: cannot encode its first message: {error}"))?;
        let (link, from_worker) = spawn(worker_program, marker).map_err(|error| {
            let remedy = match error.kind() {
                ErrorKind::NotFound | ErrorKind::PermissionDenied => {
                    "check that the program can be run"
                }
                _ => "try fewer workers",
            };
            format!("{failure}: {error}; {remedy}: {worker_program}")
        })?;
        let link = Arc::new(link);
        watchdog.register(worker, Arc::clone(&link));
        let from_worker = Receiver::new(from_worker);
        let mut client = Self { watchdog, worker, link, from_worker, buffer };
        // If sending fails, what the process sent tells more about the cause.
        let sent = client.send();
        let greeted = client.receive_greeting().and_then(|memory| sent.map(|()| memory));
        watchdog.mark_ready(worker);
        if watchdog.missed_deadline(worker) {
            let limit_s = watchdog.start_limit().as_secs_f64();
            return Err(format!(
                "{failure}: it was not ready within {limit_s} s; try fewer workers, or check that \
                 the program is CaseLanes: {worker_program}"
            ));
        }
        match greeted {
            Ok(memory_bytes) => Ok((client, memory_bytes)),
            Err(error) => {
                let problem = client.explain(error);
                Err(format!(
                    "{failure}: it {problem}; check that the program is this version of \
                     CaseLanes: {worker_program}"
                ))
            }
        }
    }

    pub(crate) fn id(&self) -> u32 {
        self.link.child.lock().id()
    }

    fn receive_greeting(&mut self) -> Result<Option<u64>, ReceiveError> {
        match self.receive()? {
            Greeting { who: WORKER, protocol: PROTOCOL } => {}
            Greeting { who: WORKER, protocol } => {
                let problem = format!("uses protocol {protocol} instead of {PROTOCOL}");
                return Err(ReceiveError::Invalid(problem));
            }
            Greeting { .. } => {
                return Err(ReceiveError::Invalid("sent an unexpected greeting".to_owned()));
            }
        }
        match self.receive()? {
            FromWorker::Ready { memory_bytes } => Ok(memory_bytes),
            other => Err(unexpected(&other)),
        }
    }

    /// Runs a case that was assigned at `assigned_ns`. Calls `on_start` with its start, if the
    /// worker process reports it. After a [`WorkerError::Worker`] the client is no longer usable.
    pub(crate) fn run(
        &mut self,
        case: u32,
        request: &CaseRequest<'_>,
        assigned_ns: u64,
        mut on_start: impl FnMut(u64),
    ) -> Result<CaseMeasurement, WorkerError> {
        self.buffer.clear();
        request.encode(&mut self.buffer).map_err(|error| {
            WorkerError::Case(format!("the case cannot be sent to a worker process: {error}"))
        })?;
        self.watchdog.begin_case(self.worker);
        let received = self.send().and_then(|()| {
            loop {
                match self.receive()? {
                    FromWorker::Started { start_ns } => on_start(start_ns),
                    other => return Ok(other),
                }
            }
        });
        let is_late = received.is_err() && self.watchdog.missed_deadline(self.worker);
        if is_late && !self.watchdog.is_cancelled() {
            return Err(WorkerError::TimedOut);
        }
        self.watchdog.end_case(self.worker);
        let error = match received {
            Ok(FromWorker::Ended { case: ended, measured })
                if ended == case
                    && assigned_ns <= measured.start_ns
                    && measured.start_ns <= measured.end_ns =>
            {
                return Ok(measured);
            }
            Ok(other) => unexpected(&other),
            Err(error) => error,
        };
        Err(WorkerError::Worker(format!("its worker process {}", self.explain(error))))
    }

    /// Ends the worker process; returns its peak memory, in bytes.
    pub(crate) fn end(mut self) -> Option<u64> {
        self.watchdog.end(self.worker);
        let bye = self.receive();
        self.from_worker.drain();
        match bye {
            Ok(FromWorker::Bye { memory_bytes }) => memory_bytes,
            _ => None,
        }
    }

    /// Explains what the worker process did instead of answering, such as `exited with status 3`.
    fn explain(&mut self, error: ReceiveError) -> String {
        match error {
            ReceiveError::Closed => self.wait_for_exit(),
            ReceiveError::Invalid(problem) => problem,
        }
    }

    /// Waits for the worker process to exit; returns how it ended.
    fn wait_for_exit(&mut self) -> String {
        self.watchdog.end(self.worker);
        self.from_worker.drain();
        loop {
            // The lock is released in between, so that the watchdog can kill a
            // process that closed its pipe but does not exit.
            match self.link.child.lock().try_wait() {
                Ok(None) => thread::sleep(Duration::from_millis(1)),
                Ok(Some(_)) if self.watchdog.missed_deadline(self.worker) => {
                    return "closed its pipe but did not exit".to_owned();
                }
                Ok(Some(status)) => return describe_exit(status.into()),
                Err(error) => return format!("ended with an unknown status: {error}"),
            }
        }
    }

    fn send(&self) -> Result<(), ReceiveError> {
        let mut pipe = self.link.to_worker.lock();
        let Some(pipe) = pipe.as_mut() else { return Err(ReceiveError::Closed) };
        pipe.write_all(&self.buffer).map_err(|_| ReceiveError::Closed)
    }

    fn receive<'b, T: Deserialize<'b>>(&'b mut self) -> Result<T, ReceiveError> {
        match self.from_worker.next() {
            Ok(Some(message)) => Ok(message),
            Ok(None) | Err(FrameError::Io(_) | FrameError::Cut { .. }) => Err(ReceiveError::Closed),
            Err(error) => Err(ReceiveError::Invalid(format!("sent an invalid message: {error}"))),
        }
    }
}

impl Drop for WorkerClient<'_> {
    fn drop(&mut self) {
        let mut child = self.link.child.lock();
        child.kill().ok();
        child.wait().ok();
        drop(child);
        self.watchdog.unregister(self.worker);
    }
}

fn spawn(
    worker_program: &WorkerProgram,
    marker: &OrphanMarker<'_>,
) -> io::Result<(WatchdogLink, PipeReader)> {
    let (input, to_worker) = io::pipe()?;
    let (from_worker, output) = io::pipe()?;
    let mut command = worker_program.command()?;
    bind_children();
    let child = command.envs(marker.variables()).stdin(input).stdout(output).spawn()?;
    let link = WatchdogLink { to_worker: Mutex::new(Some(to_worker)), child: Mutex::new(child) };
    Ok((link, from_worker))
}

fn unexpected(message: &FromWorker) -> ReceiveError {
    ReceiveError::Invalid(format!("sent an unexpected message: {message:?}"))
}

fn describe_exit(exit: ProcessExit) -> String {
    match exit {
        ProcessExit::Signal(signal) => {
            let name = signal_name(signal).map(|name| name.trim_start_matches("SIG"));
            let name = name.map_or(String::new(), |name| format!(" ({name})"));
            format!("was killed by signal {signal}{name}")
        }
        ProcessExit::Code(code) => format!("exited with status {}", code_text(code)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn waiting_for_a_silent_program_times_out() {
        use std::fs;
        use std::os::unix::fs::PermissionsExt as _;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("silent");
        fs::write(&path, "#!/bin/sh\nexec sleep 600\n").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        let watchdog = Watchdog::new(Duration::from_millis(200), Duration::ZERO);
        let marker = OrphanMarker { run: None, worker: Some(3) };
        let (workload, program) = ("wait", None);
        let hello = ToWorker::Hello {
            workload,
            seed: 0,
            time_scale: 1.0,
            epoch_ns: 0,
            reports_starts: false,
            program,
        };
        let started = thread::scope(|scope| {
            let _guard = watchdog.guard();
            scope.spawn(|| watchdog.run());
            WorkerClient::start(&watchdog, 3, &WorkerProgram::At(path), &marker, &hello).map(|_| ())
        });
        let message = started.unwrap_err();
        let expected = "worker process 3 did not start: it was not ready within 0.2 s; try fewer \
                        workers, or check that the program is CaseLanes: ";
        assert!(message.starts_with(expected), "{message}");
    }

    #[test]
    fn an_exit_status_is_described_in_words() {
        assert_eq!(describe_exit(ProcessExit::Code(3)), "exited with status 3");
        let text = describe_exit(ProcessExit::Signal(9));
        assert!(text.starts_with("was killed by signal 9"), "{text}");
    }
}
