//! Commands with a time limit.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, Write as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::system::worker_process::detach;

const FIRST_PAUSE: Duration = Duration::from_millis(2);

const LONGEST_PAUSE: Duration = Duration::from_millis(50);

/// Runs a command and returns exit status, output and errors; without a status if it had to be
/// killed after `limit`.
pub(super) fn run_within(
    mut command: Command,
    stdin: &[u8],
    limit: Duration,
) -> io::Result<(Option<ExitStatus>, String, String)> {
    let input = if stdin.is_empty() {
        Stdio::null()
    } else {
        let mut file = tempfile::tempfile()?;
        file.write_all(stdin)?;
        file.rewind()?;
        file.into()
    };
    // Files and not pipes: a master connection of ssh keeps a pipe open after the command.
    let (out, err) = (tempfile::tempfile()?, tempfile::tempfile()?);
    command.stdin(input).stdout(out.try_clone()?).stderr(err.try_clone()?);
    // Ctrl-C is for this program, which then cancels the run in order.
    detach(&mut command);
    let mut child = command.spawn()?;
    let status = wait_within(&mut child, limit)?;
    Ok((status, read_all(out)?, read_all(err)?))
}

fn wait_within(child: &mut Child, limit: Duration) -> io::Result<Option<ExitStatus>> {
    let deadline = Instant::now() + limit;
    let mut pause = FIRST_PAUSE;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= deadline {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(pause);
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

fn read_all(mut file: File) -> io::Result<String> {
    file.rewind()?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    #[cfg_attr(windows, ignore = "nodes of a cluster run shell scripts")]
    fn a_command_that_hangs_is_killed_at_its_time_limit() {
        let started = Instant::now();
        let limit = Duration::from_millis(100);
        let (status, out, _) = run_within(shell("echo a; exec sleep 60"), &[], limit).unwrap();
        assert_eq!((status, out.as_str()), (None, "a\n"));
        assert!(started.elapsed() < Duration::from_secs(30));
    }

    #[test]
    #[cfg_attr(windows, ignore = "nodes of a cluster run shell scripts")]
    fn a_background_process_that_keeps_the_output_open_delays_nothing() {
        let started = Instant::now();
        let script = "cat; echo b >&2; sleep 60 & exit 3";
        let (status, out, err) = run_within(shell(script), b"in", Duration::from_secs(40)).unwrap();
        assert_eq!(status.and_then(|status| status.code()), Some(3));
        assert_eq!((out.as_str(), err.as_str()), ("in", "b\n"));
        assert!(started.elapsed() < Duration::from_secs(30));
    }
}
