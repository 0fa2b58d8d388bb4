use std::io;
use std::os::windows::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::sync::OnceLock;

use winsafe::co;

use crate::system::process_tree::KillOnCloseJob;

/// Returns the path of the running program.
pub(crate) fn own_path() -> io::Result<PathBuf> {
    std::env::current_exe()
}

/// Does nothing: process lists show the name of the file.
pub(crate) fn set_name(_command: &mut Command) {}

/// Gives a command a console of its own without a window, which all that it starts share: keys
/// and the closing of the console of the app do not reach it.
pub(crate) fn detach(command: &mut Command) {
    let flags = co::CREATE::NO_WINDOW | co::CREATE::NEW_PROCESS_GROUP;
    command.creation_flags(flags.raw());
}

/// Ends all that this process starts from now on together with this process, however it ends,
/// even if it ends while it starts another. Where the system refuses, worker processes end when
/// their pipe is closed.
pub(crate) fn bind_children() {
    static JOB: OnceLock<Option<KillOnCloseJob>> = OnceLock::new();

    JOB.get_or_init(|| {
        let job = KillOnCloseJob::create(true).ok()?;
        job.add_this_process().ok().map(|()| job)
    });
}

/// Lets what a command starts outlive this process.
pub(crate) fn unbind(command: &mut Command) {
    command.creation_flags(co::CREATE::BREAKAWAY_FROM_JOB.raw());
}

/// Does nothing: programs cannot stop a worker process.
pub(crate) fn continue_process(_child: &Child) {}

/// The process that started this one.
pub(crate) struct Parent;

#[expect(clippy::unused_self, reason = "the same interface on every system")]
impl Parent {
    pub(crate) fn of_this_process() -> Self {
        Self
    }

    /// Returns false: this process ends with its parent.
    pub(crate) fn has_ended(&self) -> bool {
        false
    }
}
