use std::io::{Read as _, Result};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread;

use signal_hook::consts::{SIGHUP, SIGTERM, TERM_SIGNALS};
use signal_hook::{flag, low_level::pipe};

use super::CaughtSignals;

/// Sets the flag at the first request to end, and calls `wake` then. If the flag is set, a
/// request ends the program at once with this exit status, except that a closed terminal may
/// send SIGHUP several times.
pub(crate) fn listen(
    caught: CaughtSignals,
    status: u8,
    is_raised: &Arc<AtomicBool>,
    wake: impl FnOnce() + Send + 'static,
) -> Result<()> {
    let (mut reader, writer) = UnixStream::pair()?;
    thread::Builder::new().name("signals".to_owned()).spawn(move || {
        if reader.read_exact(&mut [0]).is_ok() {
            wake();
        }
    })?;
    let is_all = caught == CaughtSignals::All;
    let is_caught = |signal: &&i32| is_all || **signal != SIGTERM;
    for &signal in TERM_SIGNALS.iter().filter(is_caught) {
        flag::register_conditional_shutdown(signal, i32::from(status), Arc::clone(is_raised))?;
    }
    let hangup = (is_all && !is_hangup_ignored()).then_some(&SIGHUP);
    for &signal in TERM_SIGNALS.iter().filter(is_caught).chain(hangup) {
        flag::register(signal, Arc::clone(is_raised))?;
        pipe::register(signal, writer.try_clone()?)?;
    }
    Ok(())
}

/// Whether the program was started to outlive its terminal, as by `nohup`. Where the system
/// does not tell, SIGHUP keeps its effect.
fn is_hangup_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    ignored.is_none_or(|mask| mask >> (SIGHUP - 1) & 1 == 1)
}
