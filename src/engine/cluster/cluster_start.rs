//! Starts a run on a cluster, or follows one that was submitted before.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread;

use super::case_files::ClusterFolders;
use super::cluster_job::ClusterJob;
use super::run_requests::ClusterControl;
use super::slurm::array_request::CaseNeeds;
use super::slurm::cluster_facts::cluster_facts;
use super::slurm::slurm_client::{SlurmClient, SlurmError};
use super::submissions::Submissions;
use super::submitter::Submitter;
use super::task_observer::TaskObserver;
use super::tracking::cluster_run::{ClusterRules, ClusterRun};
use super::tracking::journal_replay::replay_journal;
use crate::engine::folder::resume::ContinuedCase;
use crate::engine::folder::run_folder::RunFolder;
use crate::engine::pool::run_handle::{RunHandle, RunOptions, cases_to_run};
use crate::run::{ClusterFacts, RunEvent};
use crate::study::{
    CaseResources, Cluster, ClusterLicence, FrozenStudy, Program, Resource, SharedResource,
    WORKER_RANGE,
};
use crate::text::{count, list, plural};

/// Characters of the ID of the run in names of jobs.
const NAME_LENGTH: usize = 12;

/// Why a run did not start on a cluster, as a message for the user.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ClusterError(String);

impl From<SlurmError> for ClusterError {
    fn from(error: SlurmError) -> Self {
        Self(error.to_string())
    }
}

/// Returns how many cases of a program a cluster can run at once at most.
pub fn cluster_slots(
    cluster: &Cluster,
    program: &Program,
    resources: &CaseResources,
    cases: usize,
) -> Result<u32, ClusterError> {
    let cores = needs(resources, program).cores.unwrap_or(1);
    let client = SlurmClient::new(cluster);
    let slots = client.core_slots(cores, program)?;
    let slots = client.licence_slots(program)?.map_or(slots, |licensed| slots.min(licensed));
    let cases = u32::try_from(cases).unwrap_or(u32::MAX);
    Ok(slots.min(cases).clamp(*WORKER_RANGE.start(), *WORKER_RANGE.end()))
}

/// Asks a cluster what it offers, and when it would start a case of a program.
pub fn ask_cluster(
    cluster: &Cluster,
    program: &Program,
    resources: &CaseResources,
) -> Result<ClusterFacts, ClusterError> {
    let needs = needs(resources, program);
    Ok(cluster_facts(&SlurmClient::new(cluster), &needs, &program.sbatch_options())?)
}

/// Returns what a task of the array needs: as much as the most demanding case.
fn needs(resources: &CaseResources, program: &Program) -> CaseNeeds {
    let most = |resource: Resource| {
        let shared = resources.iter().find(|shared| shared.resource == resource);
        shared.map(SharedResource::most_need)
    };
    CaseNeeds {
        cores: most(Resource::Cores).and_then(|cores| u32::try_from(cores).ok()),
        memory_bytes: most(Resource::Memory),
        licences: program.slurm_licences.iter().map(ClusterLicence::text).collect(),
    }
}

