//! The program that runs as a worker process.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;
#[cfg(unix)]
use std::{io, os::unix::process::CommandExt as _, path::Path, process::Command};

/// Argument that makes the program a worker process; not listed in the help.
const ARGUMENT: &str = "--worker-process";

/// The program that runs as a worker process.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum WorkerProgram {
    /// The running program, which has to check its arguments with [`is_worker`].
    #[default]
    This,
    /// The same version of `CaseLanes` at another path.
    At(PathBuf),
}

/// Whether the program was started as a worker process. The first argument is the
/// name of the program.
pub fn is_worker(arguments: impl IntoIterator<Item = OsString>) -> bool {
    arguments.into_iter().nth(1).is_some_and(|argument| argument == ARGUMENT)
}

#[cfg(unix)]
impl WorkerProgram {
    fn path(&self) -> io::Result<PathBuf> {
        // Refers to the running program even if its file has been replaced.
        let running = Path::new("/proc/self/exe");
        match self {
            Self::At(path) => Ok(path.clone()),
            Self::This if cfg!(target_os = "linux") && running.exists() => Ok(running.to_owned()),
            Self::This => std::env::current_exe(),
        }
    }

    pub(crate) fn command(&self) -> io::Result<Command> {
        let mut command = Command::new(self.path()?);
        // In a process group of its own it does not receive Ctrl-C from the
        // terminal: the run handles it and ends its workers.
        command.arg0("caselanes").arg(ARGUMENT).process_group(0);
        Ok(command)
    }
}

impl fmt::Display for WorkerProgram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(path) => write!(f, "{}", path.display()),
            Self::This => match std::env::current_exe() {
                Ok(path) => write!(f, "{}", path.display()),
                Err(_) => f.write_str("this program"),
            },
        }
    }
}
