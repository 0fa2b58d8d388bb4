//! The program that runs as a worker process.

use std::ffi::OsString;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::process::Command;

use crate::system::worker_process::{detach, own_path, set_name};

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

impl WorkerProgram {
    pub(crate) fn command(&self) -> io::Result<Command> {
        let mut command = match self {
            Self::At(path) => Command::new(path),
            Self::This => Command::new(own_path()?),
        };
        command.arg(ARGUMENT);
        set_name(&mut command);
        // The run handles Ctrl-C and ends its workers.
        detach(&mut command);
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
