//! Runs: prepared and started on a thread of their own, followed frame by frame.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use egui::Context;

use super::super::state::{AppState, Document, RunView};
use crate::engine::{self, RunHandle};
use crate::report::{Machine, RunReport};
use crate::run::replay;
use crate::study::{ClockChoice, Column};
use crate::workload::{FreezeError, Given, Remark, find, freeze};

/// Drawn seeds are short enough to be typed again.
const SEEDS: u32 = 1_000_000;

/// The run in progress, if there is one.
#[derive(Default)]
pub(super) struct Runner {
    prepared: Option<Receiver<Prepared>>,
    handle: Option<RunHandle>,
}

enum Prepared {
    /// Started, or computed and over, with what was decided otherwise than asked.
    Ready(Box<RunView>, Option<RunHandle>, Vec<Remark>),
    /// A row stands in the way.
    Refused(usize, Column, String),
    /// Something else does.
    Failed(String),
}

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
        let ctx = ctx.clone();
        let spawned = thread::Builder::new().name("prepare".to_owned()).spawn({
            let sender = sender.clone();
            move || {
                sender.send(prepare(document, measured.as_deref(), machine, &ctx)).ok();
                ctx.request_repaint();
            }
        });
        if let Err(error) = spawned {
            sender.send(Prepared::Failed(format!("the system gives no thread: {error}"))).ok();
        }
    }

    pub(super) fn cancel(&self) {
        if let Some(handle) = &self.handle {
            handle.cancel();
        }
    }

    /// Takes in what has happened since the last frame.
    pub(super) fn poll(&mut self, state: &mut AppState) {
        if let Some(prepared) = self.prepared.as_ref().and_then(|receiver| receiver.try_recv().ok())
        {
            self.prepared = None;
            state.starting = false;
            self.take(prepared, state);
        }
        let (Some(handle), Some(run)) = (&self.handle, &mut state.run) else { return };
        while let Some(bundle) = handle.try_next() {
            run.absorb(bundle, handle.now_ns());
        }
        run.set_now(handle.now_ns());
        if run.report().is_some() {
            self.handle = None;
            state.note_run_ended();
        }
    }

    fn take(&mut self, prepared: Prepared, state: &mut AppState) {
        match prepared {
            Prepared::Ready(run, handle, remarks) => {
                state.run = Some(*run);
                state.note_outdated();
                self.handle = handle;
                if !remarks.is_empty() {
                    state.tell(remarks.join("; "));
                }
            }
            Prepared::Refused(row, column, message) => {
                state.go_to = Some((row, column));
                state.complain(format!("Row {}, {column}: {message}", row + 1));
            }
            Prepared::Failed(message) => state.complain(message),
        }
    }
}

fn prepare(
    document: Document,
    measured: Option<&RunReport>,
    machine: Machine,
    ctx: &Context,
) -> Prepared {
    let last_s = measured.and_then(|measured| document.times_s(measured));
    let Document { cases, workload: name, plan, .. } = document;
    let workload = find(name);
    let given = Given {
        logical_cpus: machine.logical_cpus,
        seed: u64::from(rand::random_range(0..SEEDS)),
        last_s: last_s.as_deref(),
    };
    let frozen = freeze(cases, name, workload.as_ref(), &plan, given);
    let (frozen, remarks) = match frozen {
        Ok((frozen, remarks)) => (Arc::new(frozen), remarks),
        Err(FreezeError::Cases(refused)) => {
            let first = refused.into_iter().next();
            return first.map_or(Prepared::Failed(String::new()), |(row, refusal)| {
                Prepared::Refused(row, refusal.column, refusal.message)
            });
        }
        Err(error) => return Prepared::Failed(in_window(&error)),
    };
    if frozen.plan.clock == ClockChoice::Virtual {
        let mut run = RunView::new(Arc::clone(&frozen), machine);
        run.take_played(replay(&frozen));
        return Prepared::Ready(Box::new(run), None, remarks);
    }
    let run = Box::new(RunView::new(Arc::clone(&frozen), machine));
    let wake = {
        let ctx = ctx.clone();
        move || ctx.request_repaint()
    };
    match engine::start(frozen, workload, wake) {
        Ok(handle) => Prepared::Ready(run, Some(handle), remarks),
        Err(error) => Prepared::Failed(format!("the system gives no thread: {error}")),
    }
}

/// The message without the options of the command line.
fn in_window(error: &FreezeError) -> String {
    match error {
        FreezeError::NoTimes => "this workload does not know how long its cases take, which the \
                                 virtual clock needs; choose the real clock"
            .to_owned(),
        FreezeError::NothingToMeasure => "the virtual clock runs nothing, so it cannot measure \
                                          the series total; choose estimate, or the real clock"
            .to_owned(),
        error => error.to_string(),
    }
}
