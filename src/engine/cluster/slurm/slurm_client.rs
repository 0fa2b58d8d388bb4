//! Runs the commands of Slurm, here or through `ssh`, each with a time limit.

use std::io::{self, ErrorKind};
use std::process::Command;
use std::time::Duration;

use super::array_request::ArrayRequest;
use super::limited_command::run_within;
use super::queue_listing::{QueueEntry, parse_listing};
use crate::study::{Cluster, Program};

/// A command that does nothing: only the login counts.
const LOGIN: &str = "true";

/// Without a controller, the commands give up by themselves after 18 s.
const LIMIT: Duration = Duration::from_secs(40);

/// Options of `ssh`: it must not ask for a password, since nobody may be there to answer.
const SSH_OPTIONS: [&str; 6] =
    ["-o", "BatchMode=yes", "-o", "ConnectTimeout=15", "-o", "ControlMaster=auto"];

/// Why Slurm did not do what was asked, as a message for the user.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct SlurmError {
    message: String,
    /// Whether the command may have had an effect.
    pub(crate) was_run: bool,
}

impl SlurmError {
    pub(crate) fn before_submission(message: String) -> Self {
        Self { message, was_run: false }
    }

    /// The command turned out to have had no effect.
    pub(crate) fn without_effect(self) -> Self {
        Self { was_run: false, ..self }
    }

