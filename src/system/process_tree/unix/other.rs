use std::os::fd::OwnedFd;

use rustix::process::{Pid, test_kill_process_group};

/// Does nothing: the system gives processes left behind to its first process.
pub(super) fn adopt_orphans() {}

/// Returns `None`: the system has no descriptors of processes.
pub(super) fn exit_fd(_child: Pid) -> Option<OwnedFd> {
    None
}

/// Whether no process of a group is left.
pub(super) fn has_no_children(group: Pid) -> bool {
    test_kill_process_group(group).is_err()
}
