//! Interrupts a program, as a user does at the keyboard.

use std::process::{Child, Command};

/// Makes a program reachable by [`interrupt`]: Windows sends Ctrl+Break to process groups.
#[cfg(windows)]
pub fn make_interruptible(command: &mut Command) {
    use std::os::windows::process::CommandExt as _;

    command.creation_flags(winsafe::co::CREATE::NEW_PROCESS_GROUP.raw());
}

#[cfg(unix)]
pub fn make_interruptible(_: &mut Command) {}

/// Sends Ctrl+Break to a program.
#[cfg(windows)]
pub fn interrupt(child: &Child) {
    struct ProcessGroup(u32);

    impl send_ctrlc::Interruptible for ProcessGroup {
        fn pid(&mut self) -> std::io::Result<Option<u32>> {
            Ok(Some(self.0))
        }
    }

    send_ctrlc::Interruptible::terminate(&mut ProcessGroup(child.id())).unwrap();
}

/// Sends SIGINT to a program.
#[cfg(unix)]
pub fn interrupt(child: &Child) {
    use rustix::process::{Pid, Signal, kill_process};

    kill_process(Pid::from_child(child), Signal::INT).unwrap();
}
