//! Preparing a run, on the runner's thread: what is run, in which folder, and what
//! was done before.

use std::path::PathBuf;
use std::sync::Arc;

use egui::Context;

use super::prepare::{PrepareError, frozen};
use super::run_folders::{NewRunFolder, offer_again};
use super::runner::no_thread;
use crate::engine;
use crate::engine::{FolderError, RunFolder, RunHandle, RunOptions, SessionStart, WorkerProgram};
use crate::experiment::RunStep;
use crate::report::{Machine, RunReport};
use crate::run::replay;
use crate::study::{ClockChoice, FrozenStudy, Study};
use crate::window::state::document::Document;
use crate::window::state::resume::RunRequest;
use crate::window::state::run_view::RunView;
use crate::workload::{Remark, workload_for};

/// What a run needs besides what it is of.
pub(crate) struct RunEnvironment {
    pub(crate) machine: Machine,
    /// The program that runs as a worker process.
    pub(crate) program: WorkerProgram,
    /// Where folders of runs of programs are made.
    pub(crate) place: Option<NewRunFolder>,
}

/// A run that was started, or computed and over.
pub(crate) struct StartedRun {
    pub(crate) run: Box<RunView>,
    pub(crate) handle: Option<RunHandle>,
    /// What was decided otherwise than asked.
    pub(crate) remarks: Vec<Remark>,
    /// What is to be known of earlier sittings.
    pub(crate) notes: Vec<String>,
    /// The file for its results so far.
    pub(crate) results: Option<PathBuf>,
    /// The document that takes the place of the one before.
    pub(crate) document: Option<Document>,
}

/// Prepares and starts a run.
pub(crate) fn prepare(
    start: RunRequest,
    means: RunEnvironment,
    ctx: &Context,
) -> Result<StartedRun, PrepareError> {
    let goes_on = matches!(start, RunRequest::Resume(..));
    let (folder, document, taken, measured) = match start {
        RunRequest::New(document, measured) => (None, document, false, measured),
        RunRequest::Resume(path, document) => {
            let (folder, study) = RunFolder::open(&path).map_err(|error| refused(&error))?;
            let taken = document.is_none();
            let document = document.unwrap_or_else(|| Document::of_study(study));
            (Some(folder), document, taken, None)
        }
    };
    let study = document.study();
    let last_s = measured.as_deref().and_then(|measured: &RunReport| document.times_s(measured));
    let workload = workload_for(&study);
    let step = RunStep { label: String::new(), study, workload, counts: true };
    let (frozen, remarks) = match frozen(&step, means.machine.logical_cpus, last_s.as_deref()) {
        // It is of rows that are not shown.
        Err(PrepareError::Row(row, column, why)) if taken => {
            return Err(PrepareError::Other(format!(
                "Row {} of the run, {column}: {why}",
                row + 1
            )));
        }
        frozen => frozen?,
    };
    let frozen = Arc::new(frozen);
    let document = taken.then_some(document);
    let mut run = Box::new(RunView::new(Arc::clone(&frozen), means.machine));
    if frozen.plan.clock == ClockChoice::Virtual {
        run.take_played(replay(&frozen));
        return Ok(StartedRun {
            run,
            handle: None,
            remarks,
            notes: Vec::new(),
            results: None,
            document,
        });
    }
    let runs_programs = step.workload.program().is_some();
    let folder = match (folder, means.place.filter(|_| runs_programs)) {
        (Some(folder), _) => Some(folder),
        (None, Some(place)) => Some(place.make().map_err(|error| refused(&error))?),
        (None, None) => None,
    };
    let mut setting = RunOptions { worker_program: means.program, ..RunOptions::default() };
    let (mut notes, mut results) = (Vec::new(), None);
    if let Some(folder) = folder {
        let (folder, sitting) = begun(folder, &step.study, &frozen)?;
        run = Box::new(run.at_home(folder.path().to_owned(), sitting.notes.clone()));
        results = Some(folder.results_file());
        if goes_on {
            notes = sitting.notes;
        }
        setting = RunOptions { folder: Some(folder), resumed: sitting.resumed, ..setting };
    }
    let wake = {
        let ctx = ctx.clone();
        move || ctx.request_repaint()
    };
    let handle = engine::start_with(frozen, step.workload, setting, wake)
        .map_err(|error| PrepareError::Other(no_thread(&error)))?;
    Ok(StartedRun { run, handle: Some(handle), remarks, notes, results, document })
}

fn begun(
    mut folder: RunFolder,
    study: &Study,
    frozen: &FrozenStudy,
) -> Result<(RunFolder, SessionStart), PrepareError> {
    let sitting = folder.begin(study, frozen).map_err(|error| refused(&error))?;
    offer_again(folder.path());
    Ok((folder, sitting))
}

/// Its words begin a sentence here.
fn refused(error: &FolderError) -> PrepareError {
    let words = error.to_string();
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    PrepareError::Other(first.unwrap_or_default() + letters.as_str())
}