    pub(crate) fn after_submission(message: String) -> Self {
        Self { message, was_run: true }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct SlurmClient {
    host: Option<String>,
}

impl SlurmClient {
    pub(crate) fn new(cluster: &Cluster) -> Self {
        Self { host: cluster.host.clone() }
    }

    /// Whether each command has to go through `ssh`.
    pub(crate) fn is_remote(&self) -> bool {
        self.host.is_some()
    }

    /// Fails without an effect if the host of the cluster is not reached.
    pub(crate) fn reach(&self) -> Result<(), SlurmError> {
        if self.is_remote() {
            self.run(LOGIN, &[""; 0], &[]).map_err(SlurmError::without_effect)?;
        }
        Ok(())
    }

    /// Submits a job array and returns its job ID.
    pub(crate) fn submit(&self, request: &ArrayRequest<'_>) -> Result<u64, SlurmError> {
        let arguments = request.arguments();
        let answer = self.run("sbatch", &arguments, request.script.as_bytes())?;
        // The name of the cluster may follow behind a semicolon.
        let id = answer.lines().last().and_then(|line| line.split(';').next()?.trim().parse().ok());
        id.ok_or_else(|| {
            SlurmError::after_submission(format!("sbatch returned no job ID but {answer:?}"))
        })
    }

    /// Lists the tasks of the job arrays with these names, also those that have ended of late.
    pub(crate) fn list(&self, names: &[&str]) -> Result<Vec<QueueEntry>, SlurmError> {
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let names = format!("--name={}", names.join(","));
        let arguments = ["-h", "-r", "-t", "all", &names, "-o", "%F|%K|%T|%N|%r"];
        Ok(parse_listing(&self.run("squeue", &arguments, &[])?))
    }

    /// Cancels whole arrays, such as `17`, or single tasks, such as `17_3`.
    pub(crate) fn cancel(&self, jobs: &[String]) -> Result<(), SlurmError> {
        self.run("scancel", jobs, &[]).map(drop)
    }

    /// Cancels the tasks of an array that have not started.
    pub(crate) fn cancel_waiting(&self, job: u64) -> Result<(), SlurmError> {
        self.run("scancel", &["--state=PENDING", &job.to_string()], &[]).map(drop)
    }

    /// Starts no more tasks of an array, or starts them again.
    pub(crate) fn hold(&self, job: u64, is_held: bool) -> Result<(), SlurmError> {
        let action = if is_held { "hold" } else { "release" };
        self.run("scontrol", &[action, &job.to_string()], &[]).map(drop)
    }

    /// Changes how many tasks of an array run at once.
    pub(crate) fn set_throttle(&self, job: u64, at_once: u32) -> Result<(), SlurmError> {
        let (job, limit) = (format!("jobid={job}"), format!("ArrayTaskThrottle={at_once}"));
        self.run("scontrol", &["update", &job, &limit], &[]).map(drop)
    }

    /// Returns the largest number of tasks that one array may have, if it is known.
    pub(crate) fn max_array_size(&self) -> Result<Option<u32>, SlurmError> {
        let config = self.run("scontrol", &["show", "config"], &[])?;
        let line = config.lines().find_map(|line| line.strip_prefix("MaxArraySize"));
        Ok(line.and_then(|line| line.trim_start_matches([' ', '=']).trim().parse().ok()))
    }

    /// Returns how many cases of a program can run at once at most, each on this number of
    /// cores of its partition.
    pub(crate) fn core_slots(&self, cores: u32, program: &Program) -> Result<u32, SlurmError> {
        let mut arguments = vec!["-h", "-N", "-o", "%N %c"];
        if let Some(partition) = &program.slurm_partition {
            arguments.extend(["-p", partition]);
        }
        let nodes = self.run("sinfo", &arguments, &[])?;
        Ok(core_count(&nodes) / cores.max(1))
    }

    /// Returns how many cases of a program the licences of the cluster allow at once; `None` if
    /// the program needs none that the cluster knows.
    pub(crate) fn licence_slots(&self, program: &Program) -> Result<Option<u32>, SlurmError> {
        if program.slurm_licences.is_empty() {
            return Ok(None);
        }
        let known = self.licences()?;
        let slots = program
            .slurm_licences
            .iter()
            .filter_map(|licence| Some(licence_total(&known, &licence.name)? / licence.per_case));
        Ok(slots.min())
    }

    /// Returns a line for each licence of the cluster.
    pub(super) fn licences(&self) -> Result<String, SlurmError> {
        self.run("scontrol", &["-o", "show", "lic"], &[])
    }

    /// Runs a command and returns its output.
    pub(super) fn run(
        &self,
        program: &str,
        arguments: &[impl AsRef<str>],
        stdin: &[u8],
    ) -> Result<String, SlurmError> {
        self.run_whole(program, arguments, stdin).map(|(out, _)| out)
    }

    /// Runs a command and returns its output and its messages.
    pub(super) fn run_whole(
        &self,
        program: &str,
        arguments: &[impl AsRef<str>],
        stdin: &[u8],
    ) -> Result<(String, String), SlurmError> {
        let arguments = arguments.iter().map(AsRef::as_ref);
        let command = match &self.host {
            None => {
                let mut command = Command::new(program);
                command.args(arguments);
                // It would not return before the end of the run.
                command.env_remove("SBATCH_WAIT");
                command
            }
            Some(host) => {
                let remote = shell_words::join(std::iter::once(program).chain(arguments));
                let mut command = Command::new("ssh");
                command.args(SSH_OPTIONS).args(["--", host, &remote]);
                command
            }
        };
        let name = command.get_program().to_string_lossy().into_owned();
        let failure = |error: io::Error| {
            SlurmError::before_submission(match error.kind() {
                ErrorKind::NotFound if self.host.is_none() => format!(
                    "Slurm is not installed on this machine: {name} was not found in PATH; use --on \
                 slurm@HOST, or --on local"
                ),
                ErrorKind::NotFound => format!("{name} was not found in PATH; install OpenSSH"),
                _ => format!("cannot run {name}: {error}"),
            })
        };
        let (status, out, err) = run_within(command, stdin, LIMIT).map_err(failure)?;
        let place = self.host.as_deref().map_or(String::new(), |host| format!(" on {host}"));
        let program = if program == LOGIN { "login" } else { program };
        match status {
            None => Err(SlurmError::after_submission(format!(
                "{program}{place} did not answer within {} s",
                LIMIT.as_secs()
            ))),
            Some(status) if status.success() => Ok((out, err)),
            Some(status) => {
                let prefix = format!("{program}: error: ");
                let lines = err.lines().map(str::trim).filter(|line| !line.is_empty());
                let lines = lines.map(|line| line.strip_prefix(&*prefix).unwrap_or(line));
                let message = lines.collect::<Vec<_>>().join("; ");
                let message = if message.is_empty() { status.to_string() } else { message };
                Err(SlurmError::after_submission(format!("{program}{place}: {message}")))
            }
        }
    }
}

/// Sums the cores of all nodes. A node is listed once per partition.
fn core_count(nodes: &str) -> u32 {
    let nodes = nodes.lines().filter_map(|line| line.trim().split_once(' '));
    let nodes: std::collections::BTreeMap<_, _> = nodes.collect();
    nodes.values().filter_map(|cores| cores.trim().parse::<u32>().ok()).fold(0, u32::saturating_add)
}

/// Finds the total of a licence. The name of its server may be left out.
fn licence_total(known: &str, name: &str) -> Option<u32> {
    known.lines().find_map(|line| {
        let found = licence_field(line, "LicenseName=")?;
        let is_it = found == name || found.split('@').next() == Some(name);
        licence_field(line, "Total=")?.parse().ok().filter(|_| is_it)
    })
}

/// Returns the value behind a key in the line of a licence.
pub(super) fn licence_field<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    line.split_whitespace().find_map(|field| field.strip_prefix(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_in_two_partitions_counts_once() {
        assert_eq!(core_count("n1 4\nn2 8\nn1 4\nbroken\n"), 12);
        assert_eq!(core_count(""), 0);
    }

    #[test]
    fn a_licence_is_found_with_and_without_its_server() {
        let known = "LicenseName=solver Total=3 Used=0 Free=3 Reserved=0 Remote=no\n\
                     LicenseName=mesh@db Total=7 Used=1 Free=6 Reserved=0 Remote=yes\n";
        assert_eq!(licence_total(known, "solver"), Some(3));
        assert_eq!(licence_total(known, "mesh@db"), Some(7));
        assert_eq!(licence_total(known, "mesh"), Some(7));
        assert_eq!(licence_total(known, "sol"), None);
    }
}
