use std::fs::File;
use std::io::{self, PipeReader, PipeWriter, stderr, stdin, stdout};
use std::os::fd::{AsFd as _, OwnedFd};
use std::process::Command;

use rustix::stdio::{dup2_stderr, dup2_stdin, dup2_stdout};

/// Returns handles of standard input and output that stay when programs get other streams.
pub(crate) fn own_streams() -> io::Result<(PipeReader, PipeWriter)> {
    let input = stdin().as_fd().try_clone_to_owned()?;
    Ok((input.into(), stdout().as_fd().try_clone_to_owned()?.into()))
}

/// The standard streams of this process, which programs inherit: that takes fewer system calls
/// than passing new streams to each program. Dropping it restores the original standard error.
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

    /// Redirects the streams of the programs that start from now on. Without an input, they
    /// read the one before, or nothing.
    pub(crate) fn redirect(
        &self,
        _command: &mut Command,
        input: Option<&File>,
        [out, err]: [&File; 2],
    ) -> io::Result<()> {
        input.map_or(Ok(()), dup2_stdin)?;
        dup2_stdout(out)?;
        Ok(dup2_stderr(err)?)
    }
}

impl Drop for WorkerStdio {
    fn drop(&mut self) {
        dup2_stderr(&self.original_stderr).ok();
    }
}
