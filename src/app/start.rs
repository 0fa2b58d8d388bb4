//! Starts and resumes single runs.

use std::path::PathBuf;
use std::sync::Arc;

use super::prepare::freeze_study;
use super::run_folders::offer_again;
use super::threads::ThreadError;
use crate::engine;
use crate::engine::{FolderError, RunFolder, RunHandle, RunOptions, SessionStart, WorkerProgram};
use crate::report::RunReport;
use crate::run::{CaseRecord, RunState, replay};
use crate::study::{
    ClockChoice, Cluster, FrozenStudy, InputFiles, LaneCount, Plan, Program, SeriesChoice, Study,
    StudyOption,
};
use crate::workload::{FreezeError, Remark, Workload, workload_of};

/// Note when a resumed run cannot measure its series total.
const SERIES_UNMEASURED: &str =
    "the series total is not measured: some cases were done in an earlier session";

/// Why no sample of a run on a cluster is measured: here it would run on another machine.
const NO_SAMPLE_OF_CLUSTER: &str =
    "the cases ran on a cluster; a sample on this machine could not be compared with them";

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Freeze(#[from] FreezeError),
    #[error(transparent)]
    Folder(#[from] FolderError),
    #[error(transparent)]
    Thread(#[from] ThreadError),
    /// The cluster did not take the run, and why.
    #[error("{0}")]
    Cluster(String),
    /// The run ended before any result.
    #[error("{0}")]
    Aborted(String),
}

/// A run that is checked and ready to start.
pub struct PreparedRun {
    pub frozen: Arc<FrozenStudy>,
    /// Choices of the user that were overridden.
    pub remarks: Vec<Remark>,
    /// The folder for the files of a run of programs.
    pub folder: Option<RunFolder>,
    study: Study,
    workload: Arc<dyn Workload>,
}

pub struct StartedRun {
    pub frozen: Arc<FrozenStudy>,
    pub execution: Execution,
    pub folder: Option<PathBuf>,
    /// The file in it for the results so far.
    pub results_file: Option<PathBuf>,
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

impl PreparedRun {
    /// Freezes a study with its workload or a variant of it. `last_s` holds the times of
    /// its cases in an earlier run, in seconds.
    pub fn new(
        study: Study,
        workload: Arc<dyn Workload>,
        logical_cpus: u32,
        last_s: Option<&[f64]>,
    ) -> Result<Self, FreezeError> {
        let (mut frozen, remarks) = freeze_study(&study, workload.as_ref(), logical_cpus, last_s)?;
        let is_open =
            study.plan.workers.is_none() && study.plan.strategy.lanes() == LaneCount::Workers;
        if let Some((program, cluster)) = on_cluster(&frozen).filter(|_| is_open) {
            let cases = frozen.cases.len();
            let slots = engine::cluster_slots(cluster, program, &frozen.resources, cases);
            frozen.plan.workers = slots
                .map_err(|error| FreezeError::Option(StudyOption::On.key(), error.to_string()))?;
        }
        Ok(Self { frozen: Arc::new(frozen), remarks, folder: None, study, workload })
    }

    pub fn runs_programs(&self) -> bool {
        self.workload.program().is_some()
    }

    /// Whether the cases run on a cluster.
    pub fn is_on_cluster(&self) -> bool {
        on_cluster(&self.frozen).is_some()
    }

    /// Starts the run, or simulates it if its plan chooses the virtual clock. `program`
    /// runs as a worker process; `wake` is called whenever there are new events.
    pub fn start(
        self,
        program: WorkerProgram,
        wake: impl Fn() + Send + 'static,
    ) -> Result<StartedRun, StartError> {
        let Self { mut frozen, study, workload, folder, .. } = self;
        let (mut notes, mut path, mut results_file) = (Vec::new(), None, None);
        if frozen.plan.clock == ClockChoice::Virtual {
            let execution = Execution::Simulated(Box::new(replay(&frozen)));
            return Ok(StartedRun { frozen, execution, folder: path, results_file, notes });
        }
        let folder = match folder {
            None if on_cluster(&frozen).is_some() => Some(RunFolder::temporary_here()?),
            folder => folder,
        };
        let mut continued = None;
        let mut options = RunOptions { worker_program: program, ..RunOptions::default() };
        if let Some(mut folder) = folder {
            // A seed that was drawn is that of later sessions too.
            let plan = Plan { seed: Some(frozen.plan.seed), ..study.plan };
            SessionStart { resumed: options.resumed, notes, continued } =
                folder.begin(&Study { plan, ..study }, &frozen)?;
            offer_again(folder.path());
            path = Some(folder.path().to_owned());
            results_file = Some(folder.results_file());
            options.folder = Some(folder);
        }
        if !options.resumed.is_empty() && frozen.plan.series != SeriesChoice::Estimate {
            notes.push(SERIES_UNMEASURED.to_owned());
            Arc::make_mut(&mut frozen).plan.series = SeriesChoice::Estimate;
        }
        let handle = if on_cluster(&frozen).is_some() {
            let started = engine::start_on_cluster(Arc::clone(&frozen), options, continued, wake);
            let (handle, more) = started.map_err(|error| StartError::Cluster(error.to_string()))?;
            notes.extend(more);
            handle
        } else {
            engine::start(Arc::clone(&frozen), workload, options, wake)
                .map_err(ThreadError::from)?
        };
        let execution = Execution::Running(handle);
        Ok(StartedRun { frozen, execution, folder: path, results_file, notes })
    }
}

/// Returns the program and the cluster of a study that runs on one.
fn on_cluster(frozen: &FrozenStudy) -> Option<(&Program, &Cluster)> {
    let program = frozen.program.as_deref()?;
    Some((program, program.cluster.as_ref()?))
}

/// Runs a sample of the cases of an ended run again, alone, for its series total. The events
/// of the second pass belong to that run; the others have no meaning.
pub fn start_sample(
    report: &RunReport,
    program: WorkerProgram,
    wake: impl Fn() + Send + 'static,
) -> Result<RunHandle, StartError> {
    if on_cluster(&report.frozen).is_some() {
        return Err(StartError::Cluster(NO_SAMPLE_OF_CLUSTER.to_owned()));
    }
    let mut frozen = report.frozen.as_ref().clone();
    frozen.plan.series = SeriesChoice::Sample;
    frozen.plan.workers = 1;
    if let Some(program) = &frozen.program
        && frozen.input_files.contents().is_empty()
    {
        // Saved runs lack the content of the templates.
        frozen.input_files = InputFiles::read(program, &frozen.cases)
            .map_err(|problem| StartError::Aborted(problem.to_string()))?;
    }
    let workload = workload_of(frozen.workload, frozen.program.as_ref());
    let times_ns = report.state.records.iter().map(CaseRecord::time_ns).collect();
    let options =
        RunOptions { worker_program: program, sampled_ns: Some(times_ns), ..RunOptions::default() };
    Ok(engine::start(Arc::new(frozen), workload, options, wake).map_err(ThreadError::from)?)
}
