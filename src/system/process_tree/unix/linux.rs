use std::os::fd::OwnedFd;

use rustix::process::{
    Pid, PidfdFlags, WaitOptions, getpid, pidfd_open, set_child_subreaper, wait,
};

/// Makes this process the parent of processes that programs leave behind.
pub(super) fn adopt_orphans() {
    set_child_subreaper(Some(getpid())).ok();
}

/// Returns a descriptor that becomes readable when the child exits.
pub(super) fn exit_fd(child: Pid) -> Option<OwnedFd> {
    pidfd_open(child, PidfdFlags::empty()).ok()
}

/// Whether no process of a group is left. All processes left behind are children of this
/// process, which has no others.
pub(super) fn has_no_children(_group: Pid) -> bool {
    loop {
        match wait(WaitOptions::NOHANG) {
            Ok(Some(_)) => {}
            Ok(None) => return false,
            Err(_) => return true,
        }
    }
}
