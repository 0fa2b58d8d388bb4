//! Files of a case on a cluster: its inputs, its command, and its results.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::engine::program::case_dirs::{InputFile, remove_inputs, write_input};
use crate::engine::program::output_files::{OutputFiles, kept_tail, remove_output_files};
use crate::engine::program::result_reader::{ResultReader, timeout_message};
use crate::run::{CaseOutcome, Status, attempt_folder};
use crate::schedule::s_from_ns;
use crate::study::{FrozenStudy, KeepOutput, Program};
use crate::system::exit_status::ProcessExit;

use super::slurm::task_script::write_task;
use super::slurm::time_stamps::{EndStamp, TIMES, TaskExit, signal};
use super::submissions::{ArrayTask, FOLDER};
use super::tracking::cluster_task::TaskEnd;

/// Exit statuses of `timeout` when it stopped or killed a program.
const TIMEOUT_STATUSES: [u8; 2] = [124, 137];

/// Folders of a session whose cases run on a cluster.
#[derive(Debug, Clone)]
pub(crate) struct ClusterFolders {
    /// Folder of the run.
    pub(crate) run: PathBuf,
    /// Folder of the cases of the session.
    pub(crate) cases: PathBuf,
}

impl ClusterFolders {
    pub(crate) fn case(&self, task: ArrayTask) -> PathBuf {
        self.cases.join(attempt_folder(task.case, task.attempt))
    }

    /// Folder with the commands of the tasks of an array, counted from 0.
    pub(crate) fn tasks(&self, array: usize) -> PathBuf {
        self.cases.join(FOLDER).join((array + 1).to_string())
    }

    /// File for what Slurm itself says about a task.
    fn log(&self, array: usize, task: ArrayTask) -> PathBuf {
        self.tasks(array).join(format!("{}.log", task.index))
    }

    /// Writes the input files and the commands of tasks. Existing files are replaced.
    pub(crate) fn prepare(
        &self,
        frozen: &FrozenStudy,
        program: &Program,
        array: usize,
        tasks: &[ArrayTask],
    ) -> Result<(), String> {
        let commands = self.tasks(array);
        let failure = |error: io::Error, path: &Path| {
            format!("cannot write the files of the cases: {error}: {}", path.display())
        };
        fs::create_dir_all(&commands).map_err(|error| failure(error, &commands))?;
        for &task in tasks {
            let (row, folder) = (task.case as usize, self.case(task));
            let file = commands.join(task.index.to_string());
            fs::create_dir_all(&folder)
                .and_then(|()| write_task(&file, frozen, program, row, &self.run, &folder))
                .map_err(|error| failure(error, &folder))?;
            for rendered in frozen.input_files.render(&frozen.cases, row)? {
                let name = rendered.name.to_owned();
                let input = InputFile { name, content: rendered.content };
                write_input(&folder, &input, true).map_err(|error| failure(error, &folder))?;
            }
        }
        Ok(())
    }

    /// Removes what was prepared for tasks that were not submitted.
    pub(crate) fn discard(&self, tasks: impl Iterator<Item = ArrayTask>) {
        for task in tasks {
            fs::remove_dir_all(self.case(task)).ok();
        }
        fs::remove_dir_all(self.cases.join(FOLDER)).ok();
    }

    /// Removes files of a case that are not to be kept.
    pub(crate) fn clean_up(&self, program: &Program, task: ArrayTask, status: Status) {
        let keeps_output = match program.keep_output {
            KeepOutput::All => status != Status::Refused,
            KeepOutput::Failed => !matches!(status, Status::Done | Status::Refused),
            KeepOutput::None => false,
        };
        if !keeps_output {
            let folder = self.case(task);
            remove_output_files(&folder);
            let names: Vec<_> = program.templates.iter().map(|it| it.name.clone()).collect();
            remove_inputs(&folder, &names);
            fs::remove_dir_all(folder.join(TIMES)).ok();
            // Fails if the program wrote files of its own, which must stay.
            fs::remove_dir(folder).ok();
        }
    }

    /// Removes the log of a task if Slurm said nothing.
    pub(crate) fn remove_empty_log(&self, array: usize, task: ArrayTask) {
        let log = self.log(array, task);
        if fs::metadata(&log).is_ok_and(|log| log.len() == 0) {
            fs::remove_file(log).ok();
        }
    }

