//! Runs: prepared and started on a thread of their own, followed frame by frame.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use egui::Context;

use super::super::state::{AppState, Document, RunView};
use super::prepare::{Refused, frozen};
use crate::engine::{self, RunHandle, Setting, WorkerProgram};
use crate::experiment::Step;
use crate::report::{Machine, RunReport};
use crate::run::replay;
use crate::study::ClockChoice;
use crate::workload::{Remark, calculation};

/// The run in progress, if there is one.
#[derive(Default)]
pub(super) struct Runner {
    prepared: Option<Receiver<Prepared>>,
    handle: Option<RunHandle>,
    /// The program that runs as a worker process.
    pub(super) program: WorkerProgram,
}

/// A run that was started, or computed and over, with what was decided otherwise
/// than asked.
type Ready = (Box<RunView>, Option<RunHandle>, Vec<Remark>);

type Prepared = Result<Ready, Refused>;

impl Runner {
    /// Starts a run of the document.
    pub(super) fn start(
        &mut self,
        document: Document,
        measured: Option<Arc<RunReport>>,
        machine: Machine,
        ctx: &Context,
    ) {
        let (sender, receiver) = channel();
        self.prepared = Some(receiver);
        let (ctx, program) = (ctx.clone(), self.program.clone());
        let spawned = thread::Builder::new().name("prepare".to_owned()).spawn({
            let sender = sender.clone();
            move || {
                sender.send(prepare(&document, measured.as_deref(), machine, program, &ctx)).ok();
                ctx.request_repaint();
            }
        });
        if let Err(error) = spawned {
            sender.send(Err(Refused::Other(no_thread(&error)))).ok();
        }
    }

    pub(super) fn cancel(&self) {
        if let Some(handle) = &self.handle {
            handle.cancel();
        }
    }

    /// Takes in what has happened since the last frame.
    /// A run that has ended meanwhile is handed out.
    pub(super) fn poll(&mut self, state: &mut AppState) -> Option<Arc<RunReport>> {
        if let Some(prepared) = self.prepared.as_ref().and_then(|receiver| receiver.try_recv().ok())
        {
            self.prepared = None;
            state.starting = false;
            let began = prepared.is_ok();
            self.take(prepared, state);
            if began && self.handle.is_none() {
                return state.run.as_ref()?.report().cloned();
            }
        }
        let (Some(handle), Some(run)) = (&self.handle, &mut state.run) else { return None };
        while let Some(bundle) = handle.try_next() {
            run.absorb(bundle, handle.now_ns());
        }
        run.set_now(handle.now_ns());
        let ended = run.report().cloned()?;
        self.handle = None;
        state.note_run_ended();
        if let Some(folder) = ended.state.folder().filter(|folder| folder.exists()) {
            state.tell(format!("The output of the cases is in {}", folder.display()));
        }
        Some(ended)
    }

    fn take(&mut self, prepared: Prepared, state: &mut AppState) {
        match prepared {
            Ok((run, handle, remarks)) => {
                state.run = Some(*run);
                state.note_outdated();
                self.handle = handle;
                if !remarks.is_empty() {
                    state.tell(remarks.join("; "));
                }
            }
            Err(refused) => refused.tell(state),
        }
    }
}

impl Refused {
    /// Leads to the row that stands in the way, and says why.
    pub(super) fn tell(self, state: &mut AppState) {
        match self {
            Self::Row(row, column, message) => {
                state.go_to = Some((row, column));
                state.complain(format!("Row {}, {column}: {message}", row + 1));
            }
            Self::Other(message) => state.complain(message),
        }
    }
}

fn prepare(
    document: &Document,
    measured: Option<&RunReport>,
    machine: Machine,
    program: WorkerProgram,
    ctx: &Context,
) -> Prepared {
    let last_s = measured.and_then(|measured| document.times_s(measured));
    let study = document.study();
    let workload = calculation(&study);
    let step = Step { label: String::new(), study, workload, counts: true };
    let (frozen, remarks) = frozen(&step, machine.logical_cpus, last_s.as_deref())?;
    let frozen = Arc::new(frozen);
    let mut run = Box::new(RunView::new(Arc::clone(&frozen), machine));
    if frozen.plan.clock == ClockChoice::Virtual {
        run.take_played(replay(&frozen));
        return Ok((run, None, remarks));
    }
    let wake = {
        let ctx = ctx.clone();
        move || ctx.request_repaint()
    };
    let handle =
        engine::start_with(frozen, step.workload, Setting { program, ..Setting::default() }, wake)
            .map_err(|error| Refused::Other(no_thread(&error)))?;
    Ok((run, Some(handle), remarks))
}

pub(super) fn no_thread(error: &std::io::Error) -> String {
    format!("the system gives no thread: {error}")
}