/// Submits a run, or follows one that was submitted before. Returns it with notes for the user.
///
/// Waits for the cluster, so call this off the UI thread.
pub fn start_on_cluster(
    frozen: Arc<FrozenStudy>,
    options: RunOptions,
    continued: Option<Vec<ContinuedCase>>,
    wake: impl Fn() + Send + 'static,
) -> Result<(RunHandle, Vec<String>), ClusterError> {
    let (Some(program), Some(folder)) = (frozen.program.clone(), options.folder) else {
        return Err(ClusterError("a run on a cluster needs a program and a folder".to_owned()));
    };
    let Some(cluster) = &program.cluster else {
        return Err(ClusterError("the program has no cluster".to_owned()));
    };
    let folders =
        ClusterFolders { run: folder.path().to_owned(), cases: folder.cases_folder().to_owned() };
    let order = cases_to_run(&frozen, &options.resumed, options.only.as_ref());
    let is_continued = continued.is_some();
    let mut submissions = if is_continued {
        Submissions::read(&folders.cases).map_err(|error| {
            ClusterError(format!("cannot read which jobs were submitted: {error}"))
        })?
    } else {
        Submissions::new(frozen.plan.workers)
    };
    let limits = &frozen.plan.limits;
    let rules = ClusterRules {
        workers: submissions.workers,
        retries: limits.retries,
        stop_after: limits.stop_after,
    };
    let mut run = ClusterRun::new(rules, submissions.first_start_ns);
    let mut early = vec![RunEvent::Began { unix_s: folder.started_at() }];
    early.extend(options.resumed.into_iter().map(|case| RunEvent::CaseResumed(Box::new(case))));
    let (path, session) = (folders.cases.clone(), folder.session());
    early.push(RunEvent::FolderCreated { path, session });
    early.append(&mut run.take_events());
    let client = SlurmClient::new(cluster);
    let needs = needs(&frozen.resources, &program);
    if !is_continued {
        // A cluster that does not answer is reported when the cases are submitted.
        submissions.licences = client.licence_slots(&program).unwrap_or_default();
        submissions.core_slots = client.core_slots(needs.cores.unwrap_or(1), &program).ok();
    }
    early.extend(submissions.licences.map(|available| RunEvent::Licences { at_ns: 0, available }));
    early.extend(submissions.core_slots.map(RunEvent::CoreSlots));
    let of_cluster = (client, needs);
    let recorded = (job_name(&folder), submissions);
    let shared = Arc::clone(&program);
    let control = Arc::new(ClusterControl::default());
    let mut job = ClusterJob {
        observer: TaskObserver::new(folders.clone(), Arc::clone(&program)),
        submitter: Submitter::new(frozen, shared, folders.clone(), of_cluster, recorded),
        program,
        folders,
        run,
        control: Arc::clone(&control),
        places: HashMap::new(),
        has_cancelled_waiting: false,
        folder,
    };
    if is_continued {
        job.submitter.submit_unsubmitted()?;
        job.add_arrays();
        replay_journal(&mut job.run, continued.unwrap_or_default());
        early.extend(job.replayed_events());
        if job.submitter.submissions.is_paused {
            job.submitter.hold_waiting(&job.run, false)?;
            job.submitter.submissions.is_paused = false;
            job.submitter.write().map_err(ClusterError)?;
        }
    } else if !order.is_empty() {
        let cases: Vec<_> = order.into_iter().map(|case| (case, 1)).collect();
        if let Err(error) = job.submitter.submit_first(&cases) {
            return Err(give_up(job, error));
        }
        job.add_arrays();
    }
    let notes = vec![submitted_note(&job, is_continued)];
    control.set_first_start(job.run.first_start_ns());

    let (sender, events) = channel();
    sender.send(early).ok();
    thread::Builder::new()
        .name("cluster".to_owned())
        .spawn(move || job.follow(&sender, &wake))
        .map_err(|error| ClusterError(format!("cannot start a thread: {error}")))?;
    Ok((RunHandle::new(control, events), notes))
}

fn job_name(folder: &RunFolder) -> String {
    let id: String = folder.id().chars().take(NAME_LENGTH).collect();
    format!("{id}-{}", folder.session())
}

/// Removes what a run has left that was not submitted.
fn give_up(mut job: ClusterJob, error: SlurmError) -> ClusterError {
    if error.was_run {
        let resume = "resume the run to follow it, or to submit what is missing";
        return ClusterError(format!("{error}; {resume}: {}", job.folders.run.display()));
    }
    job.submitter.discard();
    job.folder.discard();
    error.into()
}

fn submitted_note(job: &ClusterJob, is_continued: bool) -> String {
    let jobs = job.submitter.jobs();
    if jobs.is_empty() {
        return "nothing was submitted to Slurm: no case is left to run".to_owned();
    }
    let (noun, at_once) = (plural(jobs.len(), "job", "jobs"), count(job.run.workers(), "case"));
    let start = if is_continued { "following" } else { "submitted to Slurm:" };
    format!("{start} {noun} {}, at most {at_once} at once", list(jobs.iter()))
}