    /// Reads the results of a task whose end was recorded. `stopped` is the outcome if Slurm
    /// asked it to stop.
    pub(crate) fn results(
        &self,
        program: &Program,
        reader: &ResultReader,
        task: ArrayTask,
        (start_ns, end): (u64, EndStamp),
        stopped: CaseOutcome,
    ) -> TaskEnd {
        let folder = self.case(task);
        let time_s = s_from_ns(end.at_ns.saturating_sub(start_ns));
        let has_timed_out = |code| {
            TIMEOUT_STATUSES.contains(&code)
                && program.timeout_s.is_some_and(|limit_s| time_s >= limit_s)
        };
        let mut lacks_value_file = false;
        let outcome = match end.exit {
            TaskExit::Stopped => stopped,
            TaskExit::NotFound => CaseOutcome::Failed(not_found(program)),
            TaskExit::Exited(code) if has_timed_out(code) => {
                let was_killed = code != TIMEOUT_STATUSES[0] && program.grace_s > 0.0;
                CaseOutcome::TimedOut(timeout_message(program.timeout_s, was_killed))
            }
            TaskExit::Exited(code) => match OutputFiles::open_in(&folder) {
                Err(error) => CaseOutcome::Failed(format!("cannot read its output: {error}")),
                Ok(mut output) => {
                    let found = reader.read(program_exit(code), &mut output, &folder);
                    if let Some(max_bytes) = program.output_limit_bytes {
                        // On failure, the whole output remains.
                        output.cut(max_bytes).ok();
                    }
                    match found {
                        Ok(found) => {
                            lacks_value_file = found.lacks_file;
                            CaseOutcome::Done(found.values)
                        }
                        Err(outcome) => outcome,
                    }
                }
            },
        };
        let output_tail = tail(&outcome, &folder);
        let EndStamp { at_ns, cpu_ns, .. } = end;
        TaskEnd { at_ns, outcome, cpu_ns, lacks_value_file, output_tail }
    }

    /// Returns the end of a task that nothing recorded.
    pub(crate) fn lost(
        &self,
        array: usize,
        task: ArrayTask,
        at_ns: u64,
        outcome: CaseOutcome,
    ) -> TaskEnd {
        let with_log = |message: String| match last_line(&self.log(array, task)) {
            Some(line) => format!("{message}; Slurm: {line}"),
            None => message,
        };
        let outcome = match outcome {
            CaseOutcome::Failed(message) => CaseOutcome::Failed(with_log(message)),
            CaseOutcome::TimedOut(message) => CaseOutcome::TimedOut(with_log(message)),
            outcome => outcome,
        };
        let output_tail = tail(&outcome, &self.case(task));
        TaskEnd { at_ns, outcome, cpu_ns: None, lacks_value_file: false, output_tail }
    }
}

fn tail(outcome: &CaseOutcome, folder: &Path) -> Option<String> {
    let is_unsuccessful = matches!(outcome.status(), Status::Failed | Status::TimedOut);
    is_unsuccessful.then(|| kept_tail(folder)).flatten()
}

/// Returns the last line of a log that is not blank.
fn last_line(log: &Path) -> Option<String> {
    let text = fs::read(log).ok()?;
    let text = String::from_utf8_lossy(&text);
    text.lines().map(str::trim).rfind(|line| !line.is_empty()).map(str::to_owned)
}

fn not_found(program: &Program) -> String {
    let executable = program.command.words().next().unwrap_or_default();
    let place = if executable.contains('/') { "" } else { " in PATH" };
    format!("could not start: not found{place} on the machine of the cluster: {executable}")
}

/// Returns the status that a shell reports with a code.
fn program_exit(code: u8) -> ProcessExit {
    signal(code).map_or(ProcessExit::Code(code.into()), |signal| ProcessExit::Signal(signal.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_above_128_are_signals() {
        assert_eq!(program_exit(137), ProcessExit::Signal(9));
        assert_eq!([0, 3, 255].map(program_exit), [0, 3, 255].map(ProcessExit::Code));
    }
}
