//! Submits job arrays, records them, and keeps the number of cases at once.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::case_files::ClusterFolders;
use super::run_requests::unix_ns;
use super::slurm::array_request::{ArrayRequest, CaseNeeds};
use super::slurm::slurm_client::{SlurmClient, SlurmError};
use super::slurm::task_script::script;
use super::slurm::time_stamps::StartStamp;
use super::submissions::Submissions;
use super::tracking::cluster_run::ClusterRun;
use crate::study::{FrozenStudy, Order, Program};

/// Arrays up to this size fit the default configuration of Slurm.
const USUAL_ARRAY_SIZE: u32 = 1000;

pub(crate) struct Submitter {
    pub(crate) client: SlurmClient,
    pub(crate) submissions: Submissions,
    frozen: Arc<FrozenStudy>,
    program: Arc<Program>,
    folders: ClusterFolders,
    needs: CaseNeeds,
    options: Vec<String>,
    /// Beginning of the names of its jobs.
    name: String,
    /// Limits of the arrays that were changed, by their numbers.
    throttles: BTreeMap<usize, u32>,
}

impl Submitter {
    pub(crate) fn new(
        frozen: Arc<FrozenStudy>,
        program: Arc<Program>,
        folders: ClusterFolders,
        (client, needs): (SlurmClient, CaseNeeds),
        (name, submissions): (String, Submissions),
    ) -> Self {
        let (options, throttles) = (program.sbatch_options(), BTreeMap::new());
        Self { client, submissions, frozen, program, folders, needs, options, name, throttles }
    }

    /// Submits the cases of a new session, each with the number of its attempt.
    pub(crate) fn submit_first(&mut self, cases: &[(u32, u32)]) -> Result<(), SlurmError> {
        self.client.reach()?;
        let is_listed = self.frozen.plan.order == Order::Listed;
        let largest = cases.iter().map(|&(case, _)| case + 1).max().unwrap_or(0);
        let max_size = if largest > USUAL_ARRAY_SIZE {
            self.client.max_array_size()?.unwrap_or(USUAL_ARRAY_SIZE)
        } else {
            USUAL_ARRAY_SIZE
        };
        let workers = self.submissions.workers;
        let mut added = self.submissions.add(&self.name, cases, is_listed, max_size);
        added.try_for_each(|number| self.submit(number, workers))
    }

    /// Submits arrays that a session recorded before it ended; those that the cluster knows are
    /// found by their names.
    pub(crate) fn submit_unsubmitted(&mut self) -> Result<(), SlurmError> {
        for number in 0..self.submissions.arrays.len() {
            if self.submissions.arrays[number].job.is_some() {
                continue;
            }
            let array = &self.submissions.arrays[number];
            let of_files = |task| StartStamp::read(&self.folders.case(task)).map(|it| it.job);
            let started = array.tasks.iter().find_map(|&task| of_files(task));
            match self.client.list(&[&array.name])?.first().map(|entry| entry.job).or(started) {
                Some(job) => {
                    self.submissions.arrays[number].job = Some(job);
                    self.write().map_err(SlurmError::after_submission)?;
                }
                None => self.submit(number, self.submissions.workers)?,
            }
        }
        Ok(())
    }

    /// Submits cases again, and returns the numbers of their arrays. None of them remains half
    /// submitted.
    pub(crate) fn submit_again(
        &mut self,
        cases: &[(u32, u32)],
        at_once: u32,
    ) -> Result<Range<usize>, SlurmError> {
        let added = self.submissions.add(&self.name, cases, true, USUAL_ARRAY_SIZE);
        let submitted = added.clone().try_for_each(|number| self.submit(number, at_once));
        if let Err(error) = submitted {
            for number in added.clone() {
                if let Some(job) = self.submissions.arrays[number].job {
                    self.client.cancel(&[job.to_string()]).ok();
                }
            }
            self.submissions.arrays.truncate(added.start);
            self.write().ok();
            return Err(error);
        }
        self.throttles.extend(added.clone().map(|number| (number, at_once)));
        Ok(added)
    }

