//! One worker process, as the run sees it.

use std::io::{self, ErrorKind, PipeReader, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use parking_lot::Mutex;
use serde::Deserialize;
use signal_hook::low_level::signal_name;

use super::orphans::OrphanMarker;
use super::protocol::{
    FrameError, FromWorker, Greeting, PROTOCOL, RUN, Receiver, ToWorker, WORKER, put,
};
use super::watchdog::{Watchdog, WatchdogLink};
use super::worker_program::WorkerProgram;
use crate::engine::pool::measure::CaseMeasurement;

/// A worker process that is ready for a case.
pub(crate) struct WorkerClient<'a> {
    crew: &'a Watchdog,
    worker: u32,
    link: Arc<WatchdogLink>,
    from_worker: Receiver<PipeReader>,
    buffer: Vec<u8>,
}

/// Why a case has no end.
pub(crate) enum WorkerError {
    /// The case cannot be sent; the worker process has not heard of it.
    Case(String),
    /// The worker process is gone, or not to be trusted any more.
    Worker(String),
}

/// Why a message did not arrive.
enum Unheard {
    /// The other side has ended.
    Ended,
    /// What arrived is none.
    Wrong(String),
}

impl<'a> WorkerClient<'a> {
    /// Starts a worker process and waits until it is ready; returns also how
    /// much memory it then held at most, in bytes. Fails with what was found
    /// instead and what to do.
    pub(crate) fn start(
        crew: &'a Watchdog,
        worker: u32,
        program: &WorkerProgram,
        marks: &OrphanMarker<'_>,
        hello: &ToWorker<'_>,
    ) -> Result<(Self, Option<u64>), String> {
        let expected = format!("expected worker process {worker} to start");
        let mut said = Vec::new();
        let greeting = Greeting { who: RUN, protocol: PROTOCOL };
        put(&greeting, &mut said)
            .and_then(|()| put(hello, &mut said))
            .map_err(|error| format!("{expected}, found that it cannot be greeted: {error}"))?;
        let (link, from_worker) = spawn(program, marks).map_err(|error| {
            let advice = match error.kind() {
                ErrorKind::NotFound | ErrorKind::PermissionDenied => "see that it can be run",
                _ => "try fewer workers",
            };
            format!("{expected}, found: {error}; {advice}: {program}")
        })?;
        let link = Arc::new(link);
        crew.join(worker, Arc::clone(&link));
        let from_worker = Receiver::new(from_worker);
        let mut process = Self { crew, worker, link, from_worker, buffer: said };
        // One that ends or hangs instead of listening is found by what it says.
        let sent = process.send();
        let greeted = process.hear_greeting().and_then(|memory| sent.map(|()| memory));
        crew.is_ready(worker);
        if crew.was_late(worker) {
            let limit_s = crew.start_limit().as_secs_f64();
            return Err(format!(
                "{expected}, found that it was not ready within {limit_s} s; try fewer workers, \
                 or see that the program is CaseLanes: {program}"
            ));
        }
        match greeted {
            Ok(memory_bytes) => Ok((process, memory_bytes)),
            Err(unheard) => {
                let found = process.did(unheard);
                Err(format!(
                    "{expected}, found that it {found}; see that the program is CaseLanes in \
                     this version: {program}"
                ))
            }
        }
    }

    /// The system's number of the process.
    pub(crate) fn id(&self) -> u32 {
        self.link.child.lock().id()
    }

    fn hear_greeting(&mut self) -> Result<Option<u64>, Unheard> {
        match self.hear()? {
            Greeting { who: WORKER, protocol: PROTOCOL } => {}
            Greeting { who: WORKER, protocol } => {
                return Err(Unheard::Wrong(format!(
                    "speaks protocol {protocol} instead of {PROTOCOL}"
                )));
            }
            Greeting { .. } => return Err(Unheard::Wrong("greets as something else".to_owned())),
        }
        match self.hear()? {
            FromWorker::Ready { memory_bytes } => Ok(memory_bytes),
            other => Err(unexpected(&other)),
        }
    }

    /// Has a case run, of this index, that was given out at `given_ns`. After a lost worker it
    /// is of no more use.
    pub(crate) fn run(
        &mut self,
        index: u32,
        order: &ToWorker<'_>,
        given_ns: u64,
    ) -> Result<CaseMeasurement, WorkerError> {
        self.buffer.clear();
        if let Err(error) = put(order, &mut self.buffer) {
            return Err(WorkerError::Case(format!(
                "it cannot be sent to a worker process: {error}"
            )));
        }
        let heard = self.send().and_then(|()| self.hear());
        let wrong = match heard {
            Ok(FromWorker::Ended { case, measured })
                if case == index
                    && given_ns <= measured.start_ns
                    && measured.start_ns <= measured.end_ns =>
            {
                return Ok(measured);
            }
            Ok(other) => unexpected(&other),
            Err(unheard) => unheard,
        };
        Err(WorkerError::Worker(format!("its worker process {}", self.did(wrong))))
    }

