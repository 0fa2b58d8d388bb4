//! Which program runs as a worker process.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;
#[cfg(unix)]
use std::{io, os::unix::process::CommandExt as _, path::Path, process::Command};

/// The argument that makes the program a worker process. It is for the engine
/// alone and stands in no help.
const ARGUMENT: &str = "--worker-process";

/// The program that runs as a worker process.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum WorkerProgram {
    /// This very one, for which the program has to have a look at its arguments
    /// with [`is_worker`].
    #[default]
    This,
    /// The one at this path: `CaseLanes`, in the same version.
    At(PathBuf),
}

/// Whether the program was started as a worker process; the first argument is
/// the program's own name.
pub fn is_worker(arguments: impl IntoIterator<Item = OsString>) -> bool {
    arguments.into_iter().nth(1).is_some_and(|argument| argument == ARGUMENT)
}

#[cfg(unix)]
impl WorkerProgram {
    fn path(&self) -> io::Result<PathBuf> {
        // Leads to the program even if another was put in its place meanwhile.
        let running = Path::new("/proc/self/exe");
        match self {
            Self::At(path) => Ok(path.clone()),
            Self::This if cfg!(target_os = "linux") && running.exists() => Ok(running.to_owned()),
            Self::This => std::env::current_exe(),
        }
    }

    /// How to start it.
    pub(crate) fn command(&self) -> io::Result<Command> {
        let mut command = Command::new(self.path()?);
        // In a group of its own it does not hear the terminal's interrupts:
        // those are for the run, which then ends it in good order.
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