    /// Submits an array. It is recorded before, and its job ID after.
    fn submit(&mut self, number: usize, at_once: u32) -> Result<(), SlurmError> {
        let after = number.checked_sub(1).and_then(|before| self.submissions.arrays[before].job);
        // Arrays of retries are submitted when all earlier tasks have started.
        let is_retry = self.submissions.arrays[number].tasks.iter().any(|task| task.attempt > 1);
        let after = after.filter(|_| !is_retry);
        let tasks = &self.submissions.arrays[number].tasks;
        let prepared = self.folders.prepare(&self.frozen, &self.program, number, tasks);
        prepared.map_err(SlurmError::before_submission)?;
        self.submissions.arrays[number].submitted_ns = unix_ns();
        self.write().map_err(SlurmError::before_submission)?;
        let array = &self.submissions.arrays[number];
        let indices: Vec<_> = array.tasks.iter().map(|task| task.index).collect();
        let tasks = self.folders.tasks(number);
        let request = ArrayRequest {
            name: &array.name,
            indices: &indices,
            at_once,
            after,
            needs: &self.needs,
            options: &self.options,
            folder: &self.folders.run,
            logs: &tasks,
            script: &script(&tasks),
        };
        let job = match self.client.submit(&request) {
            Ok(job) => job,
            Err(error) if !error.was_run => return Err(error),
            // Slurm may have taken the job before the answer was lost.
            Err(error) => match self.client.list(&[&array.name]) {
                Ok(found) => match found.first() {
                    Some(entry) => entry.job,
                    None => return Err(error.without_effect()),
                },
                Err(_) => return Err(error),
            },
        };
        self.submissions.arrays[number].job = Some(job);
        self.write().map_err(SlurmError::after_submission)
    }

    /// Keeps the number of cases at once where several arrays are on the cluster.
    pub(crate) fn adjust_throttles(&mut self, run: &ClusterRun) {
        let workers = run.workers();
        for number in 0..self.submissions.arrays.len() {
            let (_, waiting) = run.count(|array| array == number);
            if waiting == 0 {
                continue;
            }
            let (others, _) = run.count(|array| array != number);
            let wanted = workers.saturating_sub(others).max(1);
            let current = self.throttles.get(&number).copied().unwrap_or(self.frozen.plan.workers);
            if let Some(job) = self.submissions.arrays[number].job.filter(|_| wanted != current) {
                match self.client.set_throttle(job, wanted) {
                    Ok(()) => drop(self.throttles.insert(number, wanted)),
                    // The last of its tasks may just have started.
                    Err(_) => return,
                }
            }
        }
    }

    /// Writes the record of the jobs. The error is a message for the user.
    pub(crate) fn write(&self) -> Result<(), String> {
        let written = self.submissions.write(&self.folders.cases);
        written.map_err(|error| format!("cannot record which jobs are submitted: {error}"))
    }

    /// Returns the IDs of the jobs with tasks that have not started.
    pub(crate) fn waiting_jobs(&self, run: &ClusterRun) -> Vec<u64> {
        let arrays = self.submissions.arrays.iter().enumerate();
        let waiting = arrays.filter(|(number, _)| run.count(|it| it == *number).1 > 0);
        waiting.filter_map(|(_, array)| array.job).collect()
    }

    /// Holds the cases that have not started, or lets them start again.
    pub(crate) fn hold_waiting(&self, run: &ClusterRun, is_held: bool) -> Result<(), SlurmError> {
        let jobs = self.waiting_jobs(run);
        jobs.into_iter().try_for_each(|job| self.client.hold(job, is_held))
    }

    /// Returns the IDs of all jobs.
    pub(crate) fn jobs(&self) -> Vec<String> {
        let jobs = self.submissions.arrays.iter().filter_map(|array| array.job);
        jobs.map(|job| job.to_string()).collect()
    }

    /// Cancels what was submitted, and removes what was prepared.
    pub(crate) fn discard(&self) {
        let jobs = self.jobs();
        if !jobs.is_empty() {
            self.client.cancel(&jobs).ok();
        }
        self.folders.discard(self.submissions.arrays.iter().flat_map(|it| it.tasks.clone()));
    }
}
