//! The job arrays of a session, recorded so that none is submitted twice.

use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::study::write_atomically;

const SCHEMA: &str = "caselanes.slurm/1";

/// Folder of the record, and of the files of the tasks, in the folder of the cases.
pub(crate) const FOLDER: &str = "slurm";

const FILE: &str = "jobs.json";

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Submissions {
    schema: String,
    /// Maximum number of cases at once.
    pub(crate) workers: u32,
    /// Cases at once that the licences of the cluster allow.
    #[serde(default)]
    pub(crate) licences: Option<u32>,
    /// Cases at once that its cores allow.
    #[serde(default)]
    pub(crate) core_slots: Option<u32>,
    /// Start of the first case in nanoseconds from 1970, from which the run counts its times.
    pub(crate) first_start_ns: Option<u64>,
    /// Whether the cases that wait are held.
    #[serde(default)]
    pub(crate) is_paused: bool,
    pub(crate) arrays: Vec<JobArray>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct JobArray {
    /// Unique name, by which the job is found if its ID was not recorded.
    pub(crate) name: String,
    /// `None` until it is submitted.
    pub(crate) job: Option<u64>,
    /// Time of the submission in nanoseconds from 1970.
    pub(crate) submitted_ns: u64,
    /// In ascending order of their indices.
    pub(crate) tasks: Vec<ArrayTask>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ArrayTask {
    /// Index in the array.
    pub(crate) index: u32,
    pub(crate) case: u32,
    /// Number of the attempt at the case, from 1.
    pub(crate) attempt: u32,
}

impl Submissions {
    pub(crate) fn new(workers: u32) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            workers,
            licences: None,
            core_slots: None,
            first_start_ns: None,
            is_paused: false,
            arrays: Vec::new(),
        }
    }

    /// Whether the folder of the cases of a session holds a record.
    pub(crate) fn exist_in(cases_folder: &Path) -> bool {
        cases_folder.join(FOLDER).join(FILE).exists()
    }

    pub(crate) fn read(cases_folder: &Path) -> io::Result<Self> {
        let bytes = fs::read(cases_folder.join(FOLDER).join(FILE))?;
        let read: Self = serde_json::from_slice(&bytes)?;
        if read.schema == SCHEMA {
            Ok(read)
        } else {
            Err(io::Error::other("written by a newer version of CaseLanes"))
        }
    }

    /// Writes the record so that it survives a power failure.
    pub(crate) fn write(&self, cases_folder: &Path) -> io::Result<()> {
        write_atomically(&cases_folder.join(FOLDER).join(FILE), &serde_json::to_vec(self)?)
    }

    /// Adds arrays for tasks, each with at most `max_size` indices.
    ///
    /// In the listed order a task has the index of its case, which users see in the queue.
    pub(crate) fn add(
        &mut self,
        run_id: &str,
        cases: &[(u32, u32)],
        is_listed: bool,
        max_size: u32,
    ) -> std::ops::Range<usize> {
        let first = self.arrays.len();
        let max_size = max_size.max(1);
        let numbered = (0..).zip(cases).map(|(position, &(case, attempt))| {
            let number: u32 = if is_listed { case } else { position };
            (number / max_size, ArrayTask { index: number % max_size, case, attempt })
        });
        let mut numbered: Vec<_> = numbered.collect();
        numbered.sort_by_key(|(part, task)| (*part, task.index));
        for part in numbered.chunk_by(|a, b| a.0 == b.0) {
            let name = format!("caselanes-{}-{}", run_id, self.arrays.len() + 1);
            let tasks = part.iter().map(|(_, task)| *task).collect();
            self.arrays.push(JobArray { name, job: None, submitted_ns: 0, tasks });
        }
        first..self.arrays.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_have_the_indices_of_their_cases_in_the_listed_order() {
        let mut all = Submissions::new(3);
        let added = all.add("id", &[(0, 1), (4, 1), (5, 1), (11, 1)], true, 5);
        assert_eq!(added, 0..3);
        let tasks = |array: &JobArray| {
            array.tasks.iter().map(|task| (task.index, task.case)).collect::<Vec<_>>()
        };
        let parts: Vec<_> = all.arrays.iter().map(tasks).collect();
        assert_eq!(parts, [vec![(0, 0), (4, 4)], vec![(0, 5)], vec![(1, 11)]]);
        assert_eq!(all.arrays[2].name, "caselanes-id-3");
    }

    #[test]
    fn other_orders_are_orders_of_indices() {
        let mut all = Submissions::new(3);
        all.add("id", &[(7, 1), (2, 2)], false, 1000);
        let tasks = &all.arrays[0].tasks;
        assert_eq!((tasks[0].case, tasks[1].case, tasks[1].attempt), (7, 2, 2));
        assert_eq!((tasks[0].index, tasks[1].index), (0, 1));
    }

    #[test]
    fn a_record_is_read_back_unchanged() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!Submissions::exist_in(folder.path()));
        fs::create_dir(folder.path().join(FOLDER)).unwrap();
        let mut all = Submissions::new(3);
        all.add("id", &[(0, 1)], true, 1000);
        all.arrays[0].job = Some(17);
        all.first_start_ns = Some(1 << 60);
        all.write(folder.path()).unwrap();
        assert!(Submissions::exist_in(folder.path()));
        assert_eq!(Submissions::read(folder.path()).unwrap(), all);
    }
}
