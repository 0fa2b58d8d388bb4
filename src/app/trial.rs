//! Runs one case alone, in a temporary folder.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tempfile::TempDir;

use super::follow::{RunObserver, follow};
use super::prepare::freeze_study;
use super::start::StartError;
use super::threads::ThreadError;
use crate::engine::{self, RunFolder, RunOptions, WorkerProgram};
use crate::run::{CaseRecord, RunState, Status, attempt_folder};
use crate::study::{CaseFolders, KeepOutput, Limits, Plan, ProgramOutput, Study};
use crate::system::command_line;
use crate::workload::workload_for;

/// How often a trial checks whether it is cancelled.
const TICK: Duration = Duration::from_millis(20);

/// What a trial runs, and where its files are.
pub struct TrialFiles {
    pub command: String,
    pub attempt_folder: PathBuf,
    /// The temporary folder that contains it; removed on drop.
    pub folder: TempDir,
}

/// What a trial found.
#[derive(Debug, Clone, PartialEq)]
pub struct TrialResult {
    pub record: CaseRecord,
    /// Why the case failed, if it did.
    pub error: Option<String>,
    /// Each output with its value, if there is one.
    pub values: Vec<(ProgramOutput, Option<f64>)>,
}

/// Runs the case with this index alone and keeps all its output. Calls `on_start` when
/// its files exist.
pub fn run_trial(
    mut study: Study,
    case: u32,
    logical_cpus: u32,
    program: WorkerProgram,
    is_cancelled: &AtomicBool,
    on_start: impl FnOnce(TrialFiles),
) -> Result<TrialResult, StartError> {
    // Order, workers and most limits of the plan do not matter to one case.
    let cores_per_case = study.plan.limits.cores_per_case.take();
    let limits =
        Limits { oversubscribe: cores_per_case.is_some(), cores_per_case, ..Limits::default() };
    study.plan = Plan { seed: study.plan.seed, limits, ..Plan::default() };
    if let Some(program) = &mut study.program {
        Arc::make_mut(program).keep_output = KeepOutput::All;
    }
    let workload = workload_for(&study);
    let (frozen, _) = freeze_study(&study, workload.as_ref(), logical_cpus, None)?;
    let folder = tempfile::Builder::new().prefix("caselanes-trial-").tempdir();
    let folder = folder
        .map_err(|error| StartError::Aborted(format!("cannot make a temporary folder: {error}")))?;
    let run_folder = RunFolder::create(folder.path())?;
    let attempt_folder = run_folder.path().join(attempt_folder(case, 1));
    if let Some(program) = &frozen.program {
        let text = |path: &Path| path.display().to_string();
        let folders = CaseFolders { run: &text(run_folder.path()), case: &text(&attempt_folder) };
        let command = program.command.fill(&frozen.cases, case as usize, folders);
        on_start(TrialFiles { command: command_line::join(command), attempt_folder, folder });
    }
    let options = RunOptions {
        worker_program: program,
        folder: Some(run_folder),
        only: Some(HashSet::from([case])),
        ..RunOptions::default()
    };
    let case_count = frozen.cases.len();
    let outputs = frozen.program.as_ref().map_or_else(Vec::new, |program| program.outputs());
    let handle =
        engine::start(Arc::new(frozen), workload, options, || {}).map_err(ThreadError::from)?;
    let mut observer = TrialObserver { case, is_cancelled, refused: None };
    let state = follow(&handle, case_count, TICK, &mut observer);
    if let Some(message) = state.abort_message() {
        return Err(StartError::Aborted(message.to_owned()));
    }
    let record = observer.refused.unwrap_or(state.records[case as usize]);
    let values = outputs.into_iter().enumerate();
    let values = values.map(|(at, output)| (output, state.value(case, at))).collect();
    Ok(TrialResult { record, error: state.error(case).map(str::to_owned), values })
}

struct TrialObserver<'a> {
    case: u32,
    is_cancelled: &'a AtomicBool,
    /// The record of the case after a licence was refused: a trial does not wait.
    refused: Option<CaseRecord>,
}

impl RunObserver for TrialObserver<'_> {
    fn is_cancelled(&self) -> bool {
        self.refused.is_some() || self.is_cancelled.load(Ordering::Relaxed)
    }

    fn on_progress(&mut self, state: &RunState, _now_ns: u64) {
        let record = state.records.get(self.case as usize);
        let refused = record.filter(|record| record.status == Status::Refused);
        self.refused = self.refused.or(refused.copied());
    }
}
