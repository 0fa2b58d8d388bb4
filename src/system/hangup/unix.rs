use std::io::{self, PipeReader};
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

/// Notices that the writing end was closed, even if there is unread data.
pub(crate) struct Hangup {
    pipe: OwnedFd,
}

/// Returns the pipe to read from, and its state.
pub(crate) fn watch(pipe: PipeReader) -> io::Result<(PipeReader, Hangup)> {
    let hangup = Hangup { pipe: pipe.as_fd().try_clone_to_owned()? };
    Ok((pipe, hangup))
}

impl Hangup {
    /// Returns another handle of the same pipe.
    pub(crate) fn try_clone(&self) -> io::Result<Self> {
        Ok(Self { pipe: self.pipe.try_clone()? })
    }

    /// Waits until the writing end is closed; forever without a timeout. Returns false after it.
    pub(crate) fn wait(&self, timeout: Option<Duration>) -> bool {
        let timeout = timeout.and_then(|timeout| Timespec::try_from(timeout).ok());
        loop {
            let mut pipe = [PollFd::new(&self.pipe, PollFlags::empty())];
            match poll(&mut pipe, timeout.as_ref()) {
                Ok(ready) => return ready > 0,
                Err(Errno::INTR) => {}
                // As if the pipe had been closed: otherwise nothing would end the work.
                Err(_) => return true,
            }
        }
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.wait(Some(Duration::ZERO))
    }

    pub(crate) fn pipe(&self) -> BorrowedFd<'_> {
        self.pipe.as_fd()
    }
}
