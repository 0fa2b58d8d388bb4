//! Starts and resumes single runs.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::prepare::{freeze_step, freeze_study};
use super::run_folders::{NewRunFolder, offer_again};
use super::threads::ThreadError;
use crate::engine;
use crate::engine::{FolderError, RunFolder, RunHandle, RunOptions, SessionStart, WorkerProgram};
use crate::experiment::RunStep;
use crate::run::{RunState, replay};
use crate::study::{ClockChoice, FrozenStudy, SeriesChoice, Study};
use crate::workload::{FreezeError, Remark, Workload, workload_for};

/// Note on a resumed run whose series total was to be measured.
const SERIES_UNMEASURED: &str =
    "the series total is not measured: some cases were done in an earlier session";

/// Why a run cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The study cannot be run.
    #[error(transparent)]
    Freeze(#[from] FreezeError),
    /// The run folder cannot be used.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The system refused a thread.
    #[error(transparent)]
    Thread(#[from] ThreadError),
}

/// The folder for the files of a run of programs.
#[derive(Debug)]
pub enum FolderChoice {
    /// The folder of a run that is resumed.
    Resumed(Box<RunFolder>),
    /// A folder at this path, which holds no run yet.
    Named(PathBuf),
    /// A new folder, named after the time of day.
    New(NewRunFolder),
    /// A temporary folder.
    Temporary,
}

/// A run that is checked and ready to start.
pub struct PreparedRun {
    /// The frozen inputs.
    pub frozen: Arc<FrozenStudy>,
    /// Choices of the user that were overridden.
    pub remarks: Vec<Remark>,
    study: Study,
    workload: Arc<dyn Workload>,
    folder: Option<RunFolder>,
}

/// A run that was started.
pub struct StartedRun {
    /// The frozen inputs.
    pub frozen: Arc<FrozenStudy>,
    /// The run itself.
    pub execution: Execution,
    /// Where a run of programs has its files.
    pub place: Option<RunPlace>,
    /// Notes about earlier sessions of the run.
    pub notes: Vec<String>,
}

/// A run in progress, or the outcome of a simulated one.
pub enum Execution {
    /// The run is in progress, on the real clock.
    Running(RunHandle),
    /// The virtual clock has simulated the run.
    Simulated(Box<RunState>),
}

/// Where a run of programs has its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunPlace {
    /// The run folder.
    pub folder: PathBuf,
    /// The file for the results so far.
    pub results_file: PathBuf,
}

impl FolderChoice {
    fn open(self) -> Result<RunFolder, FolderError> {
        match self {
            Self::Resumed(folder) => Ok(*folder),
            Self::Named(path) => RunFolder::create(&path),
            Self::New(new) => new.make(),
            Self::Temporary => RunFolder::temporary(),
        }
    }
}

impl PreparedRun {
    /// Freezes a study. `last_s` holds the times of its cases in an earlier run, in
    /// seconds.
    pub fn new(
        study: Study,
        logical_cpus: u32,
        last_s: Option<&[f64]>,
    ) -> Result<Self, FreezeError> {
        let workload = workload_for(&study);
        let (frozen, remarks) = freeze_study(&study, workload.as_ref(), logical_cpus, last_s)?;
        Ok(Self { frozen: Arc::new(frozen), remarks, study, workload, folder: None })
    }

    /// Freezes a step of an experiment.
    pub(super) fn of_step(
        step: &RunStep,
        logical_cpus: u32,
        last_s: Option<&[f64]>,
    ) -> Result<Self, FreezeError> {
        let (frozen, remarks) = freeze_step(step, logical_cpus, last_s)?;
        let RunStep { study, workload, .. } = step.clone();
        Ok(Self { frozen: Arc::new(frozen), remarks, study, workload, folder: None })
    }

    /// Whether the cases run a program of the user's.
    #[must_use]
    pub fn runs_programs(&self) -> bool {
        self.workload.program().is_some()
    }

    /// Opens and locks the folder of the run.
    pub fn open_folder(&mut self, choice: FolderChoice) -> Result<(), FolderError> {
        self.folder = Some(choice.open()?);
        Ok(())
    }

    /// Whether the run writes the file at this path itself.
    #[must_use]
    pub fn writes_to(&self, path: &Path) -> bool {
        self.folder.as_ref().is_some_and(|folder| folder.owns_file(path))
    }

    /// Starts the run, or simulates it if its plan chooses the virtual clock. `program`
    /// runs as worker process; `wake` is called whenever there are new events.
    pub fn start(
        self,
        program: WorkerProgram,
        wake: impl Fn() + Send + 'static,
    ) -> Result<StartedRun, StartError> {
        let Self { mut frozen, study, workload, folder, .. } = self;
        if frozen.plan.clock == ClockChoice::Virtual {
            let execution = Execution::Simulated(Box::new(replay(&frozen)));
            let (place, notes) = (None, Vec::new());
            return Ok(StartedRun { frozen, execution, place, notes });
        }
        let mut options = RunOptions { worker_program: program, ..RunOptions::default() };
        let (mut place, mut notes) = (None, Vec::new());
        if let Some(mut folder) = folder {
            let begun = folder.begin(&study, &frozen)?;
            offer_again(folder.path());
            SessionStart { resumed: options.resumed, notes } = begun;
            let results_file = folder.results_file();
            place = Some(RunPlace { folder: folder.path().to_owned(), results_file });
            options.folder = Some(folder);
        }
        if !options.resumed.is_empty() && frozen.plan.series == SeriesChoice::Measure {
            notes.push(SERIES_UNMEASURED.to_owned());
            Arc::make_mut(&mut frozen).plan.series = SeriesChoice::Estimate;
        }
        let handle = start_engine(Arc::clone(&frozen), workload, options, wake)?;
        let execution = Execution::Running(handle);
        Ok(StartedRun { frozen, execution, place, notes })
    }
}

pub(super) fn start_engine(
    frozen: Arc<FrozenStudy>,
    workload: Arc<dyn Workload>,
    options: RunOptions,
    wake: impl Fn() + Send + 'static,
) -> Result<RunHandle, ThreadError> {
    Ok(engine::start_with(frozen, workload, options, wake)?)
}
