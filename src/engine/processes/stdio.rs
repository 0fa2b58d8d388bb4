//! Standard streams of a worker process.
//!
//! Programs inherit them, which takes fewer system calls than passing new streams to each program.

use std::fs::File;
use std::io::{self, stderr};
use std::os::fd::{AsFd as _, OwnedFd};

use rustix::stdio::{dup2_stderr, dup2_stdin, dup2_stdout};

/// The standard streams. Dropping it restores the original standard error.
pub(crate) struct WorkerStdio {
    original_stderr: OwnedFd,
}

#[expect(clippy::unused_self, reason = "only the owner of the streams may redirect them")]
impl WorkerStdio {
    /// Takes over the streams of this process and empties its standard input. The
    /// process itself needs other handles for its own input and output.
    pub(crate) fn take() -> io::Result<Self> {
        let streams = Self { original_stderr: stderr().as_fd().try_clone_to_owned()? };
        dup2_stdin(File::open("/dev/null")?)?;
        Ok(streams)
    }

    pub(crate) fn set_input(&self, input: &File) -> io::Result<()> {
        Ok(dup2_stdin(input)?)
    }

    pub(crate) fn set_output(&self, out: &File, err: &File) -> io::Result<()> {
        dup2_stdout(out)?;
        Ok(dup2_stderr(err)?)
    }
}

impl Drop for WorkerStdio {
    fn drop(&mut self) {
        dup2_stderr(&self.original_stderr).ok();
    }
}
