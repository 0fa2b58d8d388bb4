use std::fs::File;
use std::io::{self, PipeReader, PipeWriter, stdin, stdout};
use std::os::windows::io::AsHandle as _;
use std::process::{Command, Stdio};

/// Returns handles of standard input and output.
pub(crate) fn own_streams() -> io::Result<(PipeReader, PipeWriter)> {
    let input = stdin().as_handle().try_clone_to_owned()?;
    Ok((input.into(), stdout().as_handle().try_clone_to_owned()?.into()))
}

/// Sets the standard streams of programs, which are passed to each of them.
pub(crate) struct WorkerStdio;

#[expect(clippy::unused_self, reason = "the same interface on every system")]
impl WorkerStdio {
    /// Takes over the streams of this process.
    #[expect(clippy::unnecessary_wraps, reason = "the same interface on every system")]
    pub(crate) fn take() -> io::Result<Self> {
        Ok(Self)
    }

    /// Sets the streams of a program. Without an input, it reads nothing.
    pub(crate) fn redirect(
        &self,
        command: &mut Command,
        input: Option<&File>,
        [out, err]: [&File; 2],
    ) -> io::Result<()> {
        match input {
            Some(input) => command.stdin(input.try_clone()?),
            None => command.stdin(Stdio::null()),
        };
        command.stdout(out.try_clone()?).stderr(err.try_clone()?);
        Ok(())
    }
}
