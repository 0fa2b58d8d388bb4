//! The standard streams of a worker process, which its programs inherit: to hand them
//! to each program anew costs several system calls more.

use std::fs::File;
use std::io::{self, stderr};
use std::os::fd::{AsFd as _, OwnedFd};

use rustix::stdio::{dup2_stderr, dup2_stdin, dup2_stdout};

/// The streams; dropped, errors go where they did before.
pub(crate) struct WorkerStdio {
    own_err: OwnedFd,
}

#[expect(clippy::unused_self, reason = "only who has taken them leads them elsewhere")]
impl WorkerStdio {
    /// Takes the streams of this process, and gives it nothing to read. What it does
    /// with them itself needs handles of its own.
    pub(crate) fn take() -> io::Result<Self> {
        let streams = Self { own_err: stderr().as_fd().try_clone_to_owned()? };
        dup2_stdin(File::open("/dev/null")?)?;
        Ok(streams)
    }

    /// What the next program reads.
    pub(crate) fn read(&self, input: &File) -> io::Result<()> {
        Ok(dup2_stdin(input)?)
    }

    /// Where the next program writes its output and its errors.
    pub(crate) fn write(&self, out: &File, err: &File) -> io::Result<()> {
        dup2_stdout(out)?;
        Ok(dup2_stderr(err)?)
    }
}

impl Drop for WorkerStdio {
    fn drop(&mut self) {
        dup2_stderr(&self.own_err).ok();
    }
}
