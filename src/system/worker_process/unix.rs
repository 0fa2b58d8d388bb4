use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use rustix::process::{Pid, Signal, getppid, kill_process};

/// Returns the path of the running program.
pub(crate) fn own_path() -> io::Result<PathBuf> {
    // On Linux, refers to the running program even if its file has been replaced.
    let running = Path::new("/proc/self/exe");
    if running.exists() { Ok(running.to_owned()) } else { std::env::current_exe() }
}

/// Sets the name that process lists show.
pub(crate) fn set_name(command: &mut Command) {
    command.arg0("caselanes");
}

/// Makes a command start a process group of its own, in which it does not receive Ctrl-C from
/// the terminal.
pub(crate) fn detach(command: &mut Command) {
    command.process_group(0);
}

/// Does nothing: a worker process ends when its pipe is closed.
pub(crate) fn bind_children() {}

/// Does nothing: what a command starts outlives this process.
pub(crate) fn unbind(_command: &mut Command) {}

/// Continues a process that was stopped by a signal; others are not affected.
pub(crate) fn continue_process(child: &Child) {
    kill_process(Pid::from_child(child), Signal::CONT).ok();
}

/// The process that started this one.
pub(crate) struct Parent(Option<Pid>);

impl Parent {
    pub(crate) fn of_this_process() -> Self {
        Self(getppid())
    }

    /// Whether it has ended.
    pub(crate) fn has_ended(&self) -> bool {
        getppid() != self.0
    }
}
