//! Starts a run for the window, on the runner's thread.

use std::path::PathBuf;

use super::start_problem::StartProblem;
use crate::app::{
    Execution, NewRunFolder, PreparedRun, RunFolder, RunHandle, StartError, StartedRun,
    WorkerProgram, start_sample,
};
use crate::report::{Machine, RunReport};
use crate::window::state::{Document, RunRequest, RunView};
use crate::workload::workload_for;

/// A run that has started, or was simulated and is already over.
pub(crate) struct WindowRun {
    /// The run; `None` if the run that is shown continues with a sample.
    pub(crate) view: Option<RunView>,
    pub(crate) handle: Option<RunHandle>,
    /// Choices of the user that were overridden, and earlier sessions of a resumed run.
    pub(crate) remarks: Vec<String>,
    /// The file for the results so far.
    pub(crate) results_file: Option<PathBuf>,
    /// The document that replaces the current one.
    pub(crate) document: Option<Document>,
}

/// Prepares and starts a run. `folder_maker` makes folders for runs of programs, if there is
/// a place for them; `wake` is called whenever the run has new events.
pub(crate) fn start_run(
    request: RunRequest,
    machine: Machine,
    program: WorkerProgram,
    folder_maker: Option<NewRunFolder>,
    wake: impl Fn() + Send + 'static,
) -> Result<WindowRun, StartProblem> {
    let is_resumed = matches!(request, RunRequest::Resume(..));
    let (folder, document, is_document_new, measured) = match request {
        RunRequest::Sample(report) => {
            let handle = Some(start_sample(&report, program, wake)?);
            let (remarks, results_file, document) = (Vec::new(), None, None);
            return Ok(WindowRun { view: None, handle, remarks, results_file, document });
        }
        RunRequest::New(document, measured) => (None, document, false, measured),
        RunRequest::Resume(path, document) => {
            let (folder, study) = RunFolder::open(&path).map_err(StartError::from)?;
            let is_new = document.is_none();
            let document = document.unwrap_or_else(|| Document::of_study(study));
            (Some(folder), document, is_new, None)
        }
    };
    let last_s = measured.as_deref().and_then(|measured: &RunReport| document.times_s(measured));
    let study = document.study();
    let workload = workload_for(&study);
    let prepared = PreparedRun::new(study, workload, machine.logical_cpus, last_s.as_deref());
    let mut prepared = prepared.map_err(|error| match StartProblem::from(error) {
        // The document is not open yet, so there is no row to mark.
        StartProblem::Row(row, column, message) if is_document_new => {
            StartProblem::Other(format!("Row {} of the run, {column}: {message}", row + 1))
        }
        problem => problem,
    })?;
    let mut remarks: Vec<String> = prepared.remarks.iter().map(ToString::to_string).collect();
    prepared.folder = match (folder, folder_maker.filter(|_| prepared.runs_programs())) {
        (None, Some(maker)) => Some(maker.make().map_err(StartError::from)?),
        (folder, _) => folder,
    };
    let StartedRun { frozen, execution, folder, results_file, notes } =
        prepared.start(program, wake)?;
    let (mut view, handle) = match execution {
        Execution::Running(handle) => (RunView::new(frozen, machine), Some(handle)),
        Execution::Simulated(state) => (RunView::simulated(frozen, *state, machine), None),
    };
    remarks.extend(notes.first().cloned().filter(|_| is_resumed));
    if let Some(folder) = folder {
        view = view.in_folder(folder, notes);
    }
    let document = is_document_new.then_some(document);
    Ok(WindowRun { view: Some(view), handle, remarks, results_file, document })
}