    /// Has it end in good order; returns how much memory it held at most, in
    /// bytes.
    pub(crate) fn end(mut self) -> Option<u64> {
        self.crew.end(self.worker);
        let bye = self.hear();
        self.from_worker.drain();
        match bye {
            Ok(FromWorker::Bye { memory_bytes }) => memory_bytes,
            _ => None,
        }
    }

    /// What a worker process did instead of answering: that it `ended with exit
    /// status 3`, say.
    fn did(&mut self, unheard: Unheard) -> String {
        match unheard {
            Unheard::Wrong(what) => what,
            Unheard::Ended => {
                self.crew.end(self.worker);
                self.from_worker.drain();
                loop {
                    // Not waited for under the lock, so that it can be killed
                    // if it has hung up without being about to end.
                    match self.link.child.lock().try_wait() {
                        Ok(None) => thread::sleep(Duration::from_millis(1)),
                        Ok(Some(_)) if self.crew.was_late(self.worker) => {
                            return "hung up and did not end".to_owned();
                        }
                        Ok(Some(status)) => return fate(status),
                        Err(error) => return format!("ended, and how is not known: {error}"),
                    }
                }
            }
        }
    }

    /// Sends what is in the buffer.
    fn send(&self) -> Result<(), Unheard> {
        let mut pipe = self.link.to_worker.lock();
        let Some(pipe) = pipe.as_mut() else { return Err(Unheard::Ended) };
        pipe.write_all(&self.buffer).map_err(|_| Unheard::Ended)
    }

    fn hear<'b, T: Deserialize<'b>>(&'b mut self) -> Result<T, Unheard> {
        match self.from_worker.next() {
            Ok(Some(message)) => Ok(message),
            Ok(None) | Err(FrameError::Io(_) | FrameError::Cut { .. }) => Err(Unheard::Ended),
            Err(error) => Err(Unheard::Wrong(format!("sent what is no message: {error}"))),
        }
    }
}

impl Drop for WorkerClient<'_> {
    /// It is gone for good, and leaves nothing behind.
    fn drop(&mut self) {
        let mut child = self.link.child.lock();
        child.kill().ok();
        child.wait().ok();
        drop(child);
        self.crew.leave(self.worker);
    }
}

/// Starts the program with pipes to it and from it.
fn spawn(
    program: &WorkerProgram,
    marks: &OrphanMarker<'_>,
) -> io::Result<(WatchdogLink, PipeReader)> {
    let (input, to_worker) = io::pipe()?;
    let (from_worker, output) = io::pipe()?;
    let child = program.command()?.envs(marks.variables()).stdin(input).stdout(output).spawn()?;
    let link = WatchdogLink { to_worker: Mutex::new(Some(to_worker)), child: Mutex::new(child) };
    Ok((link, from_worker))
}

fn unexpected(message: &FromWorker) -> Unheard {
    Unheard::Wrong(format!("said {message:?} out of turn"))
}

fn fate(status: ExitStatus) -> String {
    match (status.signal(), status.code()) {
        (Some(signal), _) => {
            let name = signal_name(signal).map(|name| name.trim_start_matches("SIG"));
            let name = name.map_or(String::new(), |name| format!(" ({name})"));
            format!("was killed by signal {signal}{name}")
        }
        (None, Some(code)) => format!("ended with exit status {code}"),
        (None, None) => format!("ended: {status}"),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_program_that_says_nothing_is_not_waited_for_for_ever() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("silent");
        fs::write(&path, "#!/bin/sh\nexec sleep 600\n").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        let crew = Watchdog::new(Duration::from_millis(200), Duration::ZERO);
        let marks = OrphanMarker { run: None, worker: Some(3) };
        let (workload, program) = ("wait", None);
        let hello = ToWorker::Hello { workload, seed: 0, time_scale: 1.0, epoch_ns: 0, program };
        let started = thread::scope(|scope| {
            let _watch = crew.watch();
            scope.spawn(|| crew.oversee());
            WorkerClient::start(&crew, 3, &WorkerProgram::At(path), &marks, &hello).map(|_| ())
        });
        let message = started.unwrap_err();
        let expected = "expected worker process 3 to start, found that it was not ready within \
                        0.2 s; try fewer workers, or see that the program is CaseLanes: ";
        assert!(message.starts_with(expected), "{message}");
    }

    #[test]
    fn the_fate_of_a_process_is_said_in_words() {
        let text = |raw| fate(ExitStatus::from_raw(raw));
        assert_eq!(text(9), "was killed by signal 9 (KILL)");
        assert_eq!(text(3 << 8), "ended with exit status 3");
    }
}
